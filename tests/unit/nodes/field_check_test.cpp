// Schemas: every way in which data can be wrong, each with its exact path and code.
#include "runtime/nodes/field_check.hpp"

#include "tests/unit/nodes/bench.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::errors_of;
using testing::problems_of;

using Errors = std::vector<std::string>;

struct Row {
  std::string_view type;
  std::string_view data;
  Errors errors;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(errors_of(row.type, row.data), row.errors) << row.data;
}

TEST(FieldCheckTest, CommonFieldsHaveOneShapeForAllKinds) {
  expect_rows({
      {"log",
       R"({"message":"x","label":"L","save_as":"out","timeout_ms":1000,"on_error":"continue",
           "idempotency_key":"{{execution.id}}","disabled":false,"join":"each",
           "retry":{"max_attempts":5,"initial_delay_ms":0,"backoff_rate":1.5,"max_delay_ms":1,
                    "jitter":"none","retry_on":["timeout","503","5xx","RESPONSE_TOO_LARGE"]}})",
       {}},
      {"log",
       R"({"message":"x","save_as":5,"timeout_ms":"1","on_error":"ignore","disabled":"no",
           "join":"some","retry":true,"idempotency_key":7})",
       {".save_as INVALID_TYPE", ".timeout_ms INVALID_TYPE", ".retry INVALID_TYPE",
        ".on_error INVALID_VALUE", ".idempotency_key INVALID_TYPE", ".disabled INVALID_TYPE",
        ".join INVALID_VALUE"}},
      {"log", R"({"message":"x","save_as":"a.b"})", {".save_as INVALID_VALUE"}},
      {"log", R"({"message":"x","save_as":"{{a}}"})", {".save_as EXPRESSION_NOT_ALLOWED"}},
      {"log", R"({"message":"x","timeout_ms":0})", {".timeout_ms INVALID_VALUE"}},
      {"log", R"({"message":"x","timeout_ms":120001})", {".timeout_ms INVALID_VALUE"}},
      {"log", R"({"message":"x","timeout_ms":1.5})", {".timeout_ms INVALID_TYPE"}},
      {"log",
       R"({"message":"x","retry":{"max_attempts":0,"initial_delay_ms":-1,"max_delay_ms":86400001,
           "backoff_rate":0.5,"jitter":"half","retry_on":["5xx","sometimes",503]}})",
       {".retry.max_attempts INVALID_VALUE", ".retry.initial_delay_ms INVALID_VALUE",
        ".retry.max_delay_ms INVALID_VALUE", ".retry.backoff_rate INVALID_VALUE",
        ".retry.jitter INVALID_VALUE", ".retry.retry_on[1] INVALID_VALUE",
        ".retry.retry_on[2] INVALID_VALUE"}},
      {"log",
       R"({"message":"x","retry":{"max_attempts":21,"backoff_rate":"2","retry_on":"5xx"}})",
       {".retry.max_attempts INVALID_VALUE", ".retry.backoff_rate INVALID_TYPE",
        ".retry.retry_on INVALID_TYPE"}},
  });
}

TEST(FieldCheckTest, NullCountsAsNotGiven) {
  EXPECT_TRUE(errors_of("log", R"({"message":"x","retry":null,"level":null})").empty());
  EXPECT_EQ(errors_of("log", R"({"message":null})"), Errors{".message MISSING_REQUIRED_FIELD"});
}

TEST(FieldCheckTest, AnUnknownFieldIsAWarningAndNeverAnError) {
  const Problems problems = problems_of("log", R"({"message":"x","colour":"red","retry":{"a":1}})");
  EXPECT_TRUE(problems.errors.empty());
  ASSERT_EQ(problems.warnings.size(), 2u);
  EXPECT_EQ(problems.warnings[0].path, "$.nodes[2].data.retry.a");
  EXPECT_EQ(problems.warnings[1].path, "$.nodes[2].data.colour");
  EXPECT_EQ(problems.warnings[1].code, "UNKNOWN_FIELD");
}

TEST(FieldCheckTest, EveryProblemIsReportedAndSaysWhatToDo) {
  const Problems problems = problems_of("http_request", R"({"method":"get","timeout_ms":-1,
      "auth":{"type":"bearer"},"body_type":"multipart","fire_and_forget":true})");
  EXPECT_EQ(problems.errors.size(), 6u);
  for (const Problem& problem : problems.errors) EXPECT_FALSE(problem.message.empty());
}

TEST(FieldCheckTest, NamesOfVariables) {
  for (const auto* good : {"a", "_x", "order-id", "A9"}) EXPECT_TRUE(is_variable_name(good));
  for (const auto* bad : {"", "9a", "-a", "a.b", "a b", "\xc3\xa4", "a{{b}}"}) {
    EXPECT_FALSE(is_variable_name(bad)) << bad;
  }
  EXPECT_TRUE(is_variable_name(std::string(limits::variable_name_chars_max, 'a')));
  EXPECT_FALSE(is_variable_name(std::string(limits::variable_name_chars_max + 1, 'a')));
}

TEST(ExpressionCheckTest, EveryBadStringIsReportedAtItsOwnPath) {
  expect_rows({
      {"transform",
       R"({"fields":{"a":"{{vars.x}}","b":["{{1 +}}","{{secrets.key}}"],"c d":"{{customer.id}}"}})",
       {".fields.b[0] INVALID_EXPRESSION", ".fields.b[1] SECRETS_NOT_AVAILABLE",
        ".fields['c d'] UNKNOWN_ROOT"}},
      {"log", R"({"message":"{{vars.a} "})", {".message INVALID_EXPRESSION"}},
      {"log", R"({"message":"{{secret.a}} {{vars.b}}"})", {".message UNKNOWN_ROOT"}},
  });
}

TEST(ExpressionCheckTest, EveryRootOfTheContractIsKnown) {
  for (const std::string root :
       {"trigger", "vars", "variables", "nodes", "execution", "flow", "contact", "message",
        "conversation", "item", "index", "env", "now", "node"}) {
    EXPECT_TRUE(errors_of("log", R"({"message":"{{)" + root + R"(}}"})").empty()) << root;
  }
}

TEST(ExpressionCheckTest, ConditionsAreCheckedLikeFields) {
  expect_rows({
      {"condition",
       R"({"conditions":{"op":"and","rules":[
           {"field":"{{order.total}}","operator":"gt","value":1},
           {"field":"{{vars.a}}","operator":"eq","value":"{{secrets.b}}"}]}})",
       {".conditions.rules[0].field UNKNOWN_ROOT",
        ".conditions.rules[1].value SECRETS_NOT_AVAILABLE"}},
      {"condition",
       R"({"conditions":{"op":"xor","rules":[{"field":"a","operator":"is_set"}]}})",
       {".conditions.op INVALID_CONDITION"}},
      {"condition",
       R"({"conditions":{"rules":[{"field":"{{vars.a}}","operator":"like","value":1}]}})",
       {".conditions.rules[0].operator INVALID_CONDITION"}},
      {"condition", R"({"expression":"vars.a >"})", {".expression INVALID_EXPRESSION"}},
      {"condition", R"({"expression":"order.total > 1"})", {".expression UNKNOWN_ROOT"}},
  });
}

}  // namespace
}  // namespace millrace
