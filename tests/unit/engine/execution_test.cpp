// Plan and events in, record and effects out: beginning, ending, answering, passing on.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

using Names = std::vector<std::string>;

const std::vector<std::string> yes_no{"yes", "no"};

Script answers(std::string body) {
  Script script;
  script.run = [body](const NodeContext&) {
    Finish finish;
    finish.answer = Answer{200, {}, "application/json", body};
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

}  // namespace
}  // namespace millrace::testing
