// Condition groups: every operator as a table, groups, missing operands, patterns, refusals.
#include "tests/unit/expr/scope.hpp"

#include <gtest/gtest.h>

namespace millrace::expr {
namespace {

const test::ObjectScope scope(R"({
  "trigger": {"body": {"x": 5, "name": "Ada", "tags": ["new", 7], "at": "2026-05-09T10:00:00Z",
                       "empty": "", "none": [], "flag": false}},
  "vars": {"pattern": "^A.a$", "bad": "(", "limit": "4"}
})");

std::string outcome(const Json& group, const Scope& in = scope) {
  const auto compiled = Condition::compile(group);
  if (compiled.has_error()) {
    return std::string(to_string(compiled.error().code)) + ": " + compiled.error().message +
           " in " + compiled.error().path;
  }
  Budget budget;
  const auto result = compiled->evaluate(in, budget);
  if (result.has_error()) return "error: " + result.error().message;
  return *result ? "true" : "false";
}

std::string outcome(const char* group) { return outcome(*parse_json(group)); }

struct Comparison {
  const char* left;
  const char* operation;
  const char* right;
  bool holds;
};

void expect(const std::vector<Comparison>& cases) {
  for (const auto& [left, operation, right, holds] : cases) {
    const auto result = compare(operation, *parse_json(left), *parse_json(right));
    ASSERT_TRUE(result.has_value()) << left << operation << right << result.error().message;
    EXPECT_EQ(*result, holds) << left << ' ' << operation << ' ' << right;
  }
}

TEST(OperatorTest, EqualityAndOrder) {
  expect({{"1", "eq", "1.0", true},
          {"\"1\"", "eq", "1", true},
          {"\"one\"", "eq", "1", false},
          {"\"a\"", "eq", "\"a\"", true},
          {"\"a\"", "eq", "\"A\"", false},
          {"[1,{\"a\":2}]", "eq", "[1.0,{\"a\":2}]", true},
          {"true", "eq", "1", false},
          {"1", "neq", "2", true},
          {"1", "neq", "1", false},
          {"10", "gt", "9", true},
          {"\"10\"", "gt", "9", true},
          {"\"10\"", "gt", "\"9\"", false},
          {"9", "gte", "9.0", true},
          {"8", "lt", "9", true},
          {"9", "lte", "8", false},
          {"\"a\"", "lt", "\"b\"", true}});
}

TEST(OperatorTest, ContainmentBothWays) {
  expect({{"\"hello\"", "contains", "\"ell\"", true},
          {"\"hello\"", "contains", "\"\"", true},
          {"\"a1b\"", "contains", "1", true},
          {"[1,\"2\",[3]]", "contains", "2", true},
          {"[1,[3]]", "contains", "[3.0]", true},
          {"[1]", "contains", "2", false},
          {"{\"a\":1}", "contains", "\"a\"", true},
          {"12", "contains", "2", true},
          {"\"hello\"", "not_contains", "\"x\"", true},
          {"[1]", "not_contains", "1", false},
          {"2", "in", "[1,2]", true},
          {"\"2\"", "in", "[1,2]", true},
          {"\"ell\"", "in", "\"hello\"", true},
          {"3", "not_in", "[1,2]", true},
          {"null", "in", "[null]", true}});
}

TEST(OperatorTest, TextEndsAndPatterns) {
  expect({{"\"hello\"", "starts_with", "\"he\"", true},
          {"\"hello\"", "starts_with", "\"lo\"", false},
          {"\"hello\"", "ends_with", "\"lo\"", true},
          {"4917", "starts_with", "49", true},
          {"[\"he\"]", "starts_with", "\"he\"", false},
          {"\"hello\"", "matches", "\"l+\"", true},
          {"\"hello\"", "matches", "\"^l\"", false},
          {"\"Hello\"", "matches", "\"(?i)^hello$\"", true},
          {"\"\xc3\xa9\"", "matches", "\"^.$\"", true},
          {"42", "matches", "\"^[0-9]+$\"", true},
          {"\"hello\"", "not_matches", "\"x\"", true},
          {"[1]", "matches", "\"1\"", false}});
}

TEST(OperatorTest, InstantsWhateverTheirOffset) {
  expect({{"\"2026-05-09T10:00:00Z\"", "before", "\"2026-05-09T12:30:00+02:00\"", true},
          {"\"2026-05-09T10:00:00Z\"", "after", "\"2026-05-09T11:30:00+02:00\"", true},
          {"\"2026-05-09T10:00:00Z\"", "before", "\"2026-05-09T10:00:00Z\"", false},
          {"0", "before", "\"1970-01-01T00:00:00.001Z\"", true},
          {"\"tomorrow\"", "after", "\"2026-05-09T10:00:00Z\"", false},
          {"\"tomorrow\"", "before", "\"2026-05-09T10:00:00Z\"", false}});
}

TEST(OperatorTest, PresenceAndEmptiness) {
  expect({{"null", "is_set", "null", false},
          {"\"\"", "is_set", "null", true},
          {"false", "is_set", "null", true},
          {"null", "is_empty", "null", true},
          {"\"\"", "is_empty", "null", true},
          {"[]", "is_empty", "null", true},
          {"{}", "is_empty", "null", true},
          {"0", "is_empty", "null", false},
          {"false", "is_empty", "null", false}});
}

TEST(OperatorTest, AMissingOperandNeverFailsAndHoldsOnlyInTheNegative) {
  for (const char* operation : {"contains", "gt", "gte", "lt", "lte", "starts_with", "ends_with",
                                "in", "before", "after", "matches", "eq"}) {
    const auto result = compare(operation, nullptr, "x");
    ASSERT_TRUE(result.has_value()) << operation;
    EXPECT_FALSE(*result) << operation;
  }
  for (const char* operation : {"not_contains", "not_in", "neq", "not_matches", "is_empty"}) {
    const auto result = compare(operation, nullptr, "x");
    ASSERT_TRUE(result.has_value()) << operation;
    EXPECT_TRUE(*result) << operation;
  }
  for (const char* operation : {"contains", "gt", "lte", "starts_with", "in", "before", "neq"}) {
    const auto result = compare(operation, "x", nullptr);
    ASSERT_TRUE(result.has_value()) << operation;
    EXPECT_EQ(*result, operation == std::string_view("neq")) << operation;
  }
  expect({{"null", "eq", "null", true}});
}

TEST(OperatorTest, OnlyTheNamedOperatorsExist) {
  EXPECT_TRUE(is_operator("not_contains"));
  EXPECT_FALSE(is_operator("EQ"));
  EXPECT_FALSE(is_operator(""));
  const auto result = compare("like", 1, 2);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().code, ErrorCode::expression);
}

TEST(ConditionTest, FieldsAndValuesAreTemplates) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"field":"{{trigger.body.x}}","operator":"eq","value":5})", "true"},
      {R"({"field":"{{trigger.body.x}}","operator":"gt","value":"{{vars.limit}}"})", "true"},
      {R"({"field":"{{trigger.body.x}}","operator":"eq","value":"5"})", "true"},
      {R"({"field":"x{{trigger.body.x}}","operator":"eq","value":"x5"})", "true"},
      {R"({"field":"{{trigger.body.name}}","operator":"in","value":["{{'A' + 'da'}}"]})", "true"},
      {R"({"field":"{{trigger.body.name}}","operator":"matches","value":"{{vars.pattern}}"})",
       "true"},
      {R"({"field":"{{trigger.body.y}}","operator":"eq","value":5})", "false"},
      {R"({"field":"{{trigger.body.y}}","operator":"eq"})", "true"},
      {R"({"field":"{{trigger.body.empty}}","operator":"is_set"})", "true"},
      {R"({"field":"{{trigger.body.empty}}","operator":"is_empty","value":"ignored {{"})", "true"},
      {R"({"field":"trigger.body.x","operator":"eq","value":5})", "false"},
  };
  for (const auto& [rule, result] : cases) EXPECT_EQ(outcome(rule), result) << rule;
}

TEST(ConditionTest, GroupsAreAndOrNot) {
  const std::string yes = R"({"field":1,"operator":"eq","value":1})";
  const std::string no = R"({"field":1,"operator":"eq","value":2})";
  const auto group = [](const std::string& op, const std::string& rules) {
    return "{\"op\":\"" + op + "\",\"rules\":[" + rules + "]}";
  };
  const std::pair<std::string, const char*> cases[] = {
      {group("and", yes), "true"},
      {group("and", yes + "," + no), "false"},
      {group("or", no + "," + yes), "true"},
      {group("or", no + "," + no), "false"},
      {group("not", no), "true"},
      {group("not", yes), "false"},
      {group("not", no + "," + no), "true"},
      {group("not", no + "," + yes), "false"},
      {group("and", yes + "," + group("or", no + "," + group("not", no))), "true"},
      {"{\"rules\":[" + yes + "," + no + "]}", "false"},
      {group("and", "\"trigger.body.x > 4\",\"{{ trigger.body.name == 'Ada' }}\""), "true"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(outcome(text.c_str()), result) << text;
}

TEST(ConditionTest, AnExpressionIsACondition) {
  EXPECT_EQ(outcome(Json("trigger.body.x > 4 and trigger.body.name == 'Ada'")), "true");
  EXPECT_EQ(outcome(Json("{{ trigger.body.flag }}")), "false");
  EXPECT_EQ(outcome(Json("trigger.body.none")), "false");
  EXPECT_EQ(outcome(Json("1 / 0")), "error: division by zero at position 3");
}

TEST(ConditionTest, EvaluationStopsAtTheRuleThatDecides) {
  const char* failing = R"({"field":"{{1 / 0}}","operator":"eq","value":1})";
  const std::string rules =
      std::string("[{\"field\":1,\"operator\":\"eq\",\"value\":1},") + failing;
  EXPECT_EQ(outcome(("{\"op\":\"or\",\"rules\":" + rules + "]}").c_str()), "true");
  EXPECT_EQ(outcome(("{\"op\":\"and\",\"rules\":" + rules + "]}").c_str()),
            "error: division by zero at position 5");
}

TEST(ConditionTest, WhatIsMalformedIsRefusedWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"7", "validation: a condition is a group, a rule or an expression in $"},
      {"{}", "validation: a group needs `rules`, a rule needs `field` and `operator` in $"},
      {R"({"op":"xor","rules":["1"]})", "validation: `op` is one of and, or, not in $.op"},
      {R"({"op":1,"rules":["1"]})", "validation: `op` is one of and, or, not in $.op"},
      {R"({"rules":[]})", "validation: `rules` is a list of at least one rule or group in $.rules"},
      {R"({"rules":{}})", "validation: `rules` is a list of at least one rule or group in $.rules"},
      {R"({"rules":["1",{"operator":"eq"}]})",
       "validation: a rule needs `field` in $.rules[1].field"},
      {R"({"rules":["1",{"field":"{{","operator":"eq"}]})",
       "expression: '{{' without closing '}}' at position 1 in $.rules[1].field"},
      {R"({"rules":["1 +"]})",
       "expression: the expression ends too early at position 4 in $.rules[0]"},
      {R"({"field":1,"operator":"matches","value":3})",
       "validation: a pattern must be text in $.value"},
      {R"({"field":1,"operator":"matches","value":"("})",
       "expression: the pattern is refused: missing ): ( in $.value"},
      {R"x({"field":1,"operator":"matches","value":"(?=x)"})x",
       "expression: the pattern is refused: invalid perl operator: (?= in $.value"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(outcome(text), result) << text;
  EXPECT_EQ(outcome(R"({"field":1,"operator":"like"})").substr(0, 36),
            "validation: unknown operator 'like';");
}

TEST(ConditionTest, APatternFromDataThatIsRefusedIsAnError) {
  EXPECT_EQ(outcome(R"({"field":"x","operator":"matches","value":"{{vars.bad}}"})"),
            "error: the pattern is refused: missing ): (");
  EXPECT_EQ(outcome(R"({"field":"x","operator":"matches","value":"{{vars.missing}}"})"),
            "error: a pattern must be text, not null");
}

// regex.redos: patterns that take exponential time elsewhere are linear here or refused.
TEST(ConditionTest, PatternsThatExplodeElsewhereEndHere) {
  const std::string text = std::string(limits::mib - 1, 'a') + "!";
  for (const char* pattern : {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){20}$", "^([a-zA-Z]+)*$",
                              "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*b"}) {
    const auto result = compare("matches", Json(text), pattern);
    EXPECT_FALSE(result.has_value() && *result) << pattern;
  }
  EXPECT_TRUE(compare("matches", "x", "((a{100}){100}){100}").has_error());
  EXPECT_TRUE(compare("matches", "x", std::string(limits::expression_bytes_max + 1, 'a').c_str())
                  .has_error());
}

TEST(ConditionTest, GroupsNestSixteenDeep) {
  const auto nested = [](int depth) {
    std::string text = "\"true\"";
    for (int i = 0; i < depth; ++i) text = "{\"op\":\"and\",\"rules\":[" + text + "]}";
    return text;
  };
  EXPECT_EQ(outcome(nested(16).c_str()), "true");
  EXPECT_EQ(outcome(nested(17).c_str()).substr(0, 58),
            "validation: conditions nest more than 16 groups deep in $.");
}

TEST(ConditionTest, RootsOfAllRulesAreListed) {
  const auto compiled = Condition::compile(*parse_json(
      R"({"rules":["vars.a",{"field":"{{trigger.x}}","operator":"eq","value":"{{vars.b}}"}]})"));
  EXPECT_EQ(compiled->roots(), (std::vector<std::string>{"vars", "trigger"}));
}

}  // namespace
}  // namespace millrace::expr
