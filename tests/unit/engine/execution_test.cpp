// Plan and events in, record and effects out: beginning, ending, answering, passing on.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

using Names = std::vector<std::string>;

const std::vector<std::string> yes_no{"yes", "no"};

template <class Value>
std::vector<Value> all_of(const TurnRecord& record) {
  std::vector<Value> found;
  for (const Change& change : record.changes) {
    if (const auto* value = std::get_if<Value>(&change)) found.push_back(*value);
  }
  return found;
}

Script answers(std::string body) {
  Script script;
  script.run = [body](const NodeContext&) {
    Finish finish;
    finish.answer = Answer{200, {}, "application/json", body};
    return finish;
  };
  return script;
}

Script assigns(std::vector<Assignment> assignments) {
  Script script;
  script.run = [assignments](const NodeContext&) {
    Finish finish;
    finish.assignments = assignments;
    return finish;
  };
  return script;
}

/// Leaves with what the expression gives.
Script evaluates(const std::string& text) {
  Script script;
  script.run = [text](const NodeContext& context) -> Decision {
    auto value = expr::Template::compile(Json(text))->evaluate(context.scope, context.budget);
    if (!value) return to_node_error(value.error());
    Finish finish;
    finish.output = *std::move(value);
    return finish;
  };
  return script;
}

TEST(ExecutionTest, BeginsAndEndsAPureFlowInOneTurn) {
  Recorded run(program_of({{{.id = "a", .script = returns(1)},
                            {.id = "b", .handles = yes_no, .script = leaves_by({"yes"}, true)},
                            {.id = "c", .handles = {}, .script = ends(true, "done")}},
                           {{"start", "a"}, {"a", "b"}, {"b.yes", "c"}, {"b.no", "a", 1}}}));
  const Turn turn = run.begin();
  EXPECT_EQ(turn.record.turn, 0u);
  EXPECT_EQ(turn.record.at, at(1'000));
  ASSERT_EQ(turn.record.changes.size(), 6u);
  const auto& began = std::get<RunBegan>(turn.record.changes.front());
  EXPECT_EQ(began.payload, R"({"name":"Ada"})");
  EXPECT_EQ(began.flow_version, 3u);
  EXPECT_EQ(run.ended(), (Names{"start#0", "a#0", "b#0", "c#0"}));
  EXPECT_EQ(run.last("start")->output, "") << "the payload stands in RunBegan alone";
  EXPECT_EQ(run.last("b")->taken, std::vector<EdgeIndex>{2});
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.execution().output(), R"("done")");
  EXPECT_EQ(run.execution().turns(), 1u);
  EXPECT_EQ(run.execution().node_runs(), 4u);
  EXPECT_FALSE(run.execution().next_wake());
}

TEST(ExecutionTest, EndsWhenNoTokenIsLeft) {
  Recorded run(program_of({{{.id = "a"}, {.id = "b"}}, {{"start", "a"}, {"a", "b"}}}));
  run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.execution().output(), "");
}

TEST(ExecutionTest, GivesANodeTheOutputsThatItsEdgesBrought) {
  std::vector<std::string> seen;
  Script script;
  script.run = [&seen](const NodeContext& context) {
    for (std::size_t index = 0; index < context.inputs.size(); ++index) {
      seen.push_back(std::string(context.input_nodes[index]) + "=" +
                     print_json(*context.inputs[index]));
    }
    return Finish{};
  };
  Recorded run(
      program_of({{{.id = "a", .script = returns(1)},
                   {.id = "b", .script = returns(Json())},
                   {.id = "c", .script = script}},
                  {{"start", "a"}, {"start", "b"}, {"b", "c"}, {"a", "c"}, {"start", "c"}}}));
  run.begin();
  EXPECT_EQ(seen, (Names{"b=null", "a=1", R"(start={"name":"Ada"})"}));
  EXPECT_EQ(run.last("c")->input.size(), 3u);
}

TEST(ExecutionTest, EndsAllTokensAtATerminatingEnd) {
  Recorded run(
      program_of({{{.id = "call", .script = calls_out()},
                   {.id = "after"},
                   {.id = "rest", .script = sleeps_until(at(5'000))},
                   {.id = "stop", .handles = {}, .script = ends(true, 7)}},
                  {{"start", "call"}, {"start", "rest"}, {"rest", "stop"}, {"call", "after"}}}));
  const Turn first = run.begin();
  run.handle(Woken{}, 5'000);
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_TRUE(run.last("stop")->ends_run);
  EXPECT_TRUE(run.execution().open_calls().empty());
  const std::string before = run.execution().snapshot();
  EXPECT_TRUE(run.returned(first.calls[0], reply(200, "late"), 6'000).empty());
  EXPECT_TRUE(run.handle(Woken{}, 9'000).empty());
  EXPECT_TRUE(run.handle(Continued{}, 9'000).empty());
  EXPECT_EQ(run.execution().snapshot(), before) << "a finished execution never changes";
}

TEST(ExecutionTest, LetsOtherTokensGoOnAtAnEndThatDoesNotTerminate) {
  Recorded run(program_of({{{.id = "stop", .handles = {}, .script = ends(false, 1)},
                            {.id = "call", .script = calls_out()},
                            {.id = "last", .handles = {}, .script = ends(false, 2)}},
                           {{"start", "stop"}, {"start", "call"}, {"call", "last"}}}));
  const Turn first = run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::running);
  run.returned(first.calls[0], reply(200, "x"));
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.execution().output(), "2") << "the output of the last end";
}

TEST(ExecutionTest, IsCancelledByAnEndThatSaysSo) {
  Recorded run(program_of(
      {{{.id = "stop", .handles = {}, .script = ends(true, Json(), true)}}, {{"start", "stop"}}}));
  run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::cancelled);
}

TEST(ExecutionTest, EvaluatesTheOutputThatTheSettingsName) {
  auto program = program_of({{{.id = "a", .script = returns(20)}}, {{"start", "a"}}});
  program->output = expr::Template::compile(JsonObject{{"sum", "{{nodes.a.output + 1}}"}}).value();
  Recorded run(program);
  run.begin();
  EXPECT_EQ(run.execution().output(), R"({"sum":21})");
}

TEST(ExecutionTest, FailsWhenItsOutputCannotBeEvaluated) {
  auto program = program_of({{{.id = "a"}}, {{"start", "a"}}});
  program->output = expr::Template::compile(Json("{{1 / 0}}")).value();
  Recorded run(program);
  run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
  EXPECT_EQ(run.execution().error()->error_class, ErrorClass::expression);
}

TEST(ExecutionTest, AnswersOnceAndLogsThatItWasAskedAgain) {
  Recorded run(
      program_of({{{.id = "a", .script = answers("1")}, {.id = "b", .script = answers("2")}},
                  {{"start", "a"}, {"a", "b"}}}));
  const Turn turn = run.begin();
  ASSERT_TRUE(turn.answer);
  EXPECT_EQ(turn.answer->body, "1");
  ASSERT_EQ(turn.logs.size(), 1u);
  EXPECT_EQ(turn.logs[0].level, "warn");
  EXPECT_FALSE(run.last("b")->answer);
}

TEST(ExecutionTest, AnswersOnceOverSeveralTurns) {
  Recorded run(program_of({{{.id = "a", .script = answers("1")},
                            {.id = "call", .script = calls_out()},
                            {.id = "b", .script = answers("2")}},
                           {{"start", "a"}, {"a", "call"}, {"call", "b"}}}));
  const Turn first = run.begin();
  EXPECT_TRUE(first.answer);
  EXPECT_FALSE(run.returned(first.calls[0], reply(200, "")).answer);
}

TEST(ExecutionTest, TakesAnEdgeOnlyIfItsConditionHoldsForTheResultOfItsNode) {
  Recorded run(program_of({{{.id = "a", .script = returns(JsonObject{{"n", 5}})},
                            {.id = "many"},
                            {.id = "few"},
                            {.id = "always"}},
                           {{"start", "a"},
                            {.from = "a", .to = "many", .condition = "{{nodes.a.output.n > 3}}"},
                            {.from = "a", .to = "few", .condition = "{{nodes.a.output.n < 3}}"},
                            {"a", "always"}}}));
  run.begin();
  EXPECT_EQ(run.ended(), (Names{"start#0", "a#0", "many#0", "always#0"}));
}

TEST(ExecutionTest, FailsANodeWhoseEdgeConditionCannotBeEvaluatedAndKeepsItsVariablesAsTheyWere) {
  auto program = program_of(
      {{{.id = "a",
         .script = assigns({{"x", Json(1), Assignment::Mode::set}}),
         .adjust = [](ProgramNode& node) { node.save_as = "saved"; }},
        {.id = "b"},
        {.id = "c", .script = evaluates("{{vars}}")}},
       {{"start", "a"}, {.from = "a", .to = "b", .condition = "{{1 / 0 > 1}}"}, {"a.error", "c"}}});
  Recorded run(program);
  run.begin();
  EXPECT_EQ(run.last("a")->status, NodeRunStatus::failed);
  EXPECT_EQ(run.last("a")->error->error_class, ErrorClass::expression);
  EXPECT_EQ(run.last("c")->output, "{}");
  EXPECT_EQ(run.last("b"), nullptr);
}

TEST(ExecutionTest, FailsANodeThatNeedsAnEdgeAndHasNone) {
  Script script;
  script.run = [](const NodeContext&) {
    Finish finish;
    finish.handles = {"yes"};
    finish.needs_edge = true;
    return finish;
  };
  Recorded run(program_of({{{.id = "a", .handles = yes_no, .script = script}, {.id = "b"}},
                           {{"start", "a"}, {"a.no", "b"}}}));
  run.begin();
  EXPECT_EQ(run.execution().error()->code, "NO_BRANCH_MATCHED");
  EXPECT_EQ(run.execution().error()->node_id, "a");
}

TEST(ExecutionTest, PassesInputsThroughADisabledNode) {
  const auto disable = [](ProgramNode& node) {
    node.disabled = true;
    node.decide = nullptr;
  };
  Recorded run(
      program_of({{{.id = "a", .script = returns("A")},
                   {.id = "b", .script = returns("B")},
                   {.id = "one", .script = {}, .adjust = disable},
                   {.id = "two", .handles = yes_no, .script = {}, .adjust = disable},
                   {.id = "show", .script = evaluates("{{nodes.one.output}}{{nodes.two.output}}")},
                   {.id = "never"}},
                  {{"start", "a"},
                   {"start", "b"},
                   {"a", "one"},
                   {"one", "two"},
                   {"b", "two"},
                   {"two.yes", "show"},
                   {"two.no", "never"}}}));
  run.begin();
  EXPECT_EQ(run.last("show")->output, R"("A{\"one\":\"A\",\"b\":\"B\"}")");
  EXPECT_EQ(run.last("one")->output, "") << "no second copy is recorded";
  EXPECT_EQ(run.last("never"), nullptr) << "left by its first handle, having no default";
}

TEST(ExecutionTest, ShowsExpressionsWhatTheContractNames) {
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

TEST(ExecutionTest, MakesTheDefaultIdempotencyKeyFromWhatExpressionsSee) {
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

TEST(ExecutionTest, ShowsTheNewestResultOfANodeInALoop) {
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

TEST(ExecutionTest, ChangesVariablesByMode) {
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

TEST(ExecutionTest, RefusesValuesThatAreNestedTooDeeply) {
  Json deep;
  for (int level = 0; level <= limits::value_depth_max; ++level) deep = JsonArray{std::move(deep)};
  for (const Script& script : {returns(deep), ends(true, deep), assigns({{"x", deep}})}) {
    Recorded run(program_of({{{.id = "a", .script = script}}, {{"start", "a"}}}));
    run.begin();
    EXPECT_EQ(run.execution().error()->code, "VALUE_TOO_DEEP");
  }
}

TEST(ExecutionTest, RefusesToRecordMoreThanAnExecutionMayHold) {
  const std::string large(limits::execution_value_bytes_max / 4, 'x');
  Recorded run(program_of(
      {{{.id = "a", .script = assigns({{"x", Json(large)}})}}, {{"start", "a"}, {"a", "a", 10}}}));
  run.begin();
  EXPECT_EQ(run.execution().error()->code, "EXECUTION_TOO_LARGE");
  EXPECT_EQ(run.execution().node_runs(), 5u);
}

TEST(ExecutionTest, StopsATurnAtItsBudgetAndGoesOn) {
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

TEST(ExecutionTest, StopsATurnThatSpentItsExpressionSteps) {
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

TEST(ExecutionTest, FailsWhenItHasRunTooManyNodes) {
  Recorded run(
      program_of({{{.id = "a"}, {.id = "b"}},
                  {{"start", "a"}, {"a", "b"}, {"b", "a", limits::cycle_iterations_max}}}));
  Turn turn = run.begin();
  while (turn.unfinished) turn = run.handle(Continued{});
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
  EXPECT_EQ(run.execution().error()->code, "EXECUTION_TOO_LONG");
  EXPECT_EQ(run.execution().node_runs(), limits::execution_node_runs_max);
}

}  // namespace
}  // namespace millrace::testing
