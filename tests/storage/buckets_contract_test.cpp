// The contract of log buckets: turns of one run over several, dropping what is past, keeping what
// is needed.
#include "storage/housekeeper.hpp"
#include "storage/log_buckets.hpp"
#include "storage/memory_tables.hpp"
#include "tests/storage/fixture.hpp"

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class BucketsTest : public StoreTest {
 protected:
  TurnWrite open_turn(std::uint32_t turn, std::string snapshot = "") {
    return turn_of(run_at(1), {.turn = turn, .status = RunStatus::running, .snapshot = snapshot});
  }
  Result<Trace> trace(ExecutionId run) {
    return archive().trace(archive().execution(workspace_one, run).value());
  }
};

TEST_P(BucketsTest, TurnsOfOneRunAreReadBackOverManyBuckets) {
  commit_turn(store(), open_turn(0));
  for (std::uint32_t turn = 1; turn < 6; ++turn) {
    clock_.advance(days(4));
    commit_turn(store(), open_turn(turn));
  }
  reopen();
  const StoredRun run = journal().load(run_at(1)).value();
  ASSERT_EQ(run.records.size(), 6u);
  for (std::uint32_t turn = 0; turn < 6; ++turn) EXPECT_EQ(run.records[turn].turn, turn);
}

TEST_P(BucketsTest, TurnsAreReadInOrderAlthoughTheWallClockWentBackAndForth) {
  commit_turn(store(), open_turn(0));
  clock_.set_wall_ahead(days(10));
  commit_turn(store(), open_turn(1));
  clock_.set_wall_ahead(days(-10));
  commit_turn(store(), open_turn(2));
  const StoredRun run = journal().load(run_at(1)).value();
  ASSERT_EQ(run.records.size(), 3u);
  EXPECT_EQ(run.records[2].turn, 2u);
}

TEST_P(BucketsTest, ARunOutlivesAChangeOfTheRetention) {
  commit_turn(store(), open_turn(0));
  settings_.retention_days = 7;
  reopen();
  commit_turn(store(), open_turn(1));
  EXPECT_EQ(journal().load(run_at(1))->records.size(), 2u);
}

TEST_P(BucketsTest, AnEndedRunKeepsItsTraceForTheRetentionAndItsSummaryLonger) {
  install(store(), flow_at(1));
  commit_turn(store(), turn_of(run_at(1)));
  EXPECT_EQ(store().drop_past_buckets(clock_.now() + days(89)).value(), 0u);
  EXPECT_TRUE(trace(run_at(1)));
  EXPECT_GE(store().drop_past_buckets(clock_.now() + days(94)).value(), 1u);
  const auto gone = trace(run_at(1));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_NE(gone.error().message.find("purged"), std::string::npos);
  reopen();
  EXPECT_TRUE(archive().execution(workspace_one, run_at(1)));
  EXPECT_FALSE(trace(run_at(1)));
}

TEST_P(BucketsTest, AnOpenRunKeepsTheBucketsItNeedsToGoOn) {
  commit_turn(store(), open_turn(0));
  clock_.advance(days(200));
  EXPECT_EQ(store().drop_past_buckets(clock_.now()).value(), 1u);  // the one made ahead, empty
  ASSERT_TRUE(journal().load(run_at(1)));
  commit_turn(store(), open_turn(1, "all of it"));
  EXPECT_EQ(store().drop_past_buckets(clock_.now()).value(), 1u);
  const StoredRun run = journal().load(run_at(1)).value();
  EXPECT_EQ(run.snapshot, "all of it");
  EXPECT_TRUE(run.records.empty());
  commit_turn(store(), turn_of(run_at(1), {.turn = 2}));
}

TEST_P(BucketsTest, DroppingTwiceDropsOnce) {
  commit_turn(store(), turn_of(run_at(1)));
  const Timestamp later = clock_.now() + days(100);
  EXPECT_EQ(store().drop_past_buckets(later).value(), 2u);
  EXPECT_EQ(store().drop_past_buckets(later).value(), 0u);
}

TEST_P(BucketsTest, CommitsGoOnAfterTheirBucketWasDroppedByAClockFarAhead) {
  commit_turn(store(), turn_of(run_at(1)));
  ASSERT_TRUE(store().drop_past_buckets(clock_.now() + days(1000)));
  commit_turn(store(), turn_of(run_at(2)));
  EXPECT_TRUE(archive().execution(workspace_one, run_at(2)));
}

INSTANTIATE_TEST_SUITE_P(Grounds, BucketsTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

TEST(BucketTimesTest, ARetentionIsCutIntoThirtyBuckets) {
  const Timestamp start{};
  EXPECT_EQ(bucket_at(start, 30), (LogBucket{30, 0}));
  EXPECT_EQ(bucket_at(start + days(1) - 1ms, 30), (LogBucket{30, 0}));
  EXPECT_EQ(bucket_at(start + days(1), 30), (LogBucket{30, 1}));
  EXPECT_EQ(bucket_at(start + 48min, 1), (LogBucket{1, 1}));
  EXPECT_EQ(bucket_at(start + days(730), 730), (LogBucket{730, 30}));
  EXPECT_EQ(bucket_at(start - days(1), 30), (LogBucket{30, 0}));
}

TEST(BucketTimesTest, ABucketIsPastWhenItsLastTurnIs) {
  const Timestamp start{};
  EXPECT_FALSE(is_past({30, 0}, start + days(31) - 1ms));
  EXPECT_TRUE(is_past({30, 0}, start + days(31)));
}

TEST(BucketTimesTest, OnlyTheListedRetentionsAreRetentions) {
  using Days = std::vector<std::uint16_t>;
  for (const std::uint16_t listed : Days{1, 7, 30, 90, 180, 365, 730})
    EXPECT_TRUE(is_retention(listed));
  for (const std::uint16_t other : Days{0, 2, 31, 731}) EXPECT_FALSE(is_retention(other));
}

class HousekeepingTest : public ::testing::Test {
 protected:
  TestClock clock_;
  MemoryDisk disk_;
  std::unique_ptr<KeyValue> tables_ = open_memory_tables(disk_);
  LogBuckets buckets_{*tables_, 30};
};

TEST_F(HousekeepingTest, ARoundMakesTheNextBucketAhead) {
  ClockAgreement clocks(clock_);
  keep_house(buckets_, clocks, clock_);
  const LogBucket current = bucket_at(clock_.now(), 30);
  EXPECT_EQ(tables_->buckets(), (std::vector{current, LogBucket{30, current.number + 1}}));
}

TEST_F(HousekeepingTest, ARoundDropsOneBucketAndNotMore) {
  ClockAgreement clocks(clock_);
  keep_house(buckets_, clocks, clock_);
  clock_.advance(days(90));
  keep_house(buckets_, clocks, clock_);
  EXPECT_EQ(tables_->buckets().size(), 3u);
  keep_house(buckets_, clocks, clock_);
  EXPECT_EQ(tables_->buckets().size(), 2u);
}

TEST_F(HousekeepingTest, AWallClockThatWasSetDropsNothingUntilARestart) {
  ClockAgreement clocks(clock_);
  keep_house(buckets_, clocks, clock_);
  clock_.set_wall_ahead(days(90));
  keep_house(buckets_, clocks, clock_);
  EXPECT_EQ(tables_->buckets().size(), 4u);
  clock_.set_wall_ahead(days(-90));
  clock_.advance(days(90));
  keep_house(buckets_, clocks, clock_);
  EXPECT_EQ(tables_->buckets().size(), 4u);
  ClockAgreement after_restart(clock_);
  keep_house(buckets_, after_restart, clock_);
  EXPECT_EQ(tables_->buckets().size(), 3u);
}

}  // namespace
}  // namespace millrace::storage::testing
