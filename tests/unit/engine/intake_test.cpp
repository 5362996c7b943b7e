// What a trigger's options compute before a run begins.
#include "runtime/engine/intake.hpp"

#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::json_of;
using Lines = std::vector<std::string>;

std::shared_ptr<const Intake> compile(TriggerType type, std::string_view data, Problems& problems) {
  NodeDefinition node;
  node.id = "t";
  node.type = "trigger";
  node.path = "$.nodes[0]";
  node.data = json_of(data).as_object();
  const TriggerOptions trigger = read_trigger_options(type, node, problems);
  return compile_intake(trigger, node, problems);
}

std::shared_ptr<const Intake> compile(TriggerType type, std::string_view data) {
  Problems problems;
  auto intake = compile(type, data, problems);
  EXPECT_TRUE(problems.errors.empty()) << data;
  return intake;
}

TEST(IntakeTest, IsNothingForATriggerThatComputesNothing) {
  EXPECT_EQ(compile(TriggerType::webhook, R"({"path":"a","schema":null})"), nullptr);
  EXPECT_EQ(compile(TriggerType::event, R"({"event":"a"})"), nullptr);
  EXPECT_EQ(compile(TriggerType::api, "{}"), nullptr);
}

TEST(IntakeTest, TellsTheDedupeKeyAsText) {
  const auto intake = compile(TriggerType::webhook, R"({"dedupe_key":"{{trigger.body.id}}"})");
  const Json env(nullptr);
  const std::vector<std::pair<std::string_view, std::string>> rows{
      {R"({"body":{"id":"evt_1"}})", "evt_1"},
      {R"({"body":{"id":7}})", "7"},
      {R"({"body":{}})", ""},
      {R"({"body":{"id":null}})", ""}};
  for (const auto& [payload, key] : rows) {
    const Json root = json_of(payload);
    EXPECT_EQ(*dedupe_key_of(*intake, {root, &env}), key) << payload;
  }
}

TEST(IntakeTest, FiltersByTheEventAndTheOperatorsTable) {
  const auto intake = compile(TriggerType::event,
                              R"({"event":"a","filter":{"op":"and","rules":[
      {"field":"{{trigger.data.plan}}","operator":"eq","value":"pro"},
      {"field":"{{env.REGION}}","operator":"eq","value":"eu"}]}})");
  const Json env = json_of(R"({"REGION":"eu"})");
  EXPECT_TRUE(*passes_filter(*intake, {json_of(R"({"data":{"plan":"pro"}})"), &env}));
  EXPECT_FALSE(*passes_filter(*intake, {json_of(R"({"data":{"plan":"free"}})"), &env}));
  EXPECT_FALSE(*passes_filter(*intake, {json_of(R"({"data":{"plan":"pro"}})"), nullptr}));
}

TEST(IntakeTest, MakesTheResponseFromTriggerAndExecution) {
  const auto intake = compile(TriggerType::webhook, R"({"response":{"status":201,
      "headers":{"X-Run":"{{execution.id}}"},"body":{"challenge":"{{trigger.body.challenge}}"}}})");
  const ExecutionId id{Id::make(1'772'971'200'000, Partition{2}, 6)};
  const auto answer =
      response_of(*intake, {json_of(R"({"body":{"challenge":"abc"}})"), nullptr}, id);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->headers[0].second, "exec_" + to_base62(id.id));
  EXPECT_EQ(answer->content_type, "application/json");
  EXPECT_EQ(answer->body, R"({"challenge":"abc"})");
}

TEST(IntakeTest, RefusesWhatCannotBeKnownBeforeARun) {
  struct Row {
    TriggerType type;
    std::string_view data;
    Lines errors;
  };
  const auto hook = TriggerType::webhook;
  const std::vector<Row> rows{
      {hook, R"({"dedupe_key":5})", {".dedupe_key INVALID_TYPE"}},
      {hook, R"({"dedupe_key":"{{vars.x}}"})", {".dedupe_key UNKNOWN_ROOT"}},
      {hook, R"({"dedupe_key":"{{execution.id}}"})", {".dedupe_key UNKNOWN_ROOT"}},
      {hook, R"({"dedupe_key":"{{trigger."})", {".dedupe_key INVALID_EXPRESSION"}},
      {hook, R"({"schema":{"type":"x"}})", {".schema.type INVALID_VALUE"}},
      {hook, R"({"response":"ok"})", {".response INVALID_TYPE"}},
      {hook, R"({"response":{"status":99}})", {".response.status INVALID_VALUE"}},
      {hook, R"({"response":{"body":"{{nodes.a.output}}"}})", {".response UNKNOWN_ROOT"}},
      {hook,
       R"({"response":{"body":"x"},"response_mode":"on_complete"})",
       {".response INVALID_VALUE"}},
      {TriggerType::api, R"({"input_schema":7})", {".input_schema INVALID_TYPE"}},
      {TriggerType::event,
       R"({"event":"a","filter":{"op":"xor","rules":[]}})",
       {".filter.op INVALID_CONDITION"}},
      {TriggerType::event, R"({"event":"a","filter":"{{item}}"})", {".filter UNKNOWN_ROOT"}},
  };
  for (const Row& row : rows) {
    Problems problems;
    compile(row.type, row.data, problems);
    Lines found;
    for (const Problem& problem : problems.errors) {
      found.push_back(problem.path.substr(std::string("$.nodes[0].data").size()) + " " +
                      problem.code);
    }
    EXPECT_EQ(found, row.errors) << row.data;
  }
}

}  // namespace
}  // namespace millrace
