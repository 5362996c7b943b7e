// The contract of a workspace's retention: what it hides from readers at one instant, and how long
// the disk keeps what anybody may still ask for.
#include "runtime/base/stream_limits.hpp"
#include "tests/storage/fixture.hpp"

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class RetentionTest : public StoreTest {
 protected:
  void SetUp() override { install(store(), flow_at(1)); }

  ExecutionSummary commit_whole(ExecutionId run, RunStatus status = RunStatus::failed) {
    TurnWrite turn = turn_of(run, {.status = status});
    turn.summary.trigger_type = TriggerType::inbound_message;
    turn.summary.channel = "sms";
    turn.summary.message_id = "m1";
    turn.summary.replay_of = run_at(900);
    turn.summary.error_node = "a";
    turn.summary.error_code = "E";
    turn.summary.error_message = "why";
    ExecutionSummary summary = turn.summary;
    commit_turn(store(), std::move(turn));
    return summary;
  }
  void keep_for(std::uint16_t days_count) {
    ASSERT_TRUE(commit_change(store(), {SetRetention{"w", days_count}}));
  }
  void stand_at(Timestamp time) { clock_.advance(time - clock_.now()); }
  ExecutionSummary read(ExecutionId run) { return archive().execution(workspace_one, run).value(); }
  std::vector<ExecutionSummary> list(ExecutionQuery query = {}) {
    query.workspace = workspace_one;
    return archive().executions(query).value().rows;
  }
};

void expect_remains(const ExecutionSummary& left, const ExecutionSummary& whole) {
  EXPECT_TRUE(left.purged);
  EXPECT_EQ(left.id, whole.id);
  EXPECT_EQ(left.flow, whole.flow);
  EXPECT_EQ(left.status, whole.status);
  EXPECT_EQ(left.started, whole.started);
  EXPECT_EQ(left.channel + left.message_id + left.error_node + left.error_code + left.error_message,
            "");
  EXPECT_FALSE(left.ended || left.replay_of);
  EXPECT_EQ(left.flow_version + left.node_runs + left.turns, 0u);
}

TEST_P(RetentionTest, FromOneInstantOnOnlyWhatTheApiKeepsIsLeftInListsAndReads) {
  const ExecutionSummary run = commit_whole(run_at(1));
  stand_at(*run.ended + days(90) - 1ms);
  EXPECT_EQ(read(run.id).error_message, "why");
  EXPECT_EQ(list().at(0).message_id, "m1");
  clock_.advance(1ms);
  expect_remains(read(run.id), run);
  expect_remains(list().at(0), run);
  reopen();
  ExecutionQuery failed;
  failed.flow = run.flow;
  failed.status = RunStatus::failed;
  expect_remains(list(failed).at(0), run);
}

TEST_P(RetentionTest, TheTraceIsHiddenAtOnceAlthoughItIsStillOnDisk) {
  const ExecutionSummary run = commit_whole(run_at(1));
  stand_at(*run.ended + days(90) - 1ms);
  EXPECT_TRUE(archive().trace(read(run.id)));
  EXPECT_TRUE(journal().load_ended(workspace_one, run.id));
  clock_.advance(1ms);
  for (const Error& told : {archive().trace(run).error(), archive().records(run).error(),
                            archive().trace(read(run.id)).error(),
                            journal().load_ended(workspace_one, run.id).error()}) {
    EXPECT_EQ(told.code, ErrorCode::not_found);
    EXPECT_NE(told.message.find("purged"), std::string::npos) << told.message;
  }
  keep_for(91);
  EXPECT_TRUE(archive().records(run)) << "hidden is not dropped";
}

TEST_P(RetentionTest, WhatIsHiddenMatchesNoFilterThatWouldTellOfIt) {
  const ExecutionSummary run = commit_whole(run_at(1));
  ExecutionQuery by_trigger;
  by_trigger.trigger_type = TriggerType::inbound_message;
  EXPECT_EQ(list(by_trigger).size(), 1u);
  stand_at(*run.ended + days(90));
  EXPECT_TRUE(list(by_trigger).empty());
  ExecutionQuery by_time;
  by_time.started_from = run.started;
  EXPECT_EQ(list(by_time).size(), 1u);
}

TEST_P(RetentionTest, AChangeHoldsForReadingAtOnceAndForItsWorkspaceAlone) {
  ASSERT_TRUE(commit_change(store(), {EnsureWorkspace{"other"}}));
  const ExecutionSummary mine = commit_whole(run_at(1));
  commit_turn(store(), turn_of(run_at(2), {.workspace = WorkspaceNumber{2}}));
  clock_.advance(days(2));
  keep_for(1);
  EXPECT_TRUE(read(mine.id).purged);
  EXPECT_FALSE(archive().execution(WorkspaceNumber{2}, run_at(2)).value().purged);
  reopen();
  EXPECT_TRUE(read(mine.id).purged);
  keep_for(3);
  EXPECT_FALSE(read(mine.id).purged);
}

TEST_P(RetentionTest, ARunThatGoesOnIsNotPast) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running, .parked = true}));
  clock_.advance(days(400));
  EXPECT_FALSE(read(run_at(1)).purged);
  EXPECT_TRUE(archive().records(read(run_at(1))));
  TurnWrite last = turn_of(run_at(1), {.turn = 1, .was_parked = true});
  last.summary.ended = clock_.now();
  commit_turn(store(), std::move(last));
  EXPECT_FALSE(read(run_at(1)).purged) << "it counts from the end";
}

TEST_P(RetentionTest, ARunWhoseFirstRecordsLeftTheDiskIsHidden) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running, .snapshot = "all"}));
  clock_.advance(days(200));
  ASSERT_TRUE(store().drop_past_buckets(clock_.now()));
  TurnWrite last = turn_of(run_at(1), {.turn = 1});
  last.summary.ended = clock_.now();
  commit_turn(store(), std::move(last));
  EXPECT_TRUE(read(run_at(1)).purged);
}

TEST_P(RetentionTest, WhoResumesLiveEventsSeesNothingOfWhatIsPast) {
  keep_for(1);
  const auto resume = [this](EventPosition after) {
    return archive().feed({workspace_one, after, std::nullopt, std::nullopt}).value();
  };
  const EventPosition begin = archive().feed({workspace_one, {}, {}, {}}).value().end;
  commit_turn(store(), turn_of(run_at(1)));
  clock_.advance(days(1) - 1ms);
  const EventPosition middle = archive().feed({workspace_one, {}, {}, {}}).value().end;
  TurnWrite young = turn_of(run_at(2));
  young.summary.ended = clock_.now();
  commit_turn(store(), std::move(young));
  EXPECT_EQ(resume(begin).turns.size(), 2u);
  clock_.advance(1ms);
  EXPECT_TRUE(resume(begin).gap);
  EXPECT_EQ(resume(middle).turns.size(), 1u);
}

TEST_P(RetentionTest, TheLongestRetentionOfAnybodyKeepsTheBuckets) {
  const ExecutionSummary run = commit_whole(run_at(1));
  keep_for(730);
  commit_whole(run_at(2));
  const Timestamp later = clock_.now() + days(700);
  EXPECT_EQ(store().drop_past_buckets(later).value(), 0u);
  reopen();
  EXPECT_EQ(store().drop_past_buckets(later).value(), 0u);
  stand_at(later);
  EXPECT_TRUE(archive().records(run)) << "also what was written under the shorter one";
  EXPECT_GE(store().drop_past_buckets(clock_.now() + days(60)).value(), 2u);
}

TEST_P(RetentionTest, AShorterRetentionOfOneWorkspaceDropsNothingOfTheOthers) {
  const ExecutionSummary run = commit_whole(run_at(1));
  ASSERT_TRUE(commit_change(store(), {EnsureWorkspace{"other"}}));
  ASSERT_TRUE(commit_change(store(), {SetRetention{"other", 1}}));
  EXPECT_EQ(store().drop_past_buckets(clock_.now() + days(80)).value(), 0u);
  EXPECT_TRUE(archive().records(run));
}

TEST_P(RetentionTest, OnlyAWorkspaceThatIsThereHasOne) {
  EXPECT_EQ(commit_change(store(), {SetRetention{"nobody", 30}}).error().code,
            ErrorCode::not_found);
  keep_for(30);
  reopen();
  ASSERT_EQ(archive().workspaces().size(), 1u);
  EXPECT_EQ(archive().workspaces()[0].name, "w");
  EXPECT_EQ(archive().workspaces()[0].retention_days, 30);
}

INSTANTIATE_TEST_SUITE_P(Grounds, RetentionTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
