// Plan and events in, record and effects out: what nodes see and
// store, and what bounds a turn and a run.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

using Names = std::vector<std::string>;

template <class Value>
std::vector<Value> all_of(const TurnRecord& record) {
  std::vector<Value> found;
  for (const Change& change : record.changes) {
    if (const auto* value = std::get_if<Value>(&change)) found.push_back(*value);
  }
  return found;
}

TEST(ValuesTest, ShowsExpressionsWhatTheContractNames) {
  const struct {
    const char* expression;
    const char* output;
  } cases[] = {
      {"{{trigger.name}}", R"("Ada")"},
      {"{{contact.id}}", R"("c1")"},
      {"{{message.text}}", R"("hello")"},
      {"{{conversation}}", ""},
      {"{{nodes.a.output}}", "1"},
      {"{{nodes.a.status}}", R"("completed")"},
      {"{{nodes.a.error}}", ""},
      {"{{nodes.later.output}}", ""},
      {"{{vars.saved}}", "1"},
      {"{{variables.saved}}", "1"},
      {"{{execution.started_at}}", R"("1970-01-01T00:00:01.000Z")"},
      {"{{execution.trigger_type}}", R"("api")"},
      {"{{flow.name}} {{flow.version}}", R"("test 3")"},
      {"{{node.id}} {{node.iteration}}", R"("show 0")"},
      {"{{node.resume_url}}", ""},
      {"{{item}}", ""},
      {"{{now}}", R"("1970-01-01T00:00:01.000Z")"},
  };
  for (const auto& [expression, output] : cases) {
    SCOPED_TRACE(expression);
    const auto save = [](ProgramNode& node) { node.save_as = "saved"; };
    Recorded run(program_of({{{.id = "a", .script = returns(1), .adjust = save},
                              {.id = "show", .script = evaluates(expression)}},
                             {{"start", "a"}, {"a", "show"}}}));
    run.begin(JsonObject{{"name", "Ada"},
                         {"contact", JsonObject{{"id", "c1"}}},
                         {"message", JsonObject{{"text", "hello"}}}});
    ASSERT_NE(run.last("show"), nullptr);
    EXPECT_EQ(run.last("show")->output, output);
  }
}

TEST(ValuesTest, ShowsTheOperatorsTableAsEnvAndKeepsItOutOfTheState) {
  const auto program = program_of(
      {{{.id = "show", .script = evaluates("{{env.region}}")}}, {{"start", "show"}}});
  const auto env = std::make_shared<const Json>(JsonObject{{"region", "eu-west"}});
  Execution execution(some_execution(), program, env);
  const Turn turn = execution.begin(trigger_of(program), at(1'000), 0.5);
  EXPECT_EQ(all_of<NodeEnded>(turn.record).back().output, R"("eu-west")");
  EXPECT_EQ(execution.snapshot().find("region"), std::string::npos) << "recorded the table";
}

TEST(ValuesTest, MakesTheDefaultIdempotencyKeyFromWhatExpressionsSee) {
  std::string key;
  Script script;
  script.run = [&key](const NodeContext& context) -> Decision {
    key = context.idempotency_key;
    auto text = expr::Template::compile(Json("{{execution.id}}:{{node.id}}:{{node.iteration}}"));
    Finish finish;
    finish.output = *text->evaluate(context.scope, context.budget);
    return finish;
  };
  Recorded run(program_of({{{.id = "a", .script = script}}, {{"start", "a"}}}));
  run.begin();
  EXPECT_EQ(run.last("a")->output, "\"" + key + "\"");
  EXPECT_EQ(key, "exec_" + to_base62(some_execution().id) + ":a:0");
}

TEST(ValuesTest, ShowsTheNewestResultOfANodeInALoop) {
  Recorded run(program_of({{{.id = "count", .script = evaluates("{{node.iteration}}")},
                            {.id = "show", .script = evaluates("{{nodes.count.output}}")}},
                           {{"start", "count"},
                            {"count", "show"},
                            {.from = "show",
                             .to = "count",
                             .max_iterations = 5,
                             .condition = "{{nodes.show.output < 2}}"}}}));
  run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.last("show")->output, "2");
  EXPECT_EQ(run.last("show")->run.iteration, 2u);
}

TEST(ValuesTest, ChangesVariablesByMode) {
  using Mode = Assignment::Mode;
  const struct {
    const char* name;
    std::vector<Assignment> assignments;
    const char* vars;
  } cases[] = {
      {"the last write wins", {{"x", 1, Mode::set}, {"x", 2, Mode::set}}, R"({"x":2})"},
      {"append begins a list", {{"x", 1, Mode::append}, {"x", 2, Mode::append}}, R"({"x":[1,2]})"},
      {"append wraps", {{"x", 1, Mode::set}, {"x", 2, Mode::append}}, R"({"x":[1,2]})"},
      {"merge",
       {{"x", JsonObject{{"a", 1}, {"b", 1}}, Mode::merge},
        {"x", JsonObject{{"b", 2}}, Mode::merge}},
       R"({"x":{"a":1,"b":2}})"},
      {"increment", {{"x", 2, Mode::increment}, {"x", 3, Mode::increment}}, R"({"x":5})"},
      {"increment past 64 bits",
       {{"x", INT64_MAX, Mode::set}, {"x", 1, Mode::increment}},
       R"({"x":9223372036854775808.0})"},
      {"unset", {{"x", 1, Mode::set}, {"x", Json(), Mode::unset}}, "{}"},
      {"unset of nothing", {{"x", Json(), Mode::unset}}, "{}"},
  };
  for (const auto& [name, assignments, vars] : cases) {
    SCOPED_TRACE(name);
    Recorded run(program_of({{{.id = "a", .script = assigns(assignments)},
                              {.id = "show", .script = evaluates("{{vars}}")}},
                             {{"start", "a"}, {"a", "show"}}}));
    run.begin();
    EXPECT_EQ(parse_json(run.last("show")->output).value(), parse_json(vars).value());
  }
}

TEST(ValuesTest, RefusesValuesThatAreNestedTooDeeply) {
  Json deep;
  for (int level = 0; level <= limits::value_depth_max; ++level) deep = JsonArray{std::move(deep)};
  for (const Script& script : {returns(deep), ends(true, deep), assigns({{"x", deep}})}) {
    Recorded run(program_of({{{.id = "a", .script = script}}, {{"start", "a"}}}));
    run.begin();
    EXPECT_EQ(run.execution().error()->code, "VALUE_TOO_DEEP");
  }
}

TEST(ValuesTest, RefusesToRecordMoreThanAnExecutionMayHold) {
  const std::string large(limits::execution_value_bytes_max / 4, 'x');
  Recorded run(program_of(
      {{{.id = "a", .script = assigns({{"x", Json(large)}})}}, {{"start", "a"}, {"a", "a", 10}}}));
  run.begin();
  EXPECT_EQ(run.execution().error()->code, "EXECUTION_TOO_LARGE");
  EXPECT_EQ(run.execution().node_runs(), 5u);
}

TEST(ValuesTest, StopsATurnAtItsBudgetAndGoesOn) {
  Recorded run(program_of({{{.id = "a"}}, {{"start", "a"}, {"a", "a", 2'499}}}));
  Turn turn = run.begin();
  int turns = 1;
  while (turn.unfinished) {
    EXPECT_EQ(all_of<NodeEnded>(turn.record).size(), limits::turn_node_runs_max);
    EXPECT_TRUE(run.execution().has_ready());
    turn = run.handle(Continued{});
    ++turns;
  }
  EXPECT_EQ(turns, 3);
  EXPECT_EQ(run.execution().node_runs(), 2'500u + 1);
  EXPECT_EQ(run.execution().error()->code, "CYCLE_LIMIT");
}

TEST(ValuesTest, StopsATurnThatSpentItsExpressionSteps) {
  Script script;
  script.run = [](const NodeContext& context) {
    EXPECT_EQ(context.budget.steps_left, limits::turn_expression_steps_max)
        << "every node has its own";
    context.budget.steps_left -= limits::turn_expression_steps_max / 2;
    return Finish{};
  };
  Recorded run(program_of({{{.id = "a", .script = script}}, {{"start", "a"}, {"a", "a", 9}}}));
  const Turn turn = run.begin();
  EXPECT_TRUE(turn.unfinished);
  EXPECT_EQ(run.ended(), (Names{"start#0", "a#0", "a#1"}));
}

TEST(ValuesTest, FailsWhenItHasRunTooManyNodes) {
  Recorded run(
      program_of({{{.id = "a"}, {.id = "b"}},
                  {{"start", "a"}, {"a", "b"}, {"b", "a", limits::cycle_iterations_max}}}));
  Turn turn = run.begin();
  while (turn.unfinished) turn = run.handle(Continued{});
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
  EXPECT_EQ(run.execution().error()->code, "EXECUTION_TOO_LONG");
  EXPECT_EQ(run.execution().node_runs(), limits::execution_node_runs_max);
}

TEST(ValuesTest, FailsBeforeTokensThatMultiplyFillTheMemory) {
  TestFlow flow{{{.id = "a", .join = JoinMode::each}, {.id = "b", .join = JoinMode::each}},
                {{"start", "a"}}};
  for (int edge = 0; edge < 900; ++edge) {
    flow.edges.push_back({"start", "a"});
    flow.edges.push_back({"a", "b"});
  }
  Recorded run(program_of(flow));
  const Turn turn = run.begin();
  EXPECT_FALSE(turn.unfinished);
  EXPECT_EQ(run.execution().error()->code, "EXECUTION_TOO_LONG");
  EXPECT_LT(run.execution().node_runs(), 100u);
}

}  // namespace
}  // namespace millrace::testing
