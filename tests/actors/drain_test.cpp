// The ordered end: nothing new, everyone answered, nothing lost, no hang.
#include "tests/actors/fixture.hpp"

namespace millrace::test {
namespace {

class DrainTest : public HouseTest {};
using std::chrono::hours;
using std::chrono::seconds;

TEST_F(DrainTest, FromTheFirstMomentTheGateRefuses) {
  const auto program = publish(calls_out());
  fire(program);
  system->request_drain(seconds{30});
  Told told;
  EXPECT_EQ(submit(program, told)->code, ErrorCode::unavailable);
  std::string reason;
  EXPECT_FALSE(system->gateway().ready(&reason));
  EXPECT_EQ(reason, "shutting down");
}

TEST_F(DrainTest, WhatIsInFlightMayEndWithinThePatience) {
  const auto program = publish(calls_out());
  const Told& told = fire(program, {.mode = ResponseMode::on_complete});
  system->request_drain(seconds{30});
  run();
  EXPECT_FALSE(system->drained());
  outbound.answer_all();
  run();
  EXPECT_TRUE(system->drained());
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told.value().status, RunStatus::completed);
}

TEST_F(DrainTest, WithoutPatienceOpenRunsStayOnDiskAndGoOnAtTheNextStart) {
  const auto program = publish(calls_out());
  const Told& told = fire(program);
  const Told& waiting = fire(program, {.mode = ResponseMode::on_complete});
  system->request_drain(seconds{10});
  run();
  EXPECT_FALSE(system->drained());
  advance(seconds{11});
  EXPECT_TRUE(system->drained());
  EXPECT_EQ(waiting.times, 1);
  EXPECT_EQ(waiting.error(), ErrorCode::unavailable);
  outbound.answer_all();  // late answers find nobody and do no harm
  restart();
  EXPECT_EQ(outbound.open.size(), 2u);
  outbound.answer_all();
  run();
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  EXPECT_EQ(runs_with(RunStatus::completed), 2u);
}

TEST_F(DrainTest, TriggersThatWaitForRoomAreAnswered) {
  settings.live_runs_max = 1;
  const auto program = publish(calls_out());
  std::vector<Told> told(6);
  for (Told& one : told) ASSERT_FALSE(submit(program, one));
  run();
  system->drain(Duration{0});
  std::size_t accepted = 0;
  for (const Told& one : told) {
    EXPECT_EQ(one.times, 1);
    accepted += one.ok() ? 1u : 0u;
    EXPECT_TRUE(one.ok() || one.error() == ErrorCode::unavailable);
  }
  EXPECT_EQ(accepted, journal->turns.size());
  EXPECT_EQ(system->gate_triggers(), 0u);
  EXPECT_EQ(system->live_runs(), 0u);
}

TEST_F(DrainTest, ParkedRunsAreLeftAlone) {
  const auto program = publish(waits_for(10));
  const Told& told = fire(program);
  system->request_drain(seconds{30});
  run();
  EXPECT_TRUE(system->drained());
  clock.advance(hours{1});
  EXPECT_EQ(status(told.value().execution), RunStatus::running);
}

TEST_F(DrainTest, AHouseThatIsDroppedInTheMiddleOfItsWorkEnds) {
  const auto program = publish(calls_out());
  std::vector<Told> told(30);
  for (Told& one : told) ASSERT_FALSE(submit(program, one, {.mode = ResponseMode::on_complete}));
  system.reset();
  for (const Told& one : told) EXPECT_EQ(one.times, 1);
}

TEST_F(DrainTest, AFullDiskDoesNotKeepTheHouseFromEnding) {
  const auto program = publish(calls_out());
  const Told& told = fire(program, {.mode = ResponseMode::on_complete});
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  outbound.answer_all();
  run();
  system->request_drain(seconds{1});
  advance(seconds{2});
  EXPECT_TRUE(system->drained());
  EXPECT_EQ(told.error(), ErrorCode::unavailable);
}

}  // namespace
}  // namespace millrace::test
