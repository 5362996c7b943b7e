// The contract of schedules on both grounds: what is durable of them, and when.
#include "tests/storage/fixture.hpp"

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class SchedulesTest : public StoreTest {
 protected:
  SchedulesTest() { install(store(), flow, definition, TriggerType::schedule); }

  void publish(std::uint32_t version = 1) {
    ASSERT_TRUE(commit_change(store(), {PublishFlow{workspace_one, flow, version, clock_.now()}}));
  }
  TurnWrite fire(std::uint64_t age, Slot when, ScheduleProgress progress,
                 RunStatus status = RunStatus::running) const {
    TriggerKey key;
    key.key = "slot:" + std::to_string(when.time_since_epoch().count());
    key.progress = std::make_shared<const ScheduleProgress>(std::move(progress));
    return turn_of(
        run_at(age),
        {.status = status, .flow = flow, .key = std::move(key), .key_expires = clock_.now() + 24h});
  }
  StoredSchedule stored() {
    const auto schedules = journal().schedules(std::nullopt).value();
    EXPECT_EQ(schedules.size(), 1u);
    return schedules.empty() ? StoredSchedule{} : schedules.front();
  }

  const FlowId flow = flow_at(1);
  const std::string definition =
      R"({"nodes":[{"id":"start","type":"trigger","data":{"cron":"* * * * *"}},
                   {"id":"stop","type":"end","data":{}}],
          "edges":[{"source":"start","target":"stop"}]})";
  const Slot slot = std::chrono::floor<std::chrono::seconds>(clock_.now()) + 60s;
};

TEST_P(SchedulesTest, AScheduleCountsFromItsPublication) {
  EXPECT_TRUE(journal().schedules(std::nullopt)->empty());
  publish();
  EXPECT_EQ(stored().program->flow, flow);
  EXPECT_EQ(stored().workspace, workspace_one);
  EXPECT_EQ(stored().progress, (ScheduleProgress{clock_.now(), 0, {}}));
  EXPECT_TRUE(stored().run.id.is_nil());
  EXPECT_EQ(journal().schedules(flow)->size(), 1u);
  EXPECT_TRUE(journal().schedules(flow_at(2))->empty());
  publish(0);
  EXPECT_TRUE(journal().schedules(flow)->empty());
  publish();
  ASSERT_TRUE(commit_change(store(), {DeleteFlow{workspace_one, flow, clock_.now()}}));
  EXPECT_TRUE(journal().schedules(std::nullopt)->empty());
}

TEST_P(SchedulesTest, AFireAndItsProgressAreOneCommit) {
  publish();
  const ScheduleProgress progress{slot, 0, {slot - 1s}};
  commit_turn(store(), fire(1, slot, progress));
  reopen();
  EXPECT_EQ(stored().progress, progress);
  EXPECT_EQ(stored().run, run_at(1));
  EXPECT_TRUE(stored().run_open);
  std::vector<Write> again;
  again.emplace_back(fire(2, slot, {slot + 60s, 9, {}}));
  commit(store(), again);
  EXPECT_EQ(std::get<TurnWrite>(again.front()).winner, run_at(1));
  EXPECT_EQ(stored().progress, progress) << "a slot that was run before leaves all as it was";
  commit_turn(store(), turn_of(run_at(1), {.turn = 1, .flow = flow}));
  EXPECT_FALSE(stored().run_open);
  commit_turn(store(), fire(3, slot + 60s, {slot + 60s, 0, {}}, RunStatus::completed));
  EXPECT_TRUE(stored().run.id.is_nil());
}

TEST_P(SchedulesTest, WhatWasSeenNeverGoesBackAndTheLineOutlivesANewVersion) {
  publish();
  const ScheduleProgress noted{slot, 2, {slot}};
  ASSERT_TRUE(commit_change(store(), {NoteSchedule{flow, noted}}));
  EXPECT_EQ(stored().progress, noted);
  clock_.advance(300s);
  const Timestamp later = clock_.now();
  publish();
  ASSERT_TRUE(commit_change(store(), {NoteSchedule{flow, noted}}));
  EXPECT_EQ(stored().progress, (ScheduleProgress{later, 2, {slot}}));
  publish(0);
  publish();
  EXPECT_EQ(stored().progress, (ScheduleProgress{later, 0, {}})) << "unpublishing drops the line";
}

TEST_P(SchedulesTest, ChangesOfOneCommitSeeEachOther) {
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{{PublishFlow{workspace_one, flow, 1, clock_.now()}}});
  batch.emplace_back(ChangeWrite{{NoteSchedule{flow, {slot, 1, {}}}}});
  commit(store(), batch);
  EXPECT_EQ(stored().progress, (ScheduleProgress{slot, 1, {}}));
}

INSTANTIATE_TEST_SUITE_P(Grounds, SchedulesTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
