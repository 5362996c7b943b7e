// Budgets: an expression that would take too long or make too much ends in an error, and is paid
// for.
#include "tests/unit/expr/scope.hpp"

#include <gtest/gtest.h>

namespace millrace::expr {
namespace {

std::string repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

/// `text` of 64 KiB, `list` of 1 000 numbers, `wide` of 100 000, `deep` of 127 lists in one
/// another.
const Scope& large() {
  static const test::ObjectScope scope([] {
    JsonObject roots;
    roots["text"] = repeat("abcdefg,", 8 * 1'024);
    JsonArray list;
    for (int i = 0; i < 1'000; ++i) list.emplace_back(i);
    roots["list"] = list;
    JsonArray wide;
    for (int i = 0; i < 100'000; ++i) wide.emplace_back(i % 10);
    roots["wide"] = wide;
    Json deep = JsonArray();
    for (int i = 1; i < limits::value_depth_max - 1; ++i) deep = JsonArray{std::move(deep)};
    roots["deep"] = deep;
    return Json(roots);
  }());
  return scope;
}

std::string evaluate(const std::string& expression, Budget& budget) {
  const auto compiled = Expression::compile(expression);
  if (compiled.has_error()) return "error: " + compiled.error().message;
  const auto result = compiled->evaluate(large(), budget);
  return result.has_error() ? "error: " + result.error().message : "done";
}

std::string evaluate(const std::string& expression) {
  Budget budget;
  return evaluate(expression, budget);
}

TEST(BudgetTest, StepsAreTakenOffTheTurn) {
  Budget budget;
  EXPECT_EQ(evaluate("list[0] + 1", budget), "done");
  const std::uint32_t spent = limits::turn_expression_steps_max - budget.steps_left;
  EXPECT_GE(spent, 3U);
  EXPECT_LE(spent, 10U);
}

TEST(BudgetTest, TheSameEvaluationCostsTheSame) {
  Budget first;
  Budget second;
  evaluate("text | split | join: '-' | upper", first);
  evaluate("text | split | join: '-' | upper", second);
  EXPECT_EQ(first.steps_left, second.steps_left);
}

TEST(BudgetTest, OneEvaluationHasItsOwnBoundOfSteps) {
  Budget budget;
  budget.steps_per_evaluation_max = 20;
  EXPECT_EQ(evaluate("1" + repeat(" + 1", 9), budget), "done");
  EXPECT_EQ(evaluate("1" + repeat(" + 1", 20), budget).substr(0, 46),
            "error: the expression takes more than 20 steps");
  EXPECT_EQ(evaluate("list == list", budget).substr(0, 53),
            "error: the expression takes more than 20 steps at pos");
  EXPECT_EQ(evaluate("text | split", budget).substr(0, 46),
            "error: the expression takes more than 20 steps");
}

TEST(BudgetTest, AnEmptyTurnDoesNotFailAnEvaluation) {
  Budget budget;
  budget.steps_left = 1;
  EXPECT_EQ(evaluate("1 + 1 + 1", budget), "done");
  EXPECT_EQ(budget.steps_left, 0U);
}

// expr.no_escape, huge repeat: 8 KiB of expression cannot make more than a mebibyte.
TEST(BudgetTest, ThrownAwayIntermediateResultsCountToo) {
  const std::vector<std::string> bombs = {
      "text" + repeat(" + text", 20),
      "[" + repeat("text,", 20) + "text] | length",
      "[" + repeat("[" + repeat("text,", 20) + "text],", 20) + "1] | json | length",
      "(text | split: '') | join: text",
      "text" + repeat(" | json", 100),
      "(" + repeat("text | upper) + (", 20) + "text) | length"};
  for (const std::string& bomb : bombs) {
    EXPECT_EQ(evaluate(bomb).substr(0, 54),
              "error: the expression makes more than 1048576 bytes at")
        << bomb.substr(0, 40);
  }
}

TEST(BudgetTest, TemplatesHaveOneBudgetForAllTheirFields) {
  JsonArray fields;
  for (int i = 0; i < 20; ++i) fields.emplace_back("x {{text}}");
  const auto compiled = Template::compile(fields);
  Budget budget;
  const auto result = compiled->evaluate(large(), budget);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().code, ErrorCode::expression);
  EXPECT_EQ(result.error().message, "the expression makes more than 1048576 bytes");
  EXPECT_EQ(result.error().path, "$[15]");
}

TEST(BudgetTest, LargeDataCanBeHandedOnWhole) {
  EXPECT_EQ(evaluate("wide"), "done");
  EXPECT_EQ(evaluate("wide[99999]"), "done");
  EXPECT_EQ(evaluate("wide | length"), "done");
  EXPECT_EQ(evaluate("text"), "done");
}

TEST(BudgetTest, ResultsAreNoDeeperThanValuesMayBe) {
  EXPECT_EQ(evaluate("deep"), "done");
  EXPECT_EQ(evaluate("[deep]"), "done");
  EXPECT_EQ(evaluate("[[deep]]"), "error: the value nests more than 128 levels deep at position 2");
  const auto compiled = Template::compile(*parse_json(R"({"a":{"b":["{{deep}}"]}})"));
  Budget budget;
  const auto result = compiled->evaluate(large(), budget);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().path, "$.a.b[0]");
}

}  // namespace
}  // namespace millrace::expr
