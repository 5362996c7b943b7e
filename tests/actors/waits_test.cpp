// Waiting costs nothing and ends when it should: parking, waking, recovery, clocks that jump.
#include "tests/actors/fixture.hpp"

namespace millrace::test {
namespace {

class WaitsTest : public HouseTest {};
using std::chrono::hours;
using std::chrono::seconds;

TEST_F(WaitsTest, ALongWaitParksAndLeavesNoActorUntilItsTimeHasCome) {
  const auto program = publish(waits_for(3600));
  const Told& told = fire(program);
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(status(told.value().execution), RunStatus::running);
  advance(seconds{3599});
  EXPECT_EQ(journal->loads, 0u);
  advance(seconds{2});
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(journal->turns.at(told.value().execution).size(), 2u);
}

TEST_F(WaitsTest, AShortWaitKeepsItsActorAndTouchesNoTimerRow) {
  const auto program = publish(waits_for(3));
  const Told& told = fire(program);
  EXPECT_EQ(system->live_runs(), 1u);
  advance(seconds{4});
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(journal->loads, 0u);
}

TEST_F(WaitsTest, AParkedRunIsWokenAfterARestart) {
  const auto program = publish(waits_for(3600));
  const Told& told = fire(program);
  restart();
  EXPECT_EQ(journal->loads, 0u) << "parked runs cost nothing at start";
  advance(hours{2});
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(WaitsTest, AWaitThatRanOutWhileTheProcessWasDownEndsAtStart) {
  const auto program = publish(waits_for(3600));
  const Told& told = fire(program);
  system.reset();
  clock.advance(hours{5});
  start();
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(WaitsTest, AnOpenCallIsIssuedAgainAfterARestartWithTheSameKey) {
  const auto program = publish(calls_out());
  const Told& told = fire(program);
  restart();
  ASSERT_EQ(outbound.open.size(), 1u);
  const auto keys = outbound.sent("Idempotency-Key");
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0], keys[1]);
  outbound.answer_all();
  run();
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  EXPECT_TRUE(system->gateway().ready());
}

TEST_F(WaitsTest, AShortWaitGoesOnAfterARestart) {
  const auto program = publish(waits_for(3));
  const Told& told = fire(program);
  restart();
  EXPECT_EQ(system->live_runs(), 1u);
  advance(seconds{4});
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(WaitsTest, AStaleTimerRowMakesNoTurn) {
  const auto program = publish(waits_for(3600));
  const Told& ended = fire(program);
  const Told& waiting = fire(program);
  advance(hours{2});
  const Told& later = fire(program);
  journal->stale_rows = {{clock.now() - hours{1}, ended.value().execution},
                         {clock.now() - hours{1}, later.value().execution},
                         {clock.now() - hours{1}, waiting.value().execution}};
  restart();
  EXPECT_EQ(journal->turns.at(ended.value().execution).size(), 2u);
  EXPECT_EQ(journal->turns.at(waiting.value().execution).size(), 2u);
  EXPECT_EQ(journal->turns.at(later.value().execution).size(), 1u);
  EXPECT_EQ(system->live_runs(), 0u);
  advance(hours{2});
  EXPECT_EQ(status(later.value().execution), RunStatus::completed);
}

TEST_F(WaitsTest, AWallClockThatJumpsAheadDoesNotCutAWaitShort) {
  const auto program = publish(waits_for(3600));
  const Told& told = fire(program);
  clock.wall += hours{24 * 365};
  advance(seconds{1800});
  EXPECT_EQ(status(told.value().execution), RunStatus::running);
  advance(seconds{1801});
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(WaitsTest, AWallClockThatJumpsBackDoesNotMakeAWaitLonger) {
  const auto parked = publish(waits_for(3600));
  const auto live = publish(waits_for(4));
  const Told& long_wait = fire(parked);
  const Told& short_wait = fire(live);
  clock.wall -= hours{1};
  advance(seconds{5});
  EXPECT_EQ(status(short_wait.value().execution), RunStatus::completed);
  advance(hours{1});
  EXPECT_EQ(status(long_wait.value().execution), RunStatus::completed);
}

TEST_F(WaitsTest, MoreTimersThanTheWindowHoldsAllFire) {
  settings.timer_window = 4;
  const auto program = publish(waits_for(3600));
  for (int i = 0; i < 100; ++i) fire(program, {.contact = "one"});
  EXPECT_EQ(system->live_runs(), 0u);
  advance(hours{2});
  EXPECT_EQ(runs_with(RunStatus::completed), 100u);
}

TEST_F(WaitsTest, TimersBeyondTheWindowFireInTheirOwnTime) {
  settings.timer_window = 4;
  std::vector<ProgramPtr> programs;
  for (int i = 0; i < 20; ++i) programs.push_back(publish(waits_for(3600 - 100 * i)));
  for (const auto& program : programs) fire(program, {.contact = "one"});
  advance(seconds{1750});
  EXPECT_EQ(runs_with(RunStatus::completed), 1u);
  advance(seconds{1000});
  EXPECT_EQ(runs_with(RunStatus::completed), 11u);
  advance(seconds{900});
  EXPECT_EQ(runs_with(RunStatus::completed), 20u);
}

TEST_F(WaitsTest, ALongRunIsResumedFromItsSnapshot) {
  settings.snapshot_turns = 2;
  const auto program = publish(R"({"nodes":[
    {"id":"start","type":"trigger","data":{}},
    {"id":"a","type":"delay","data":{"seconds":60}},
    {"id":"b","type":"delay","data":{"seconds":60}},
    {"id":"c","type":"delay","data":{"seconds":60}},
    {"id":"done","type":"end","data":{"output":{"n":"{{trigger.n}}"}}}],
    "edges":[{"source":"start","target":"a"},{"source":"a","target":"b"},
             {"source":"b","target":"c"},{"source":"c","target":"done"}]})");
  const Told& told = fire(program, {.payload = R"({"n":5})"});
  for (int i = 0; i < 3; ++i) {
    restart();
    advance(seconds{61});
  }
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  const auto& last = journal->turns.at(told.value().execution).back().changes.back();
  EXPECT_EQ(std::get<RunEnded>(last).output, R"({"n":5})");
}

}  // namespace
}  // namespace millrace::test
