// Cancel, pause and resume; and what a replay from the failed node keeps.
#include "runtime/engine/kept.hpp"
#include "runtime/engine/trace.hpp"
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace millrace::testing {
namespace {

using Names = std::vector<std::string>;

const Event cancel = ControlAsked{Control::cancel};
const Event pause = ControlAsked{Control::pause};
const Event resume = ControlAsked{Control::resume};

TestFlow one_call(std::function<void(ProgramNode&)> adjust = {}) {
  return {{{.id = "call", .script = calls_out(), .adjust = std::move(adjust)}, {.id = "after"}},
          {{"start", "call"}, {"call", "after"}}};
}

TestFlow one_rest(std::int64_t until) {
  return {{{.id = "rest", .script = sleeps_until(at(until))}, {.id = "after"}},
          {{"start", "rest"}, {"rest", "after"}}};
}

TEST(ControlTest, CancelEndsTheRunAndAbandonsItsCall) {
  const auto program = program_of(one_call());
  Recorded run(program);
  const Turn first = run.begin();
  const Turn turn = run.handle(cancel, 2'000);
  EXPECT_EQ(run.execution().status(), RunStatus::cancelled);
  EXPECT_EQ(run.execution().error()->code, "EXECUTION_CANCELLED");
  EXPECT_TRUE(run.execution().open_calls().empty());
  EXPECT_FALSE(run.execution().next_wake());
  EXPECT_EQ(turn.record.changes.size(), 1u);
  EXPECT_TRUE(run.returned(first.calls[0], reply(200, "late"), 3'000).empty());
  EXPECT_EQ(build_trace(*program, run.records()).node_runs.back().error->code, "ABANDONED");
}

TEST(ControlTest, WhatIsSoAlreadyChangesNothing) {
  Recorded run(program_of(one_call()));
  run.begin();
  EXPECT_TRUE(run.handle(resume).empty());
  EXPECT_FALSE(run.handle(pause).empty());
  EXPECT_TRUE(run.handle(pause).empty());
  EXPECT_TRUE(run.execution().paused());
  EXPECT_FALSE(run.handle(cancel).empty());
  EXPECT_FALSE(run.execution().paused());
  for (const Event& event : {cancel, pause, resume}) EXPECT_TRUE(run.handle(event).empty());
}

TEST(ControlTest, APausedRunSleepsOnBeyondItsTimeAndGoesOnWhenItIsResumed) {
  Recorded run(program_of(one_rest(5'000)));
  run.begin();
  EXPECT_EQ(run.execution().next_wake(), at(5'000));
  run.handle(pause, 2'000);
  EXPECT_FALSE(run.execution().next_wake());
  EXPECT_FALSE(run.execution().waiting()) << "its substatus is paused";
  EXPECT_TRUE(run.handle(Woken{}, 60'000).empty());
  run.handle(resume, 70'000);
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
  EXPECT_EQ(run.last("rest")->ended, at(70'000));
}

TEST(ControlTest, AResultThatComesBackDuringAPauseIsKeptAndUsedAfterIt) {
  const auto program = program_of(one_call());
  Recorded run(program);
  const Turn first = run.begin();
  run.handle(pause, 1'100);
  EXPECT_EQ(run.execution().open_calls().size(), 1u);
  EXPECT_FALSE(run.returned(first.calls[0], reply(200, "kept"), 1'200).empty());
  EXPECT_TRUE(run.execution().open_calls().empty()) << "the result is journaled";
  EXPECT_TRUE(run.returned(first.calls[0], reply(200, "again"), 1'300).empty());
  EXPECT_EQ(run.execution().status(), RunStatus::running);
  EXPECT_FALSE(run.execution().has_ready());
  run.handle(resume, 9'000);
  EXPECT_EQ(run.last("call")->output, R"("kept")");
  EXPECT_EQ(run.execution().status(), RunStatus::completed);
}

TEST(ControlTest, AFailureThatComesBackDuringAPauseIsRetriedAfterIt) {
  Recorded run(program_of(one_call([](ProgramNode& node) { node.retry.attempts_max = 2; })));
  const Turn first = run.begin();
  run.handle(pause, 1'100);
  run.returned(first.calls[0], reply(503, ""), 1'200);
  const Turn resumed = run.handle(resume, 9'000);
  ASSERT_TRUE(std::holds_alternative<AttemptFailed>(resumed.record.changes.back()));
  const Turn again = run.handle(Woken{}, 60'000);
  ASSERT_EQ(again.calls.size(), 1u);
  EXPECT_EQ(again.calls[0].attempt, 2);
}

TEST(ControlTest, APauseStopsAtTheEndOfATurnThatRanOutOfItsBudget) {
  const auto program =
      program_of({{{.id = "a", .handles = {"more", "done"}, .script = leaves_by({"more"}, {})}},
                  {{"start", "a"}, {"a.more", "a", 5'000}}});
  Recorded run(program);
  ASSERT_TRUE(run.begin().unfinished);
  run.handle(pause);
  EXPECT_FALSE(run.execution().has_ready());
  EXPECT_TRUE(run.handle(Continued{}).empty());
  EXPECT_TRUE(run.handle(resume).unfinished);
}

TEST(ControlTest, CapsGoOnCountingDuringAPause) {
  const struct {
    const char* name;
    std::optional<Duration> max_duration, ttl;
    RunStatus status;
    std::string code;
  } cases[] = {
      {"duration", Duration(4'000), std::nullopt, RunStatus::timed_out, "EXECUTION_TIMED_OUT"},
      {"ttl", std::nullopt, Duration(4'000), RunStatus::cancelled, "EXECUTION_EXPIRED"},
  };
  for (const auto& [name, max_duration, ttl, status, code] : cases) {
    for (const Event& event : {Event(Woken{}), resume, pause}) {
      SCOPED_TRACE(name);
      auto program = program_of(one_rest(900'000));
      program->max_duration = max_duration;
      program->ttl = ttl;
      Recorded run(program);
      run.begin();
      run.handle(pause, 2'000);
      EXPECT_EQ(run.execution().next_wake(), at(5'000));
      run.handle(event, 5'000);
      if (std::holds_alternative<ControlAsked>(event) && run.execution().paused()) {
        run.handle(Woken{}, 5'000);
      }
      EXPECT_EQ(run.execution().status(), status);
      EXPECT_EQ(run.execution().error()->code, code);
    }
  }
}

/// Pausing and resuming at any moment changes nothing of what a run does: with the same answers it
/// ends as it would have.
TEST(ControlTest, PausesAtAnyMomentChangeNothingOfTheOutcome) {
  EXPECT_TRUE(rc::check([] {
    TestFlow flow{{{.id = "a", .script = calls_out()},
                   {.id = "b", .script = calls_out()},
                   {.id = "rest", .script = sleeps_until(at(3'000))},
                   {.id = "join", .script = evaluates("{{nodes.a.output}}{{nodes.b.output}}")},
                   {.id = "end", .script = ends(false, "over")}},
                  {{"start", "a"},
                   {"start", "b"},
                   {"start", "rest"},
                   {"a", "join"},
                   {"b", "join"},
                   {"rest", "join"},
                   {"join", "end"}}};
    Recorded run(program_of(flow));
    const Turn first = run.begin();
    std::vector<Event> events{Woken{}};
    for (const CallEffect& call : first.calls) {
      events.push_back(
          CallReturned{call.run, call.attempt, reply(200, run.name_of(call.run).substr(0, 1))});
    }
    std::int64_t now = 3'000;
    while (!events.empty()) {
      const auto toggles = *rc::gen::container<std::vector<bool>>(
          *rc::gen::inRange<std::size_t>(0, 4), rc::gen::arbitrary<bool>());
      for (const bool stops : toggles) run.handle(stops ? pause : resume, ++now);
      const auto next = *rc::gen::inRange<std::size_t>(0, events.size());
      run.handle(events[next], ++now);
      events.erase(events.begin() + static_cast<std::ptrdiff_t>(next));
    }
    run.handle(resume, ++now);
    RC_ASSERT(!::testing::Test::HasFailure());
    RC_ASSERT(run.execution().status() == RunStatus::completed);
    RC_ASSERT(run.last("join")->output == R"("ab")");
    RC_ASSERT(run.execution().output() == R"("over")");
  }));
}

TEST(ControlTest, AReplayFromTheFailedNodeKeepsWhatWasDoneBeforeIt) {
  const TestFlow flow{{{.id = "first", .script = calls_out()},
                       {.id = "beside", .script = calls_out()},
                       {.id = "second", .script = calls_out()},
                       {.id = "end", .script = ends(false, "over")}},
                      {{"start", "first"},
                       {"start", "beside"},
                       {"first", "second"},
                       {"second", "end"},
                       {"beside", "end"}}};
  const auto program = program_of(flow);
  Recorded failed(program);
  const Turn begun = failed.begin();
  const Turn next = failed.returned(begun.calls[0], reply(200, "one"), 2'000);
  failed.returned(next.calls[0], reply(500, ""), 3'000);
  ASSERT_EQ(failed.execution().status(), RunStatus::failed);

  const auto kept = changes_before_failure(failed.records());
  ASSERT_TRUE(kept);
  Trigger trigger = trigger_of(program);
  trigger.replay_of = some_execution(9);
  trigger.kept = std::make_shared<const KeptChanges>(*kept);
  Execution again(some_execution(), program);
  const Turn turn = again.begin(trigger, at(50'000), 0.5);
  ASSERT_EQ(turn.calls.size(), 2u) << "the failed node, and the one that was still open";
  std::vector<std::string> asked;
  for (const CallEffect& call : turn.calls) asked.push_back(failed.name_of(call.run));
  EXPECT_EQ(asked, (Names{"beside#0", "second#0"}));

  const auto record = decode_record(encode_record(turn.record));
  ASSERT_TRUE(record);
  EXPECT_EQ(std::get<RunBegan>(record->changes[0]).replay_of, some_execution(9));
  Execution replayed(some_execution(), program);
  ASSERT_TRUE(replayed.replay(*record));
  EXPECT_EQ(replayed.snapshot(), again.snapshot());
  const Trace trace = build_trace(*program, std::vector<TurnRecord>{*record});
  EXPECT_EQ(trace.node_runs[1].node_id, "first");
  EXPECT_EQ(trace.node_runs[1].output, R"("one")");
  EXPECT_EQ(trace.node_runs[1].ended, at(2'000));

  again.handle(CallReturned{turn.calls[0].run, 1, reply(200, "x")}, at(51'000), 0.5);
  again.handle(CallReturned{turn.calls[1].run, 1, reply(200, "y")}, at(52'000), 0.5);
  EXPECT_EQ(again.status(), RunStatus::completed);
}

TEST(ControlTest, OnlyARunThatOneOfItsNodesFailedCanBeReplayedFromThere) {
  Recorded completed(program_of({{{.id = "a"}}, {{"start", "a"}}}));
  completed.begin();
  EXPECT_FALSE(changes_before_failure(completed.records()));
  Recorded cancelled(program_of(one_call()));
  cancelled.begin();
  EXPECT_FALSE(changes_before_failure(cancelled.records())) << "it goes on";
  cancelled.handle(cancel);
  EXPECT_FALSE(changes_before_failure(cancelled.records()));
}

TEST(ControlTest, ChangesThatDoNotFitTheFlowFailTheReplay) {
  Recorded failed(program_of(
      {{{.id = "a"}, {.id = "b", .script = fails("NO")}}, {{"start", "a"}, {"a", "b"}}}));
  failed.begin();
  Trigger trigger = trigger_of(program_of({{}, {}}));
  trigger.kept =
      std::make_shared<const KeptChanges>(changes_before_failure(failed.records()).value());
  Execution other(some_execution(), trigger.program);
  other.begin(trigger, at(1'000), 0.5);
  EXPECT_EQ(other.status(), RunStatus::failed);
  EXPECT_EQ(other.error()->code, "REPLAY_MISFIT");
}

}  // namespace
}  // namespace millrace::testing
