// Calls, sleeps, retries, failures and caps: everything that happens over more than one turn.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

using Names = std::vector<std::string>;

void retries(ProgramNode& node) {
  node.retry.attempts_max = 3;
  node.retry.delay_first = Duration(1'000);
}

TestFlow one_call(std::function<void(ProgramNode&)> adjust = {}) {
  return {{{.id = "call", .script = calls_out(), .adjust = std::move(adjust)}, {.id = "after"}},
          {{"start", "call"}, {"call", "after"}}};
}

NodeError timeout_error() {
  NodeError error;
  error.code = "TIMEOUT";
  error.message = "no reply";
  error.error_class = ErrorClass::timeout;
  return error;
}

NodeEnded end_of(NodeRunKey run, std::vector<EdgeIndex> taken, std::string output) {
  NodeEnded ended;
  ended.run = run;
  ended.taken = std::move(taken);
  ended.output = std::move(output);
  return ended;
}

TEST(WaitingTest, OpensACallAndGoesOnWhenItReturns) {
  Recorded run(program_of(one_call()));
  const Turn first = run.begin();
  ASSERT_EQ(first.calls.size(), 1u);
  EXPECT_EQ(first.calls[0].attempt, 1);
  EXPECT_FALSE(run.execution().waiting()) << "a call is open";
  EXPECT_FALSE(run.execution().next_wake());
  const Turn second = run.returned(first.calls[0], reply(200, "ok"), 1'500);
  EXPECT_EQ(second.record.turn, 1u);
  EXPECT_EQ(run.last("call")->output, R"("ok")");
  EXPECT_EQ(run.last("call")->started, at(1'000));
  EXPECT_EQ(run.last("call")->ended, at(1'500));
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
}

TEST(WaitingTest, IgnoresResultsOfOtherAttemptsAndRuns) {
  Recorded run(program_of(one_call()));
  const Turn first = run.begin();
  CallEffect other = first.calls[0];
  other.attempt = 2;
  EXPECT_TRUE(run.returned(other, reply(200, "")).empty());
  other = first.calls[0];
  other.run.iteration = 1;
  EXPECT_TRUE(run.returned(other, reply(200, "")).empty());
  other.run = {no_node, 0};
  EXPECT_TRUE(run.returned(other, reply(200, "")).empty());
  EXPECT_FALSE(run.returned(first.calls[0], reply(200, "")).empty());
  EXPECT_TRUE(run.returned(first.calls[0], reply(200, "")).empty());
}

TEST(WaitingTest, TriesAgainWithTheSameRequestAndKey) {
  Recorded run(program_of(one_call(retries)));
  const Turn first = run.begin();
  const Turn failed = run.returned(first.calls[0], reply(503, ""), 2'000);
  EXPECT_TRUE(failed.calls.empty());
  ASSERT_TRUE(std::holds_alternative<AttemptFailed>(failed.record.changes[0]));
  EXPECT_EQ(run.execution().next_wake(), at(2'500)) << "1000 ms times a jitter of 0.5";
  EXPECT_TRUE(run.execution().waiting());
  EXPECT_TRUE(run.handle(Woken{}, 2'499).empty());
  const Turn again = run.handle(Woken{}, 2'500);
  ASSERT_EQ(again.calls.size(), 1u);
  EXPECT_EQ(again.calls[0].attempt, 2);
  EXPECT_EQ(again.calls[0].request.idempotency_key, first.calls[0].request.idempotency_key);
  EXPECT_TRUE(run.returned(first.calls[0], reply(200, "late"), 2'600).empty())
      << "attempt 1 is over";
  run.returned(again.calls[0], reply(200, "ok"), 2'600);
  EXPECT_EQ(run.last("call")->attempt, 2);
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
}

TEST(WaitingTest, GivesUpAfterTheLastAttempt) {
  Recorded run(program_of(one_call(retries)));
  Turn turn = run.begin();
  std::int64_t now = 1'000;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(turn.calls.size(), 1u) << attempt;
    now += 10'000;
    run.handle(CallReturned{turn.calls[0].run, attempt, timeout_error()}, now);
    now += 10'000;
    if (attempt < 3) turn = run.handle(Woken{}, now);
  }
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
  EXPECT_EQ(run.execution().error()->attempt, 3);
  EXPECT_EQ(run.execution().error()->node_id, "call");
  EXPECT_EQ(run.execution().error()->error_class, ErrorClass::timeout);
}

TEST(WaitingTest, DoesNotRepeatWhatThePolicyDoesNotName) {
  Recorded run(program_of(one_call(retries)));
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(404, ""));
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
  EXPECT_EQ(run.execution().error()->status, 404);
}

TEST(WaitingTest, RunsANodeAgainThatFailedBeforeItCalled) {
  int runs = 0;
  Script script;
  script.run = [&runs](const NodeContext&) -> Decision {
    ++runs;
    if (runs == 1) return timeout_error();
    return Finish{};
  };
  Recorded run(program_of({{{.id = "a", .script = script, .adjust = retries}}, {{"start", "a"}}}));
  run.begin();
  EXPECT_EQ(run.execution().node_runs(), 2u)
      << "an activation counts once, however often it is tried";
  run.handle(Woken{}, 9'000);
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.execution().node_runs(), 2u);
  EXPECT_EQ(run.last("a")->attempt, 2);
}

TEST(WaitingTest, DoesWhatOnErrorSays) {
  const struct {
    const char* name;
    OnError on_error;
    RunStatus status;
    Names ended;
  } cases[] = {
      {"fail", OnError::fail, RunStatus::failed, {"start#0", "a#0"}},
      {"continue", OnError::continue_run, RunStatus::completed, {"start#0", "a#0", "next#0"}},
      {"branch", OnError::branch, RunStatus::completed, {"start#0", "a#0", "rescue#0"}},
  };
  for (const auto& [name, on_error, status, ended] : cases) {
    SCOPED_TRACE(name);
    const auto adjust = [on_error = on_error](ProgramNode& node) { node.on_error = on_error; };
    Recorded run(program_of({{{.id = "a", .script = fails("BROKEN"), .adjust = adjust},
                              {.id = "next"},
                              {.id = "rescue"}},
                             {{"start", "a"}, {"a", "next"}, {"a.error", "rescue"}}}));
    run.begin();
    EXPECT_EQ(run.execution().status(), status);
    EXPECT_EQ(run.ended(), ended);
    const NodeEnded* failed = run.last("a");
    EXPECT_EQ(failed->status, NodeRunStatus::failed);
    EXPECT_EQ(failed->error->node_id, "a");
    if (status == RunStatus::completed) {
      const Json output = parse_json(failed->output).value();
      EXPECT_EQ(output.at("error").at("code"), "BROKEN");
      EXPECT_EQ(output.at("error").at("class"), "runtime");
    } else {
      EXPECT_EQ(run.execution().error()->code, "BROKEN");
    }
  }
}

TEST(WaitingTest, FailsWhenItShouldBranchAndNoEdgeLeavesByError) {
  const auto adjust = [](ProgramNode& node) { node.on_error = OnError::branch; };
  Recorded run(
      program_of({{{.id = "a", .script = fails("BROKEN"), .adjust = adjust}}, {{"start", "a"}}}));
  run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
}

TEST(WaitingTest, LeavesByAStatusHandleWhateverOnErrorSays) {
  Recorded run(program_of(
      {{{.id = "call", .handles = {"default", "status:404", "status:4xx"}, .script = calls_out()},
        {.id = "missing"},
        {.id = "refused"}},
       {{"start", "call"}, {"call.status:404", "missing"}, {"call.status:4xx", "refused"}}}));
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(404, ""));
  EXPECT_EQ(run.ended(), (Names{"start#0", "call#0", "missing#0"}));
}

TEST(WaitingTest, EndsEverythingElseWhenANodeFails) {
  Recorded run(
      program_of({{{.id = "call", .script = calls_out()}, {.id = "slow", .script = calls_out()}},
                  {{"start", "call"}, {"start", "slow"}}}));
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(500, ""));
  EXPECT_EQ(run.execution().status(), RunStatus::failed);
  EXPECT_TRUE(run.returned(first.calls[1], reply(200, "")).empty());
}

TEST(WaitingTest, SleepsUntilItsTimeHasCome) {
  Recorded run(program_of({{{.id = "rest", .script = sleeps_until(at(90'000))}, {.id = "after"}},
                           {{"start", "rest"}, {"rest", "after"}}}));
  run.begin();
  EXPECT_TRUE(run.execution().waiting());
  EXPECT_EQ(run.execution().next_wake(), at(90'000));
  EXPECT_TRUE(run.handle(Woken{}, 89'999).empty());
  run.handle(Woken{}, 90'000);
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.last("rest")->started, at(1'000));
}

TEST(WaitingTest, FiresAllThatIsDueInOrderOfTime) {
  Recorded run(program_of({{{.id = "third", .script = sleeps_until(at(9'000))},
                            {.id = "second", .script = sleeps_until(at(3'000))},
                            {.id = "first", .script = sleeps_until(at(2'000))}},
                           {{"start", "third"}, {"start", "second"}, {"start", "first"}}}));
  run.begin();
  EXPECT_EQ(run.execution().next_wake(), at(2'000));
  run.handle(Woken{}, 3'000);
  EXPECT_EQ(run.ended(), (Names{"start#0", "first#0", "second#0"}));
  EXPECT_EQ(run.execution().next_wake(), at(9'000));
}

TEST(WaitingTest, GoesOnAtOnceFromASleepThatIsPast) {
  Recorded run(program_of({{{.id = "rest", .script = sleeps_until(at(5))}}, {{"start", "rest"}}}));
  run.begin();
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
}

TEST(WaitingTest, EndsAtTheSmallerOfItsCaps) {
  const struct {
    const char* name;
    std::optional<Duration> max_duration, ttl;
    RunStatus status;
    std::int64_t due;
  } cases[] = {
      {"duration", Duration(5'000), std::nullopt, RunStatus::timed_out, 6'000},
      {"ttl", std::nullopt, Duration(4'000), RunStatus::cancelled, 5'000},
      {"duration first", Duration(3'000), Duration(4'000), RunStatus::timed_out, 4'000},
      {"ttl first", Duration(9'000), Duration(4'000), RunStatus::cancelled, 5'000},
  };
  for (const auto& [name, max_duration, ttl, status, due] : cases) {
    SCOPED_TRACE(name);
    auto program = program_of(one_call());
    program->max_duration = max_duration;
    program->ttl = ttl;
    Recorded run(program);
    const Turn first = run.begin();
    EXPECT_EQ(run.execution().next_wake(), at(due));
    EXPECT_TRUE(run.handle(Woken{}, due - 1).empty());
    run.returned(first.calls[0], reply(200, "too late"), 20'000);
    EXPECT_EQ(run.execution().status(), status);
    EXPECT_EQ(run.last("call"), nullptr);
  }
}

TEST(WaitingTest, IssuesOpenCallsAgainAfterARestartWithTheSameRequestKeyAndAttempt) {
  const auto program = program_of(one_call(retries));
  Recorded run(program);
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(503, ""), 2'000);
  const Turn again = run.handle(Woken{}, 60'000);
  const auto restored = Execution::restore(some_execution(), program, run.execution().snapshot());
  ASSERT_TRUE(restored);
  const auto calls = restored->open_calls();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].attempt, 2);
  EXPECT_EQ(calls[0].run, again.calls[0].run);
  EXPECT_EQ(calls[0].request.idempotency_key, again.calls[0].request.idempotency_key);
  EXPECT_EQ(std::get<HttpCall>(calls[0].request.what).url,
            std::get<HttpCall>(again.calls[0].request.what).url);
}

TEST(WaitingTest, UsesTheIdempotencyKeyThatTheFlowGives) {
  const auto adjust = [](ProgramNode& node) {
    node.idempotency_key = expr::Template::compile(Json("order-{{trigger.order}}")).value();
  };
  Recorded run(program_of(one_call(adjust)));
  EXPECT_EQ(run.begin(JsonObject{{"order", 12}}).calls[0].request.idempotency_key, "order-12");
}

TEST(WaitingTest, RefusesRecordsOutOfOrderOrNotItsOwn) {
  const auto program = program_of(one_call());
  Recorded run(program);
  const Turn first = run.begin();
  Execution fresh(some_execution(), program);
  TurnRecord record = first.record;
  record.turn = 1;
  EXPECT_EQ(fresh.replay(record).error().code, ErrorCode::corrupt);
  record.turn = 0;
  const struct {
    const char* name;
    Change change;
  } cases[] = {
      {"a call of nobody",
       CallOpened{.run = {2, 5}, .attempt = 1, .input = {}, .request = some_request()}},
      {"a node that is not there", SleepOpened{.run = {900, 0}, .input = {}, .until = {}}},
      {"an edge of another node", end_of({1, 0}, {0}, "")},
      {"an edge that is not there", end_of({1, 0}, {77}, "")},
      {"a second beginning", RunBegan{}},
      {"an output that is not JSON", end_of({1, 0}, {}, "{")},
  };
  for (const auto& [name, change] : cases) {
    Execution execution(some_execution(), program);
    TurnRecord damaged = record;
    damaged.changes.push_back(change);
    const auto replayed = execution.replay(damaged);
    ASSERT_FALSE(replayed) << name;
    EXPECT_EQ(replayed.error().code, ErrorCode::corrupt) << name;
  }
}

TEST(WaitingTest, RefusesASnapshotThatIsCutOrOfAnotherProgram) {
  const auto program = program_of(one_call());
  Recorded run(program);
  run.begin();
  const std::string whole = run.execution().snapshot();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto restored = Execution::restore(some_execution(), program, whole.substr(0, size));
    EXPECT_FALSE(restored) << size;
  }
  EXPECT_FALSE(Execution::restore(some_execution(), program, whole + "x"));
  const auto other = program_of({{{.id = "a"}}, {{"start", "a"}}});
  EXPECT_FALSE(Execution::restore(some_execution(), other, whole));
}

}  // namespace
}  // namespace millrace::testing
