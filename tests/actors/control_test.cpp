// Cancel, pause and resume from outside: durable before they are told, whoever has the run just
// now.
#include "tests/actors/fixture.hpp"

namespace millrace::test {
namespace {

class ControlTest : public HouseTest {
 protected:
  ExecutionId begin(std::string_view definition) {
    return fire(publish(definition)).value().execution;
  }
  const ExecutionSummary& summary(const ExecutionId& id) { return journal->summaries.at(id); }
};
using std::chrono::hours;
using std::chrono::seconds;
constexpr Control all[] = {Control::cancel, Control::pause, Control::resume};
const Error no_space{ErrorCode::unavailable, "no space left on device"};

TEST_F(ControlTest, CancelEndsALiveRunAndItsLateResultChangesNothing) {
  const ExecutionId id = begin(calls_out());
  const auto told = control(id, Control::cancel);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->status, RunStatus::cancelled);
  EXPECT_EQ(status(id), RunStatus::cancelled);
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
  outbound.answer_all();
  run();
  EXPECT_EQ(journal->turns.at(id).size(), 2u);
}

TEST_F(ControlTest, CancelEndsAParkedRunAndItsTimerIsDead) {
  const ExecutionId id = begin(waits_for(3600));
  ASSERT_TRUE(control(id, Control::cancel));
  EXPECT_EQ(status(id), RunStatus::cancelled);
  EXPECT_EQ(system->live_runs(), 0u);
  advance(hours{2});
  EXPECT_EQ(journal->turns.at(id).size(), 2u);
  EXPECT_EQ(status(id), RunStatus::cancelled);
}

TEST_F(ControlTest, CancelAnswersTheCallerThatWaitsForTheRun) {
  const auto program = publish(calls_out());
  const Told& waiting = fire(program, {.mode = ResponseMode::on_complete});
  ASSERT_EQ(journal->summaries.size(), 1u);
  ASSERT_TRUE(control(journal->summaries.begin()->first, Control::cancel));
  ASSERT_TRUE(waiting.ok());
  EXPECT_EQ(waiting.value().status, RunStatus::cancelled);
}

TEST_F(ControlTest, AControlIsToldOnlyAfterItsCommit) {
  const ExecutionId id = begin(calls_out());
  Controlled told;
  int seen_before = -1;
  journal->before_commit = [&] { seen_before = told.times; };
  ASSERT_FALSE(ask_control(id, Control::cancel, told));
  run();
  EXPECT_EQ(seen_before, 0);
  EXPECT_EQ(told.times, 1);
}

TEST_F(ControlTest, FinishedImmutable) {
  const ExecutionId completed = begin(pure);
  const ExecutionId cancelled = begin(calls_out());
  control(cancelled, Control::cancel);
  const std::size_t commits = journal->commits;
  for (const ExecutionId& id : {completed, cancelled}) {
    for (const Control what : all) EXPECT_EQ(control(id, what).error().code, ErrorCode::not_found);
  }
  outbound.answer_all();
  advance(hours{1});
  EXPECT_EQ(journal->commits, commits);
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
}

TEST_F(ControlTest, ARunOfAnotherWorkspaceOrOfNoneIsNotFound) {
  const ExecutionId live = begin(calls_out());
  const ExecutionId parked = begin(waits_for(3600));
  const ExecutionId unknown{ids->next(Partition{1})};
  const ExecutionId nowhere{ids->next(Partition{77})};
  EXPECT_EQ(control(unknown, Control::cancel).error().code, ErrorCode::not_found);
  EXPECT_EQ(control(nowhere, Control::cancel).error().code, ErrorCode::not_found);
  const WorkspaceNumber own = std::exchange(workspace, WorkspaceNumber{99});
  EXPECT_EQ(control(live, Control::cancel).error().code, ErrorCode::not_found);
  EXPECT_EQ(control(parked, Control::cancel).error().code, ErrorCode::not_found);
  workspace = own;
  EXPECT_EQ(status(live), RunStatus::running);
  advance(hours{2});
  EXPECT_EQ(status(parked), RunStatus::completed) << "its timer must still fire";
}

TEST_F(ControlTest, APausedRunHoldsNoActorAndNoTimerAndGoesOnWhenResumed) {
  const ExecutionId id = begin(waits_for(3600));
  const auto paused = control(id, Control::pause);
  ASSERT_TRUE(paused);
  EXPECT_TRUE(paused->paused);
  EXPECT_EQ(paused->status, RunStatus::running);
  EXPECT_EQ(system->live_runs(), 0u);
  advance(hours{5});
  EXPECT_EQ(status(id), RunStatus::running);
  ASSERT_TRUE(control(id, Control::resume));
  EXPECT_EQ(status(id), RunStatus::completed);
  EXPECT_EQ(system->live_runs(), 0u);
}

TEST_F(ControlTest, ResumedBeforeItsTimeARunWaitsForTheRestOfIt) {
  const ExecutionId id = begin(waits_for(3600));
  control(id, Control::pause);
  advance(seconds{600});
  const auto resumed = control(id, Control::resume);
  ASSERT_TRUE(resumed);
  EXPECT_TRUE(resumed->waiting);
  EXPECT_FALSE(resumed->paused);
  EXPECT_EQ(system->live_runs(), 0u);
  advance(seconds{2900});
  EXPECT_EQ(status(id), RunStatus::running);
  advance(seconds{200});
  EXPECT_EQ(status(id), RunStatus::completed);
}

TEST_F(ControlTest, WhatIsSoAlreadyIsToldWithoutACommit) {
  const ExecutionId parked = begin(waits_for(3600));
  const ExecutionId live = begin(calls_out());
  const ExecutionId paused = begin(waits_for(7200));
  control(paused, Control::pause);
  const std::size_t commits = journal->commits;
  EXPECT_FALSE(control(parked, Control::resume)->paused);
  EXPECT_TRUE(control(parked, Control::resume)->waiting);
  EXPECT_FALSE(control(live, Control::resume)->paused);
  EXPECT_TRUE(control(paused, Control::pause)->paused);
  EXPECT_EQ(journal->commits, commits);
  EXPECT_EQ(system->live_runs(), 1u);
  advance(seconds{3601});
  EXPECT_EQ(status(parked), RunStatus::completed) << "its timer must still fire";
}

TEST_F(ControlTest, AResultDuringAPauseIsJournaledAndSurvivesARestart) {
  const ExecutionId id = begin(calls_out());
  control(id, Control::pause);
  EXPECT_EQ(system->live_runs(), 1u) << "a call is open";
  outbound.answer_all();
  run();
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_TRUE(summary(id).paused);
  restart();
  EXPECT_EQ(outbound.all.size(), 1u);
  ASSERT_TRUE(control(id, Control::resume));
  EXPECT_EQ(status(id), RunStatus::completed);
  EXPECT_EQ(outbound.all.size(), 1u) << "what is journaled is never asked again";
}

TEST_F(ControlTest, ACallThatWasOpenAtARestartDuringAPauseGoesOutAgainWhenItIsResumed) {
  const ExecutionId id = begin(calls_out());
  control(id, Control::pause);
  restart();
  EXPECT_EQ(outbound.all.size(), 1u) << "paused";
  ASSERT_TRUE(control(id, Control::resume));
  ASSERT_EQ(outbound.all.size(), 2u);
  const auto keys = outbound.sent("Idempotency-Key");
  EXPECT_EQ(keys.at(0), keys.at(1));
  outbound.answer_all();
  run();
  EXPECT_EQ(status(id), RunStatus::completed);
}

TEST_F(ControlTest, ControlsThatComeTogetherAreTakenInTheirOrder) {
  for (const std::string& flow : {calls_out(), waits_for(3600), waits_for(3)}) {
    const ExecutionId id = begin(flow);
    std::list<Controlled> told;
    for (const Control what :
         {Control::pause, Control::resume, Control::pause, Control::cancel, Control::resume}) {
      ASSERT_FALSE(ask_control(id, what, told.emplace_back()));
    }
    run();
    for (const Controlled& one : told) EXPECT_EQ(one.times, 1);
    EXPECT_EQ(status(id), RunStatus::cancelled);
    EXPECT_EQ(told.back().outcome->error().code, ErrorCode::not_found);
    EXPECT_EQ(journal->turns.at(id).size(), 5u);
  }
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
}

TEST_F(ControlTest, ARunThatWakesWhileItIsLoadedForAControlIsNotForgotten) {
  const ExecutionId id = begin(waits_for(3600));
  clock.advance(seconds{3601});
  Controlled told;
  ASSERT_FALSE(ask_control(id, Control::resume, told));
  advance(seconds{1});
  advance(seconds{60});
  EXPECT_EQ(told.times, 1);
  EXPECT_EQ(status(id), RunStatus::completed);
  EXPECT_EQ(journal->turns.at(id).size(), 2u);
}

TEST_F(ControlTest, CapsEndARunThatIsPausedOrParked) {
  const std::string flow = R"({"nodes":[
    {"id":"start","type":"trigger","data":{}},
    {"id":"rest","type":"delay","data":{"seconds":36000}}],
    "edges":[{"source":"start","target":"rest"}],"settings":{)";
  const ExecutionId timed = begin(flow + R"("max_duration_seconds":600}})");
  const ExecutionId expired = begin(flow + R"("ttl_seconds":600}})");
  const ExecutionId parked = begin(flow + R"("max_duration_seconds":900}})");
  control(timed, Control::pause);
  control(expired, Control::pause);
  EXPECT_EQ(system->live_runs(), 0u);
  restart();
  advance(seconds{599});
  EXPECT_EQ(status(timed), RunStatus::running);
  advance(seconds{2});
  EXPECT_EQ(status(timed), RunStatus::timed_out);
  EXPECT_EQ(status(expired), RunStatus::cancelled);
  EXPECT_EQ(summary(expired).error_code, "EXECUTION_EXPIRED");
  advance(seconds{300});
  EXPECT_EQ(status(parked), RunStatus::timed_out);
}

TEST_F(ControlTest, AControlThatCannotBeWrittenIsRefusedAndTheRunIsAsItWas) {
  const ExecutionId live = begin(calls_out());
  const ExecutionId parked = begin(waits_for(3600));
  for (const ExecutionId& id : {live, parked}) {
    Controlled told;
    journal->failure = no_space;
    ASSERT_FALSE(ask_control(id, Control::cancel, told));
    run();
    ASSERT_EQ(told.times, 1);
    EXPECT_EQ(told.outcome->error().code, ErrorCode::unavailable);
    journal->failure.reset();
    advance(seconds{2});
    EXPECT_EQ(status(id), RunStatus::running);
  }
  outbound.answer_all();
  advance(hours{2});
  outbound.answer_all();
  run();
  EXPECT_EQ(status(live), RunStatus::completed);
  EXPECT_EQ(status(parked), RunStatus::completed);
  EXPECT_EQ(system->live_runs(), 0u);
}

TEST_F(ControlTest, ControlsOfParkedRunsWaitForRoom) {
  settings.live_runs_max = 1;
  const ExecutionId parked = begin(waits_for(3600));
  const ExecutionId live = begin(calls_out());
  Controlled told;
  ASSERT_FALSE(ask_control(parked, Control::cancel, told));
  run();
  EXPECT_EQ(told.times, 0);
  ASSERT_TRUE(control(live, Control::cancel)) << "a live run needs no room";
  EXPECT_EQ(told.times, 1);
  EXPECT_EQ(status(parked), RunStatus::cancelled);
}

TEST_F(ControlTest, DrainAnswersWhoeverWaits) {
  settings.live_runs_max = 1;
  const ExecutionId parked = begin(waits_for(3600));
  begin(calls_out());
  Controlled told;
  ASSERT_FALSE(ask_control(parked, Control::cancel, told));
  run();
  EXPECT_EQ(told.times, 0) << "no room";
  system->request_drain(Duration{0});
  run();
  EXPECT_EQ(told.times, 1);
  EXPECT_EQ(told.outcome->error().code, ErrorCode::unavailable);
}

TEST_F(ControlTest, AReplayGetsAnIdInThePartitionOfItsOrigin) {
  const auto program = publish(pure);
  for (std::uint16_t i = 0; i < 4; ++i) {
    const ExecutionId origin{ids->next(Partition{i})};
    Trigger trigger;
    trigger.workspace = workspace;
    trigger.program = program;
    trigger.payload = parse_document("{}").value();
    trigger.contact = "somebody";
    trigger.replay_of = origin;
    Told told;
    ASSERT_FALSE(system->gateway().submit(
        std::move(trigger), std::nullopt, {},
        {&sink, [&](const Result<TriggerOutcome>& outcome) { told.outcome = outcome; }}));
    run();
    EXPECT_EQ(told.value().execution.id.partition(), Partition{i});
    EXPECT_EQ(summary(told.value().execution).replay_of, origin);
  }
}

}  // namespace
}  // namespace millrace::test
