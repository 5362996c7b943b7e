// A client's definition to a program, with the kinds that the house has, and runs of it.
#include "runtime/engine/program.hpp"

#include "runtime/engine/execution.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

CompiledFlow compile(const std::string& definition, TriggerType type = TriggerType::api) {
  const FlowId flow{Id::make(1'700'000'000'000, Partition(0), 1)};
  return compile_flow(flow, 1, "Welcome", type, parse_json(definition).value());
}

std::vector<std::string> lines_of(const std::vector<Problem>& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.path + " " + problem.code);
  return lines;
}

using Lines = std::vector<std::string>;

/// A flow of one http_request with these data fields, and these settings.
std::string call_flow(const std::string& fields, const std::string& settings = "{}",
                      const std::string& edges = "") {
  return R"({"nodes":[{"id":"t","type":"trigger","data":{}},
    {"id":"call","type":"http_request","data":{"method":"GET","url":"https://x.test/")" +
         fields + R"(}},{"id":"log","type":"log","data":{"message":"x"}}],
    "edges":[{"source":"t","target":"call"},{"source":"call","target":"log"})" +
         edges + R"(],"settings":)" + settings + "}";
}

TEST(ProgramTest, CompilesAFlowAndRunsIt) {
  const CompiledFlow compiled = compile(R"({
    "nodes":[
      {"id":"t","type":"trigger","data":{}},
      {"id":"greet","type":"set","data":{"name":"text","value":"Hello {{trigger.name}}"}},
      {"id":"check","type":"condition","data":{"expression":"{{trigger.age >= 18}}"}},
      {"id":"adult","type":"end","data":{"output":{"said":"{{vars.text}}"}}},
      {"id":"child","type":"fail","data":
        {"code":"TOO_YOUNG","message":"{{trigger.age}} is too young"}}],
    "edges":[
      {"source":"t","target":"greet"},
      {"source":"greet","target":"check"},
      {"source":"check","target":"adult","sourceHandle":"true"},
      {"source":"check","target":"child","label":"false"}]})");
  ASSERT_EQ(lines_of(compiled.problems.errors), Lines{});
  const auto run = [&](int age) {
    Trigger trigger;
    trigger.program = compiled.program;
    trigger.payload = make_document(JsonObject{{"name", "Ada"}, {"age", age}});
    Execution execution({Id::make(1, Partition(0), 2)}, compiled.program);
    execution.begin(trigger, Timestamp(Duration(5)), 0.5);
    return execution;
  };
  const Execution adult = run(36);
  EXPECT_EQ(adult.status(), RunStatus::completed);
  EXPECT_EQ(adult.output(), R"({"said":"Hello Ada"})");
  EXPECT_EQ(adult.turns(), 1u);
  const Execution child = run(8);
  EXPECT_EQ(child.status(), RunStatus::failed);
  EXPECT_EQ(child.error()->code, "TOO_YOUNG");
  EXPECT_EQ(child.error()->message, "8 is too young");
}

TEST(ProgramTest, ReportsProblemsOfEveryPartAtOnce) {
  const CompiledFlow compiled = compile(R"({
    "nodes":[
      {"id":"t","type":"trigger","data":{}},
      {"id":"a","type":"teleport","data":{}},
      {"id":"b","type":"set","data":{"name":"x","value":"{{ 1 + }}"}}],
    "edges":[
      {"source":"t","target":"a"},
      {"source":"a","target":"b","data":{"condition":"{{ ( }}"}},
      {"source":"b","target":"c"}],
    "settings":{"concurrency":{"limit":1},"output":"{{ ) }}"}})");
  EXPECT_FALSE(compiled.program);
  EXPECT_EQ(
      lines_of(compiled.problems.errors),
      (Lines{"$.nodes[1].type UNKNOWN_NODE_TYPE", "$.edges[2].target UNKNOWN_NODE",
             "$.nodes[2].data.value INVALID_EXPRESSION",
             "$.edges[1].data.condition INVALID_EXPRESSION", "$.settings.output INVALID_EXPRESSION",
             "$.settings.concurrency UNSUPPORTED_SETTING"}));
}

TEST(ProgramTest, ReadsTheFieldsThatEveryNodeMayHave) {
  const CompiledFlow compiled =
      compile(call_flow(R"(,"save_as":"answer","timeout_ms":2500,"disabled":false,
    "on_error":"continue","idempotency_key":"k-{{node.id}}",
    "retry":{"max_attempts":5,"initial_delay_ms":10,"backoff_rate":3,"max_delay_ms":90,
             "jitter":"none","retry_on":["timeout","503"]})"));
  ASSERT_EQ(lines_of(compiled.problems.errors), Lines{});
  const ProgramNode& node = compiled.program->nodes[compiled.program->plan.find("call")];
  EXPECT_EQ(node.save_as, "answer");
  EXPECT_EQ(node.timeout, Duration(2'500));
  EXPECT_EQ(node.on_error, OnError::continue_run);
  EXPECT_TRUE(node.idempotency_key);
  EXPECT_TRUE(node.calls_out);
  EXPECT_EQ(node.retry.attempts_max, 5);
  EXPECT_EQ(node.retry.delay_first, Duration(10));
  EXPECT_EQ(node.retry.backoff_rate, 3.0);
  EXPECT_EQ(node.retry.delay_max, Duration(90));
  EXPECT_FALSE(node.retry.full_jitter);
  EXPECT_EQ(node.retry.retry_on, (Lines{"timeout", "503"}));
}

TEST(ProgramTest, RetriesByDefaultOnlyWhereARepeatIsSafe) {
  const struct {
    const char* fields;
    int attempts;
  } cases[] = {
      {"", 3},
      {R"(,"method":"POST")", 1},
      {R"(,"method":"POST","retry":{})", 3},
      {R"(,"retry":{"max_attempts":1})", 1},
  };
  for (const auto& [fields, attempts] : cases) {
    const CompiledFlow compiled = compile(call_flow(fields));
    ASSERT_TRUE(compiled.program) << fields;
    EXPECT_EQ(compiled.program->nodes[1].retry.attempts_max, attempts) << fields;
  }
}

TEST(ProgramTest, BranchesWhereAnErrorEdgeExistsAndNothingElseIsSaid) {
  const std::string edge = R"(,{"source":"call","target":"log","sourceHandle":"error"})";
  const struct {
    std::string fields, edges;
    OnError on_error;
  } cases[] = {
      {"", "", OnError::fail},
      {"", edge, OnError::branch},
      {R"(,"on_error":"fail")", edge, OnError::fail},
      {R"(,"on_error":"branch")", edge, OnError::branch},
      {R"(,"on_error":"continue")", edge, OnError::continue_run},
  };
  for (const auto& [fields, edges, on_error] : cases) {
    const CompiledFlow compiled = compile(call_flow(fields, "{}", edges));
    ASSERT_TRUE(compiled.program) << fields << edges;
    EXPECT_EQ(compiled.program->nodes[1].on_error, on_error) << fields << edges;
  }
  EXPECT_EQ(lines_of(compile(call_flow(R"(,"on_error":"branch")")).problems.warnings),
            Lines{"$.nodes[1].data.on_error NO_ERROR_EDGE"});
}

TEST(ProgramTest, ReadsSettingsAndRefusesWhatIsNotBuilt) {
  const struct {
    const char* settings;
    Lines errors;
    Lines warnings;
  } cases[] = {
      {R"({"max_duration_seconds":60,"ttl_seconds":0.5,"output":1,"log_io":"full",
           "timezone":"UTC"})",
       {},
       {}},
      {R"({"max_duration_seconds":0})", {"$.settings.max_duration_seconds INVALID_VALUE"}, {}},
      {R"({"ttl_seconds":"soon"})", {"$.settings.ttl_seconds INVALID_TYPE"}, {}},
      {R"({"concurrency":{}})", {"$.settings.concurrency UNSUPPORTED_SETTING"}, {}},
      {R"({"on_error_node":"x"})", {"$.settings.on_error_node UNSUPPORTED_SETTING"}, {}},
      {R"({"log_io":"none"})", {"$.settings.log_io UNSUPPORTED_SETTING"}, {}},
      {R"({"input_schema":{}})", {"$.settings.input_schema UNSUPPORTED_SETTING"}, {}},
      {R"({"timezone":"Africa/Nairobi"})", {"$.settings.timezone UNSUPPORTED_SETTING"}, {}},
      {R"({"concurrency":null,"colour":"red"})", {}, {"$.settings.colour UNKNOWN_SETTING"}},
  };
  for (const auto& [settings, errors, warnings] : cases) {
    const CompiledFlow compiled = compile(call_flow("", settings));
    EXPECT_EQ(lines_of(compiled.problems.errors), errors) << settings;
    EXPECT_EQ(lines_of(compiled.problems.warnings), warnings) << settings;
  }
  const auto program = compile(call_flow("", cases[0].settings)).program;
  EXPECT_EQ(program->max_duration, Duration(60'000));
  EXPECT_EQ(program->ttl, Duration(500));
}

TEST(ProgramTest, LetsADisabledNodeBeUnfinished) {
  const std::string fields = R"(,"url":null,"disabled":)";
  EXPECT_FALSE(compile(call_flow(fields + "false")).program);
  const CompiledFlow compiled = compile(call_flow(fields + "true"));
  ASSERT_EQ(lines_of(compiled.problems.errors), Lines{});
  EXPECT_EQ(compiled.program->nodes[1].decide, nullptr);
}

TEST(ProgramTest, RefusesAFlowWhoseTriggerNodeSaysAnotherType) {
  const CompiledFlow compiled = compile(
      R"({"nodes":[{"id":"t","type":"trigger","data":{"trigger_type":"webhook"}}],"edges":[]})");
  EXPECT_EQ(lines_of(compiled.problems.errors),
            Lines{"$.nodes[0].data.trigger_type TRIGGER_TYPE_MISMATCH"});
}

TEST(ProgramTest, GivesTheSameProgramForTheSameInput) {
  const std::string definition = call_flow("");
  const auto first = compile(definition).program;
  const auto second = compile(definition).program;
  ASSERT_EQ(first->plan.nodes.size(), second->plan.nodes.size());
  for (std::size_t node = 0; node < first->plan.nodes.size(); ++node) {
    EXPECT_EQ(first->plan.nodes[node].id, second->plan.nodes[node].id);
    EXPECT_EQ(first->plan.nodes[node].out, second->plan.nodes[node].out);
  }
}

}  // namespace
}  // namespace millrace
