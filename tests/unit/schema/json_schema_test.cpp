// What a caller is told of a value that breaks its schema, and which schemas cannot be published.
#include "runtime/schema/json_schema.hpp"

#include "runtime/base/ingress_limits.hpp"
#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::json_of;
using Lines = std::vector<std::string>;

Lines lines_of(const std::vector<Problem>& problems) {
  Lines lines;
  for (const Problem& problem : problems) {
    EXPECT_FALSE(problem.message.empty());
    lines.push_back(problem.path + " " + problem.code);
  }
  return lines;
}

Lines broken(std::string_view schema, std::string_view value) {
  Problems problems;
  const auto compiled = compile_schema(json_of(schema), "$.schema", problems);
  EXPECT_NE(compiled, nullptr) << schema;
  return compiled ? lines_of(check(*compiled, json_of(value), "$")) : Lines{"no schema"};
}

TEST(JsonSchemaTest, NamesEveryPlaceThatBreaksIt) {
  EXPECT_EQ(
      broken(R"({"type":"object","required":["name","age"],"additionalProperties":false,
                       "properties":{"name":{"type":"string","minLength":2},
                                     "age":{"type":"integer","minimum":0},
                                     "tags":{"type":"array","items":{"enum":["a","b"]}},
                                     "odd key":{"pattern":"^x"}}})",
             R"({"name":"A","tags":["a","c"],"odd key":"y","admin":true})"),
      (Lines{"$.age MISSING_REQUIRED_FIELD", "$.name INVALID_VALUE", "$.tags[1] INVALID_VALUE",
             "$['odd key'] INVALID_VALUE", "$.admin UNKNOWN_FIELD"}));
}

TEST(JsonSchemaTest, FollowsReferencesIntoItself) {
  const std::string_view tree = R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object",
      "properties":{"left":{"$ref":"#/$defs/node"},"n":{"type":"number"}}}}})";
  EXPECT_EQ(broken(tree, R"({"left":{"left":{"n":1}}})"), Lines{});
  EXPECT_EQ(broken(tree, R"({"left":{"left":{"n":"1"}}})"), Lines{"$.left.left.n INVALID_TYPE"});
  EXPECT_EQ(
      broken(R"({"properties":{"a/b~c":{"type":"null"},"x":{"$ref":"#/properties/a~1b~0c"}}})",
             R"({"x":1})"),
      Lines{"$.x INVALID_TYPE"});
}

TEST(JsonSchemaTest, GivesUpOnWhatWouldTakeTooLong) {
  EXPECT_EQ(broken(R"({"$ref":"#"})", "1"), Lines{"$ SCHEMA_TOO_COSTLY"});
  std::string items = "[0";
  for (int i = 1; i < 1'000; ++i) items += "," + std::to_string(i);
  EXPECT_EQ(broken(R"({"uniqueItems":true})", items + "]"), Lines{"$ SCHEMA_TOO_COSTLY"});
  const std::string doubled = R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})";
  EXPECT_EQ(broken(doubled, "1"), Lines{"$ SCHEMA_TOO_COSTLY"});
}

TEST(JsonSchemaTest, ReportsNoMoreProblemsThanItsBound) {
  std::string items = "[0";
  for (int i = 1; i < 100; ++i) items += ",0";
  EXPECT_EQ(broken(R"({"items":{"type":"string"}})", items + "]").size(),
            limits::schema_problems_max);
}

TEST(JsonSchemaTest, RefusesSchemasThatItCouldNotKeep) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"1", "$.schema INVALID_TYPE"},
      {R"({"type":"text"})", "$.schema.type INVALID_VALUE"},
      {R"({"type":[]})", "$.schema.type INVALID_TYPE"},
      {R"({"enum":1})", "$.schema.enum INVALID_TYPE"},
      {R"({"pattern":"[x"})", "$.schema.pattern INVALID_VALUE"},
      {R"({"minimum":"1"})", "$.schema.minimum INVALID_TYPE"},
      {R"({"multipleOf":0})", "$.schema.multipleOf INVALID_VALUE"},
      {R"({"maxLength":-1})", "$.schema.maxLength INVALID_TYPE"},
      {R"({"required":"name"})", "$.schema.required INVALID_TYPE"},
      {R"({"properties":{"a":5}})", "$.schema.properties.a INVALID_TYPE"},
      {R"({"anyOf":[]})", "$.schema.anyOf INVALID_TYPE"},
      {R"({"$ref":"https://example.com/s.json"})", "$.schema['$ref'] INVALID_VALUE"},
      {R"({"$ref":"#/nowhere"})", "$.schema['$ref'] INVALID_VALUE"},
      {R"({"if":{}})", "$.schema.if UNSUPPORTED_SCHEMA_KEYWORD"},
      {R"({"items":{"contains":{}}})", "$.schema.items.contains UNSUPPORTED_SCHEMA_KEYWORD"},
  };
  for (const auto& [schema, line] : rows) {
    Problems problems;
    EXPECT_EQ(compile_schema(json_of(schema), "$.schema", problems), nullptr) << schema;
    EXPECT_EQ(lines_of(problems.errors), Lines{line}) << schema;
  }
  std::string deep = "true";
  for (int i = 0; i < limits::schema_depth_max + 2; ++i) deep = R"({"not":)" + deep + "}";
  Problems problems;
  EXPECT_EQ(compile_schema(json_of(deep), "$", problems), nullptr);
}

TEST(JsonSchemaTest, WarnsOfWordsThatJsonSchemaDoesNotHave) {
  Problems problems;
  EXPECT_NE(compile_schema(json_of(R"({"titel":"x","title":"y"})"), "$", problems), nullptr);
  EXPECT_EQ(lines_of(problems.warnings), Lines{"$.titel UNKNOWN_FIELD"});
}

}  // namespace
}  // namespace millrace
