// The contract of the port Archive for who resumes: committed turns in order, from any position.
#include "runtime/base/stream_limits.hpp"
#include "tests/storage/fixture.hpp"

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class FeedTest : public StoreTest {
 protected:
  FeedPage read(std::optional<EventPosition> after, WorkspaceNumber workspace = workspace_one) {
    return archive().feed({workspace, after, std::nullopt, std::nullopt}).value();
  }
  /// The runs of all pages behind `after`, in order.
  std::vector<ExecutionId> runs_after(EventPosition after) {
    std::vector<ExecutionId> runs;
    for (;;) {
      const FeedPage page = read(after);
      EXPECT_FALSE(page.gap);
      for (const FeedTurn& turn : page.turns) runs.push_back(turn.summary.id);
      after = page.end;
      if (!page.has_more) return runs;
    }
  }
  void commit_many(std::uint64_t from, std::uint64_t count) {
    for (std::uint64_t i = from; i < from + count; ++i) commit_turn(store(), turn_of(run_at(i)));
  }
};

TEST_P(FeedTest, WithoutAPositionItTellsWhereTheFeedEnds) {
  EXPECT_EQ(read(std::nullopt).end, (EventPosition{1, 0})) << "nothing was committed yet";
  const std::uint64_t commit = commit_turn(store(), turn_of(run_at(1)));
  const FeedPage page = read(std::nullopt);
  EXPECT_EQ(page.end, (EventPosition{commit + 1, 0}));
  EXPECT_TRUE(page.turns.empty());
}

TEST_P(FeedTest, GivesEveryTurnBehindAPositionInOrderAndAfterReopening) {
  const EventPosition begin = read(std::nullopt).end;
  std::vector<Write> batch;
  for (std::uint64_t i = 0; i < 5; ++i) batch.emplace_back(turn_of(run_at(i)));
  const std::uint64_t commit = testing::commit(store(), batch);
  commit_turn(store(), turn_of(run_at(9), {.status = RunStatus::running, .payload = "[1]"}));
  commit_turn(store(), turn_of(run_at(9), {.turn = 1}));
  reopen();
  const FeedPage page = read(begin);
  ASSERT_EQ(page.turns.size(), 7u);
  for (std::size_t i = 1; i < page.turns.size(); ++i) {
    EXPECT_LT(page.turns[i - 1].position, page.turns[i].position);
  }
  EXPECT_EQ(page.turns[4].position, (FeedPosition{commit, 4}));
  EXPECT_EQ(page.turns[5].record->turn, 0u);
  EXPECT_EQ(page.turns[6].record->turn, 1u);
  EXPECT_EQ(page.turns[6].summary.flow_version, page.turns[5].summary.flow_version);
  EXPECT_TRUE(read(page.end).turns.empty());
}

TEST_P(FeedTest, APositionWithinACommitGivesItsTurnAgainAndTheTurnsBehindIt) {
  std::vector<Write> batch;
  for (std::uint64_t i = 0; i < 3; ++i) batch.emplace_back(turn_of(run_at(i)));
  const std::uint64_t commit = testing::commit(store(), batch);
  const FeedPage page = read(event_position({commit, 1}, 0));
  ASSERT_EQ(page.turns.size(), 2u) << "events of turn 1 may come behind its first";
  EXPECT_EQ(page.turns[0].position.n, 1u);
  const auto last = event_position({commit, 1}, limits::events_per_turn_max - 1);
  EXPECT_EQ(read(last).turns.size(), 1u);
}

TEST_P(FeedTest, FiltersByWorkspaceFlowAndExecution) {
  const EventPosition begin = read(std::nullopt).end;
  commit_turn(store(), turn_of(run_at(1)));
  commit_turn(store(), turn_of(run_at(2), {.flow = flow_at(5)}));
  commit_turn(store(), turn_of(run_at(3), {.workspace = WorkspaceNumber{2}}));
  EXPECT_EQ(read(begin).turns.size(), 2u);
  EXPECT_EQ(read(begin, WorkspaceNumber{2}).turns.size(), 1u);
  const auto by_flow = archive().feed({workspace_one, begin, flow_at(5), std::nullopt}).value();
  ASSERT_EQ(by_flow.turns.size(), 1u);
  EXPECT_EQ(by_flow.turns[0].summary.id, run_at(2));
  const auto foreign = archive().feed({workspace_one, begin, std::nullopt, run_at(3)}).value();
  EXPECT_TRUE(foreign.turns.empty());
  EXPECT_EQ(foreign.end, read(begin).end) << "what matches nothing is still behind";
}

TEST_P(FeedTest, ManyTurnsComeInPagesWithoutGapOrRepetition) {
  const EventPosition begin = read(std::nullopt).end;
  std::vector<Write> batch;
  for (std::uint64_t i = 0; i < limits::feed_page_turns_max + 10; ++i)
    batch.emplace_back(turn_of(run_at(i)));
  testing::commit(store(), batch);
  commit_many(10'000, 5);
  EXPECT_TRUE(read(begin).has_more);
  const auto runs = runs_after(begin);
  ASSERT_EQ(runs.size(), limits::feed_page_turns_max + 15);
  for (std::uint64_t i = 0; i < limits::feed_page_turns_max + 10; ++i)
    EXPECT_EQ(runs[static_cast<std::size_t>(i)], run_at(i));
}

TEST_P(FeedTest, APageEndsAtItsBytes) {
  const EventPosition begin = read(std::nullopt).end;
  const std::string large = '"' + std::string(limits::feed_page_bytes_max, 'x') + '"';
  commit_turn(store(), turn_of(run_at(1), {.payload = large}));
  commit_turn(store(), turn_of(run_at(2), {.payload = large}));
  EXPECT_EQ(read(begin).turns.size(), 1u);
  EXPECT_EQ(runs_after(begin).size(), 2u);
}

TEST_P(FeedTest, WhatIsPastIsPurgedTheNewestIsNotAndAnOldPositionIsAGap) {
  const std::uint64_t first = commit_turn(store(), turn_of(run_at(1)));
  const EventPosition old = event_position({first, 0}, 0);
  clock_.advance(limits::feed_age + 1h);
  commit_many(100, 64);
  const FeedPage page = read(old);
  EXPECT_TRUE(page.gap);
  EXPECT_TRUE(page.turns.empty());
  EXPECT_EQ(page.end, read(std::nullopt).end);
  EXPECT_EQ(runs_after({first + 1, 0}).size(), 64u) << "what is younger is all there";
  clock_.advance(limits::feed_age + 1h);
  commit_many(1'000, 64);
  reopen();
  EXPECT_EQ(commit_turn(store(), turn_of(run_at(5'000))), first + 129) << "numbers go on";
}

TEST_P(FeedTest, NothingIsPurgedWhileTheClocksDisagree) {
  const std::uint64_t first = commit_turn(store(), turn_of(run_at(1)));
  clock_.set_wall_ahead(limits::feed_age + 1h);
  commit_many(100, 200);
  EXPECT_FALSE(read(event_position({first, 0}, 0)).gap);
}

TEST_P(FeedTest, APositionThatLiesAheadIsAGap) {
  const std::uint64_t commit = commit_turn(store(), turn_of(run_at(1)));
  EXPECT_FALSE(read(EventPosition{commit + 1, 0}).gap) << "the end itself";
  EXPECT_TRUE(read(EventPosition{commit + 1, 1}).gap);
  EXPECT_TRUE(read(EventPosition{commit + 9, 0}).gap);
}

INSTANTIATE_TEST_SUITE_P(Grounds, FeedTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
