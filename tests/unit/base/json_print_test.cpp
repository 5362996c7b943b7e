// Printing JSON: exact numbers, escapes, and kinds that survive.
#include "runtime/base/json.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace millrace {
namespace {

TEST(JsonPrintTest, NumbersInTheirShortestExactForm) {
  const std::pair<Json, const char*> cases[] = {
      {0, "0"},
      {std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
      {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
      {0.1, "0.1"},
      {1499.5, "1499.5"},
      {1.0, "1.0"},
      {-0.0, "-0.0"},
      {1e22, "1e+22"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(print_json(value), text);
}

TEST(JsonPrintTest, StructuresAreCompact) {
  EXPECT_EQ(print_json(Json(JsonArray())), "[]");
  EXPECT_EQ(print_json(Json(JsonObject())), "{}");
  const Json value{{"a", {1, nullptr, true, false}}, {"b", {{"c", "d"}}}};
  EXPECT_EQ(print_json(value), R"({"a":[1,null,true,false],"b":{"c":"d"}})");
}

TEST(JsonPrintTest, StringsAreEscapedWhereJsonAsksForIt) {
  std::string out;
  append_json_string(out, std::string_view("q\" b\\ n\n t\t z\0 u\x1f \xe2\x82\xac /", 23));
  EXPECT_EQ(out, "\"q\\\" b\\\\ n\\n t\\t z\\u0000 u\\u001f \xe2\x82\xac /\"");
}

}  // namespace
}  // namespace millrace
