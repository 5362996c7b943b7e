// Named test log.injection: whatever is logged, one event is one line of JSON with every value
// escaped and capped.
#include "runtime/base/log.hpp"

#include "runtime/base/json.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace millrace {
namespace {

TEST(LogTest, AnEventIsOneJsonObject) {
  const std::string line =
      format_log_line(LogLevel::info, "2026-05-09T10:14:22.103Z", "server.started",
                      {{"listen", std::string_view("127.0.0.1:8080")},
                       {"partitions", std::int64_t{64}},
                       {"seconds", 0.25},
                       {"durable", true}});
  EXPECT_EQ(line, R"({"time":"2026-05-09T10:14:22.103Z","level":"info","event":"server.started",)"
                  R"("listen":"127.0.0.1:8080","partitions":64,"seconds":0.25,"durable":true})");
}

TEST(LogTest, NothingThatAClientSendsCanForgeALine) {
  const std::string_view hostile[] = {
      "a\nb",         "a\r\nb",       "\x1b[31mred",       "\x7f",
      "\xc2\x9b[31m", "\xe2\x80\xa8", "\xe2\x80\xa9",      "\"}{\"level\":\"error\"",
      "back\\slash",  "\xff\xfe",     {"nul\0inside", 10}, "\xed\xa0\x80"};
  for (const std::string_view text : hostile) {
    const std::string line = format_log_line(LogLevel::warn, text, text, {{text, text}});
    for (const char c : line) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << text;
    }
    for (const char* forbidden : {"\xc2\x9b", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
      EXPECT_EQ(line.find(forbidden), std::string::npos) << text;
    }
    const auto parsed = parse_json(line);
    ASSERT_TRUE(parsed.has_value()) << line << ": " << parsed.error().message;
    EXPECT_EQ(string_member(*parsed, "level"), "warn");
  }
}

TEST(LogTest, EscapedValuesReadBackAsTheyWere) {
  const std::string_view text = "line one\nline two \xe2\x80\xa8 \x1b[0m \"quoted\" \xc3\xa9";
  const auto parsed = parse_json(format_log_line(LogLevel::error, "", "e", {{"text", text}}));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(string_member(*parsed, "text"), text);
}

TEST(LogTest, AMebibyteOfAnythingIsCapped) {
  for (const char* unit : {"x", "\n", "\xf0\x9f\x98\x80", "\xff"}) {
    std::string text;
    while (text.size() < limits::mib) text += unit;
    const std::string line = format_log_line(LogLevel::info, "", "e", {{"text", text}});
    EXPECT_LT(line.size(), 6 * 8 * limits::kib + 200);
    EXPECT_NE(line.find("bytes more)"), std::string::npos);
    EXPECT_TRUE(parse_json(line).has_value());
  }
}

TEST(LogTest, NumbersThatJsonDoesNotHaveAreNull) {
  const std::string line = format_log_line(LogLevel::debug, "", "e",
                                           {{"rate", std::numeric_limits<double>::infinity()}});
  EXPECT_NE(line.find("\"rate\":null"), std::string::npos);
}

}  // namespace
}  // namespace millrace
