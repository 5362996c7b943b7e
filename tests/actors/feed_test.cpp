// Live events: ordered over all partitions, bounded per subscriber, made from committed turns only.
#include "tests/actors/fixture.hpp"

#include <algorithm>

namespace millrace::test {
namespace {

class FeedTest : public HouseTest {};

TEST_F(FeedTest, TurnsOfAllPartitionsComeInTheOrderOfTheirCommits) {
  const auto program = publish(calls_out());
  int wakes = 0;
  const auto subscription = system->feed().subscribe(workspace, [&] { ++wakes; });
  std::vector<Told> told(40);
  shuffle_with(7);
  for (std::size_t i = 0; i < told.size(); ++i) {
    ASSERT_FALSE(submit(program, told[i]));
    if (i % 5 == 0) run();
    if (i % 7 == 0) outbound.answer_all();
  }
  run();
  outbound.answer_all();
  run();
  bool lagged = true;
  const auto turns = subscription->take(1'000, lagged);
  EXPECT_FALSE(lagged);
  EXPECT_EQ(turns.size(), 80u);
  EXPECT_TRUE(std::is_sorted(turns.begin(), turns.end(),
                             [](const auto& a, const auto& b) { return a.position < b.position; }));
  std::set<Partition> partitions;
  for (const FeedTurn& turn : turns) partitions.insert(turn.summary.id.id.partition());
  EXPECT_GT(partitions.size(), 1u);
  EXPECT_EQ(wakes, 1) << "at most once between two takes";
}

TEST_F(FeedTest, ASlowSubscriberIsToldOnceThatItLagged) {
  const auto program = publish(pure);
  const auto subscription = system->feed().subscribe(workspace, [] {});
  for (int i = 0; i < 1'100; ++i) fire(program);
  bool lagged = false;
  auto turns = subscription->take(600, lagged);
  EXPECT_EQ(turns.size(), 600u);
  EXPECT_FALSE(lagged) << "the gap comes after what the ring still holds";
  fire(program);
  turns = subscription->take(600, lagged);
  EXPECT_EQ(turns.size(), 400u);
  EXPECT_TRUE(lagged);
  const FeedPosition last = turns.back().position;
  fire(program);
  turns = subscription->take(600, lagged);
  EXPECT_FALSE(lagged);
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_GT(turns[0].position.commit, last.commit + 100);
}

TEST_F(FeedTest, WhatIsNotCommittedIsNotSeenAndNeitherIsAnotherWorkspace) {
  const auto program = publish(pure);
  const auto mine = system->feed().subscribe(workspace, [] {});
  const auto foreign = system->feed().subscribe(WorkspaceNumber{999}, [] {});
  fire(program);
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  fire(program);
  bool lagged = false;
  EXPECT_EQ(mine->take(10, lagged).size(), 1u);
  EXPECT_TRUE(foreign->take(10, lagged).empty());
}

TEST_F(FeedTest, DuplicatesMakeNoEventAndPositionsCountWrittenTurnsOnly) {
  const auto program = publish(pure);
  const auto subscription = system->feed().subscribe(workspace, [] {});
  std::vector<Told> told(4);
  const Ask keyed{.contact = "c", .key = TriggerKey{"k", {}, ""}};
  ASSERT_FALSE(submit(program, told[0], keyed));
  ASSERT_FALSE(submit(program, told[1], keyed));
  ASSERT_FALSE(submit(program, told[2], {.contact = "c"}));
  run();
  bool lagged = false;
  const auto turns = subscription->take(10, lagged);
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[0].position.n, 0u);
  EXPECT_EQ(turns[1].position.commit, turns[0].position.commit);
  EXPECT_EQ(turns[1].position.n, 1u);
}

TEST_F(FeedTest, ASubscriptionEndsWithItsPointer) {
  const auto program = publish(pure);
  int wakes = 0;
  auto subscription = system->feed().subscribe(workspace, [&] { ++wakes; });
  subscription.reset();
  fire(program);
  EXPECT_EQ(wakes, 0);
}

}  // namespace
}  // namespace millrace::test
