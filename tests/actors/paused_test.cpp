// A house that stands still: what it takes in is on disk and nothing begins, until it is resumed.
#include "tests/actors/fixture.hpp"

#include <algorithm>

namespace millrace::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class PausedTest : public HouseTest {
 protected:
  PausedTest() { settings.paused = true; }
  void resume() {
    EXPECT_TRUE(system->resume());
    run();
  }
  const std::vector<TurnRecord>& turns(const ExecutionId& id) { return journal->turns.at(id); }
  /// `n` of each call there was, in order.
  std::string called() const {
    std::string text;
    for (const HttpCall& call : outbound.all) text += call.body;
    return text;
  }
  static std::string calls_with_n() {
    return flow_with("http_request", R"({"method":"POST","url":"http://peer.example/x",
      "body_type":"text","body":"{{trigger.n}}"})");
  }
};

TEST_F(PausedTest, ATriggerIsJournaledAndItsRunStandsStillOverRestartsUntilResumed) {
  const auto program = publish(calls_out());
  const Told& told = fire(program);
  ASSERT_TRUE(told.ok());
  const ExecutionId id = told.value().execution;
  EXPECT_EQ(told.value().status, RunStatus::pending);
  for (int life = 0; life < 3; ++life) {
    ASSERT_EQ(turns(id).size(), 1u);
    EXPECT_EQ(turns(id).front().changes.size(), 1u) << "that it began, and nothing else";
    EXPECT_EQ(status(id), RunStatus::pending);
    EXPECT_EQ(system->live_runs(), 0u);
    EXPECT_EQ(system->gate_triggers(), 0u);
    EXPECT_TRUE(system->gateway().ready());
    EXPECT_TRUE(system->gateway().paused());
    restart();
    advance(hours{1});
  }
  EXPECT_TRUE(outbound.all.empty());
  resume();
  EXPECT_FALSE(system->gateway().paused());
  ASSERT_EQ(outbound.all.size(), 1u);
  outbound.answer_all();
  run();
  EXPECT_EQ(status(id), RunStatus::completed);
  EXPECT_EQ(journal->turns.size(), 1u);
  EXPECT_FALSE(system->resume()) << "once";
  settings.paused = false;
  restart();
  EXPECT_EQ(outbound.all.size(), 1u);
}

TEST_F(PausedTest, ACallerThatWouldWaitIsToldAtOnceThatTheRunGoesOnWithoutIt) {
  const auto program = publish(pure);
  const Told& told = fire(program, {.mode = ResponseMode::on_complete});
  advance(milliseconds{1});
  ASSERT_TRUE(told.ok());
  EXPECT_TRUE(told.value().deadline_passed);
  EXPECT_EQ(told.value().status, RunStatus::pending);
  EXPECT_EQ(told.times, 1);
}

TEST_F(PausedTest, ADuplicateIsKnown) {
  const auto program = publish(pure);
  const TriggerKey key{"key:a", {}, "memo", {}};
  const Told& first = fire(program, {.key = key});
  const Told& second = fire(program, {.key = key, .mode = ResponseMode::on_complete});
  advance(milliseconds{1});
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(second.value().duplicate);
  EXPECT_EQ(second.value().execution, first.value().execution);
  resume();
  EXPECT_EQ(runs_with(RunStatus::completed), 1u);
}

TEST_F(PausedTest, WhatWasOpenBeforeStaysStill) {
  settings.paused = false;
  const ExecutionId calling = fire(publish(calls_out())).value().execution;
  const ExecutionId waiting = fire(publish(waits_for(3'600))).value().execution;
  const ExecutionId napping = fire(publish(waits_for(2))).value().execution;
  const auto keys = outbound.sent("Idempotency-Key");
  settings.paused = true;
  for (int life = 0; life < 2; ++life) {
    restart();
    advance(hours{2});
    EXPECT_EQ(outbound.all.size(), 1u) << "not issued again";
    EXPECT_EQ(turns(waiting).size(), 1u);
    EXPECT_EQ(turns(napping).size(), 1u);
    EXPECT_EQ(system->live_runs(), 0u);
  }
  resume();
  EXPECT_EQ(status(waiting), RunStatus::completed);
  EXPECT_EQ(status(napping), RunStatus::completed);
  ASSERT_EQ(outbound.all.size(), 2u);
  EXPECT_EQ(outbound.sent("Idempotency-Key"), (std::vector{keys[0], keys[0]}));
  outbound.answer_all();
  run();
  EXPECT_EQ(status(calling), RunStatus::completed);
}

TEST_F(PausedTest, SchedulesDoNotFireAndCatchUpWhenResumed) {
  publish(R"({"nodes":[{"id":"start","type":"trigger","data":{"cron":"* * * * *"}},
    {"id":"done","type":"end","data":{}}],"edges":[{"source":"start","target":"done"}]})",
          TriggerType::schedule);
  for (int minute = 0; minute < 10; ++minute) advance(seconds{60});
  EXPECT_TRUE(journal->turns.empty());
  resume();
  EXPECT_EQ(journal->turns.size(), 1u) << "the latest";
  advance(seconds{60});
  EXPECT_EQ(journal->turns.size(), 2u);
}

TEST_F(PausedTest, TheOrderOfAContactIsKeptAcrossTheResumption) {
  const auto program = publish(calls_with_n());
  for (int n = 1; n <= 3; ++n) {
    fire(program, {.contact = "ann", .payload = R"({"n":)" + std::to_string(n) + "}"});
    advance(milliseconds{5});
  }
  EXPECT_TRUE(system->resume());
  Told late;
  ASSERT_FALSE(submit(program, late, {.contact = "ann", .payload = R"({"n":4})"}));
  run();
  EXPECT_EQ(called(), "1234");
}

TEST_F(PausedTest, WhatIsOnItsWayWhenTheHouseIsResumedIsNotForgotten) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    House house;
    house.settings.paused = true;
    const auto program = house.publish(calls_with_n());
    house.shuffle_with(seed);
    std::list<Told> told;
    for (int n = 0; n < 12; ++n) {
      ASSERT_FALSE(house.submit(program, told.emplace_back(),
                                {.contact = "c" + std::to_string(n % 5), .payload = R"({"n":1})"}));
      if (n == 4) house.run();
      if (n == 8) house.system->resume();
    }
    house.run();
    EXPECT_EQ(house.outbound.all.size(), 12u) << seed;
    house.outbound.answer_all();
    house.run();
    EXPECT_EQ(house.runs_with(RunStatus::completed), 12u) << seed;
    EXPECT_EQ(house.system->live_runs(), 0u) << seed;
  }
}

TEST_F(PausedTest, ARunThatStandsStillIsCancelled) {
  const auto program = publish(calls_out());
  const ExecutionId gone = fire(program).value().execution;
  const ExecutionId stays = fire(program).value().execution;
  EXPECT_EQ(control(gone, Control::cancel)->status, RunStatus::cancelled);
  EXPECT_EQ(control(gone, Control::cancel).error().code, ErrorCode::not_found);
  EXPECT_EQ(control(stays, Control::resume)->status, RunStatus::running) << "it is not paused";
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
  resume();
  EXPECT_EQ(outbound.all.size(), 1u);
  EXPECT_EQ(turns(gone).size(), 2u);
}

TEST_F(PausedTest, ARunIsPausedWhileTheHouseIsAndGoesOnWhenBothAreResumed) {
  const ExecutionId id = fire(publish(calls_out())).value().execution;
  EXPECT_TRUE(control(id, Control::pause)->paused);
  EXPECT_EQ(control(id, Control::resume).error().code, ErrorCode::unavailable);
  resume();
  EXPECT_TRUE(outbound.all.empty());
  EXPECT_FALSE(control(id, Control::resume)->paused);
  EXPECT_EQ(outbound.all.size(), 1u);
  EXPECT_EQ(system->gate_triggers(), 0u);
}

TEST_F(PausedTest, ControlsOfCallsThatAreOpenSendNothingOut) {
  settings.paused = false;
  const auto program = publish(calls_out());
  const ExecutionId cancelled = fire(program).value().execution;
  const ExecutionId paused = fire(program).value().execution;
  settings.paused = true;
  restart();
  EXPECT_EQ(control(cancelled, Control::cancel)->status, RunStatus::cancelled);
  EXPECT_TRUE(control(paused, Control::pause)->paused);
  EXPECT_EQ(outbound.all.size(), 2u) << "of the life before";
  resume();
  EXPECT_EQ(outbound.all.size(), 2u);
  EXPECT_FALSE(control(paused, Control::resume)->paused);
  EXPECT_EQ(outbound.all.size(), 3u);
}

TEST_F(PausedTest, ADrainDoesNotWaitForWhatStandsStill) {
  fire(publish(calls_out()));
  system->drain(seconds{10});
  EXPECT_TRUE(system->drained());
  settings.paused = false;
  restart();
  EXPECT_EQ(outbound.all.size(), 1u);
}

TEST_F(PausedTest, AFullDiskRefusesAsEver) {
  const auto program = publish(pure);
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  EXPECT_EQ(fire(program).error(), ErrorCode::unavailable);
  EXPECT_FALSE(system->gateway().ready());
  journal->failure.reset();
  advance(seconds{2});
  ASSERT_TRUE(fire(program).ok());
  resume();
  EXPECT_EQ(runs_with(RunStatus::completed), 1u);
}

}  // namespace
}  // namespace millrace::test
