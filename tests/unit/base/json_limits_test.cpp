// Named test json.deep / wide / bomb: every bound of JsonLimits is met at the bound and refused
// behind it, and bombs are refused whatever their size.
#include "runtime/base/json.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string repeated(const std::string& item, std::size_t count, char open, char close) {
  std::string text(1, open);
  for (std::size_t i = 0; i < count; ++i) text.append(i == 0 ? "" : ",").append(item);
  text.push_back(close);
  return text;
}

std::string with_keys(std::size_t count) {
  std::string text = "{";
  for (std::size_t i = 0; i < count; ++i) {
    text.append(i == 0 ? "\"" : ",\"").append(std::to_string(i)).append("\":0");
  }
  return text + "}";
}

void expect_too_large(const std::string& text, const JsonLimits& limits, const char* what) {
  const auto result = parse_json(text, limits);
  ASSERT_TRUE(result.has_error()) << what;
  EXPECT_EQ(result.error().code, ErrorCode::too_large) << result.error().message;
  EXPECT_NE(result.error().message.find(what), std::string::npos) << result.error().message;
}

TEST(JsonLimitsTest, DepthEndsAtSixtyFour) {
  EXPECT_TRUE(parse_json(nested(64)).has_value());
  expect_too_large(nested(65), {}, "JSON nested too deeply at line 1, column 65; the limit is 64");
  std::string objects;
  for (int i = 0; i < 65; ++i) objects += "{\"a\":";
  expect_too_large(objects + "1" + std::string(65, '}'), {}, "nested too deeply");
}

TEST(JsonLimitsTest, BombsOfAMillionLevelsAreRefused) {
  expect_too_large(nested(1'000'000), {}, "nested too deeply");
  expect_too_large(std::string(1'000'000, '['), {}, "nested too deeply");
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  expect_too_large(objects, {}, "nested too deeply");
  expect_too_large("{\"fine\":1,\"bomb\":" + nested(1'000'000) + "}", {}, "nested too deeply");
}

TEST(JsonLimitsTest, ItemsOfAnArray) {
  JsonLimits limits;
  limits.items_per_array_max = 3;
  EXPECT_TRUE(parse_json("[[1,2,3],[4,5,6],[]]", limits).has_value());
  expect_too_large("[[1],\n [4,5,6,7]]", limits,
                   "JSON array with too many items at line 2, column 2; the limit is 3");
  EXPECT_TRUE(parse_json(repeated("0", 100'000, '[', ']')).has_value());
  expect_too_large(repeated("0", 100'001, '[', ']'), {}, "too many items");
  expect_too_large(repeated("0", 2'000'000, '[', ']'), {}, "too many items");
}

TEST(JsonLimitsTest, KeysOfAnObjectCountDuplicatesToo) {
  JsonLimits limits;
  limits.keys_per_object_max = 2;
  EXPECT_TRUE(parse_json(R"({"a":1,"b":{"c":1,"d":2}})", limits).has_value());
  expect_too_large(R"({"a":1,"b":2,"c":3})", limits, "JSON object with too many keys");
  expect_too_large(R"({"a":1,"a":2,"a":3})", limits, "JSON object with too many keys");
  EXPECT_TRUE(parse_json(with_keys(10'000)).has_value());
  expect_too_large(with_keys(10'001), {}, "too many keys");
  expect_too_large(with_keys(200'000), {}, "too many keys");
}

TEST(JsonLimitsTest, BytesOfAString) {
  JsonLimits limits;
  limits.string_bytes_max = 5;
  EXPECT_TRUE(parse_json(R"(["12345"])", limits).has_value());
  expect_too_large(R"(["123456"])", limits, "JSON string of 6 bytes at line 1, column 2");
  expect_too_large(R"({"123456":1})", limits, "JSON string of 6 bytes");
  const std::string mebibyte(limits::mib, 'x');
  EXPECT_TRUE(parse_json("\"" + mebibyte + "\"").has_value());
  expect_too_large("\"" + mebibyte + "x\"", {}, "JSON string of 1048577 bytes");
}

TEST(JsonLimitsTest, CharactersOfANumberWhereverItStands) {
  const std::string longest = "0." + std::string(62, '3');
  for (std::size_t blanks = 0; blanks < 130; ++blanks) {
    const std::string before(blanks, ' ');
    EXPECT_TRUE(parse_json("[1," + before + longest + "]").has_value()) << blanks;
    expect_too_large("[1," + before + longest + "3]", {}, "JSON number of 65 characters");
  }
  EXPECT_TRUE(parse_json("\"" + std::string(500, '7') + "\"").has_value());
  expect_too_large("[" + std::string(limits::mib, '9') + "]", {}, "JSON number of 1048576");
}

TEST(JsonLimitsTest, BytesOfTheText) {
  JsonLimits limits;
  limits.bytes_max = 10;
  EXPECT_TRUE(parse_json("[1,2,3,45]", limits).has_value());
  expect_too_large("[1,2,3,456]", limits, "JSON text of 11 bytes; the limit is 10");
  EXPECT_TRUE(parse_document("[1,2,3,456]", limits).has_error());
}

}  // namespace
}  // namespace millrace
