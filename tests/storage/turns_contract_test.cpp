// The contract of the port Journal for turns, on both grounds.
#include "tests/storage/fixture.hpp"

#include <algorithm>

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class TurnsTest : public StoreTest {
 protected:
  std::optional<ExecutionSummary> summary(ExecutionId run) const {
    const auto found = archive().execution(workspace_one, run);
    return found ? std::optional(*found) : std::nullopt;
  }
  std::vector<ExecutionId> open_runs(std::uint16_t partition = 0) {
    return journal().open_runs(Partition{partition}).value();
  }
  std::vector<ExecutionId> due(std::uint16_t partition = 0, Timestamp from = {},
                               std::size_t count_max = 100) {
    std::vector<ExecutionId> runs;
    for (const TimerRow& row : journal().timers(Partition{partition}, from, count_max).value())
      runs.push_back(row.execution);
    return runs;
  }
};

TEST_P(TurnsTest, CommitNumbersGrowByOneAndGoOnAfterReopening) {
  const std::uint64_t first = commit_turn(store(), turn_of(run_at(1)));
  EXPECT_EQ(commit_turn(store(), turn_of(run_at(2))), first + 1);
  reopen();
  EXPECT_EQ(commit_turn(store(), turn_of(run_at(3))), first + 2);
}

TEST_P(TurnsTest, ARunThatEndsInItsFirstTurnIsFoundAndNotOpen) {
  commit_turn(store(), turn_of(run_at(1)));
  ASSERT_TRUE(summary(run_at(1)));
  EXPECT_EQ(summary(run_at(1))->status, RunStatus::completed);
  EXPECT_TRUE(open_runs().empty());
  EXPECT_EQ(journal().load(run_at(1)).error().code, ErrorCode::not_found);
}

TEST_P(TurnsTest, ARunOfAnotherWorkspaceIsNotFound) {
  commit_turn(store(), turn_of(run_at(1)));
  const auto foreign = archive().execution(WorkspaceNumber{2}, run_at(1));
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
}

TEST_P(TurnsTest, AllTurnsOfABatchAreWritten) {
  std::vector<Write> batch;
  for (std::uint64_t i = 0; i < 100; ++i) batch.emplace_back(turn_of(run_at(i)));
  commit(store(), batch);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_TRUE(summary(run_at(i)));
}

TEST_P(TurnsTest, ARunThatGoesOnIsOpenAndLoadsWithItsTurns) {
  commit_turn(store(), turn_of(run_at(1, 3), {.status = RunStatus::running, .payload = "[1]"}));
  commit_turn(store(), turn_of(run_at(1, 3), {.turn = 1, .status = RunStatus::running}));
  EXPECT_EQ(open_runs(3), std::vector{run_at(1, 3)});
  EXPECT_TRUE(open_runs(0).empty());
  reopen();
  const StoredRun run = journal().load(run_at(1, 3)).value();
  EXPECT_EQ(run.summary.turns, 2u);
  EXPECT_FALSE(run.parked);
  EXPECT_TRUE(run.snapshot.empty());
  ASSERT_EQ(run.records.size(), 2u);
  EXPECT_EQ(std::get<RunBegan>(run.records[0].changes.front()).payload, "[1]");
  EXPECT_EQ(run.records[1].turn, 1u);
}

TEST_P(TurnsTest, TheSummaryOfAnOpenRunIsThatOfItsLastTurn) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running}));
  commit_turn(store(),
              turn_of(run_at(1), {.turn = 1, .status = RunStatus::running, .parked = true}));
  EXPECT_EQ(summary(run_at(1))->node_runs, 2u);
  EXPECT_TRUE(summary(run_at(1))->waiting);
}

TEST_P(TurnsTest, APendingRunBecomesRunning) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::pending}));
  EXPECT_EQ(summary(run_at(1))->status, RunStatus::pending);
  commit_turn(store(), turn_of(run_at(1), {.turn = 1, .status = RunStatus::running}));
  EXPECT_EQ(summary(run_at(1))->status, RunStatus::running);
}

TEST_P(TurnsTest, ALoadedRunHasTheSnapshotAndOnlyTheTurnsAfterIt) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running}));
  commit_turn(store(),
              turn_of(run_at(1), {.turn = 1, .status = RunStatus::running, .snapshot = "as of 1"}));
  commit_turn(store(), turn_of(run_at(1), {.turn = 2, .status = RunStatus::running}));
  const StoredRun run = journal().load(run_at(1)).value();
  EXPECT_EQ(run.snapshot, "as of 1");
  ASSERT_EQ(run.records.size(), 1u);
  EXPECT_EQ(run.records[0].turn, 2u);
}

TEST_P(TurnsTest, AParkedRunHasATimerAndIsNotAmongTheOpenOnes) {
  const Timestamp wake = clock_.now() + 1h;
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running, .park_until = wake}));
  EXPECT_TRUE(open_runs().empty());
  EXPECT_EQ(due(), std::vector{run_at(1)});
  const StoredRun run = journal().load(run_at(1)).value();
  EXPECT_TRUE(run.parked);
  EXPECT_EQ(run.wake, wake);
}

TEST_P(TurnsTest, AParkedRunWithoutATimeHasNoTimer) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running, .parked = true}));
  EXPECT_TRUE(due().empty());
  EXPECT_TRUE(journal().load(run_at(1)).value().parked);
}

TEST_P(TurnsTest, AWokenRunLosesItsTimerAndIsOpenAgain) {
  commit_turn(store(),
              turn_of(run_at(1), {.status = RunStatus::running, .park_until = clock_.now() + 1h}));
  commit_turn(store(),
              turn_of(run_at(1), {.turn = 1, .status = RunStatus::running, .was_parked = true}));
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(open_runs(), std::vector{run_at(1)});
  EXPECT_FALSE(journal().load(run_at(1)).value().parked);
}

TEST_P(TurnsTest, ParkingAgainMovesTheTimer) {
  const Timestamp later = clock_.now() + 2h;
  commit_turn(store(),
              turn_of(run_at(1), {.status = RunStatus::running, .park_until = clock_.now() + 1h}));
  commit_turn(
      store(),
      turn_of(run_at(1),
              {.turn = 1, .status = RunStatus::running, .park_until = later, .was_parked = true}));
  const auto timers = journal().timers(Partition{0}, {}, 10).value();
  ASSERT_EQ(timers.size(), 1u);
  EXPECT_EQ(timers[0].due, later);
}

TEST_P(TurnsTest, EndingAParkedRunLeavesNothingOfItsWaiting) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running,
                                           .park_until = clock_.now() + 1h,
                                           .snapshot = "s"}));
  commit_turn(store(), turn_of(run_at(1), {.turn = 1, .was_parked = true}));
  EXPECT_TRUE(due().empty());
  EXPECT_TRUE(open_runs().empty());
  EXPECT_EQ(journal().load(run_at(1)).error().code, ErrorCode::not_found);
  EXPECT_EQ(summary(run_at(1))->status, RunStatus::completed);
}

TEST_P(TurnsTest, ItIsTheStoredParkingThatCountsNotWhatTheCallerRemembers) {
  commit_turn(store(),
              turn_of(run_at(1), {.status = RunStatus::running, .park_until = clock_.now() + 1h}));
  commit_turn(store(), turn_of(run_at(1), {.turn = 1, .was_parked = false}));
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(journal().load(run_at(1)).error().code, ErrorCode::not_found);
}

TEST_P(TurnsTest, TimersComeInOrderOfTimeWithinTheirPartition) {
  const Timestamp start = clock_.now();
  for (const auto& [age, minutes] : {std::pair{1, 30}, {2, 10}, {3, 20}})
    commit_turn(store(), turn_of(run_at(static_cast<std::uint64_t>(age), 5),
                                 {.status = RunStatus::running,
                                  .park_until = start + std::chrono::minutes(minutes)}));
  EXPECT_EQ(due(5), (std::vector{run_at(2, 5), run_at(3, 5), run_at(1, 5)}));
  EXPECT_EQ(due(5, start + 15min), (std::vector{run_at(3, 5), run_at(1, 5)}));
  EXPECT_EQ(due(5, {}, 1), std::vector{run_at(2, 5)});
  EXPECT_TRUE(due(4).empty());
  EXPECT_TRUE(due(6).empty());
}

TEST_P(TurnsTest, TwoTurnsOfOneRunMayShareABatch) {
  std::vector<Write> batch;
  batch.emplace_back(
      turn_of(run_at(1), {.status = RunStatus::running, .park_until = clock_.now() + 1h}));
  batch.emplace_back(turn_of(run_at(1), {.turn = 1, .was_parked = true}));
  commit(store(), batch);
  EXPECT_EQ(summary(run_at(1))->status, RunStatus::completed);
  EXPECT_TRUE(due().empty());
  EXPECT_TRUE(open_runs().empty());
}

TEST_P(TurnsTest, WhatHasEndedNeverChanges) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running}));
  commit_turn(store(), turn_of(run_at(1), {.turn = 1, .status = RunStatus::failed}));
  std::vector<Write> late;
  late.emplace_back(turn_of(run_at(1), {.turn = 2, .status = RunStatus::completed}));
  late.emplace_back(turn_of(run_at(2), {.turn = 1, .status = RunStatus::running}));
  commit(store(), late);
  for (const Write& write : late) {
    ASSERT_TRUE(std::get<TurnWrite>(write).refused);
    EXPECT_EQ(std::get<TurnWrite>(write).refused->code, ErrorCode::not_found);
  }
  EXPECT_EQ(summary(run_at(1))->status, RunStatus::failed);
  EXPECT_FALSE(summary(run_at(2)));
  EXPECT_TRUE(open_runs().empty());
}

TEST_P(TurnsTest, OnlyAnEndedRunIsLoadedAsEndedWithAllItsTurns) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running, .snapshot = "s"}));
  EXPECT_EQ(journal().load_ended(workspace_one, run_at(1)).error().code, ErrorCode::not_found);
  commit_turn(store(), turn_of(run_at(1), {.turn = 1}));
  const StoredRun run = journal().load_ended(workspace_one, run_at(1)).value();
  EXPECT_EQ(run.summary.status, RunStatus::completed);
  EXPECT_EQ(run.records.size(), 2u);
  EXPECT_TRUE(run.snapshot.empty());
  EXPECT_EQ(journal().load_ended(WorkspaceNumber{2}, run_at(1)).error().code, ErrorCode::not_found);
}

TEST_P(TurnsTest, TheLastMillisecondOfIdsSurvivesReopening) {
  commit_turn(store(), turn_of(run_at(500)));
  commit_turn(store(), turn_of(run_at(3)));
  EXPECT_EQ(store().last_milliseconds(), run_at(500).id.milliseconds());
  reopen();
  EXPECT_EQ(store().last_milliseconds(), run_at(500).id.milliseconds());
}

TEST_P(TurnsTest, SecretAndInstanceAreMadeOnceAndKept) {
  const std::string secret = store().cursor_secret();
  const std::string instance = store().instance_id();
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_EQ(instance.size(), 32u);
  reopen();
  EXPECT_EQ(store().cursor_secret(), secret);
  EXPECT_EQ(store().instance_id(), instance);
}

INSTANTIATE_TEST_SUITE_P(Grounds, TurnsTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
