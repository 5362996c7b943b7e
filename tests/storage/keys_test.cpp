// Golden bytes of every key, and the orders that scans rely on.
#include "storage/rows/keys.hpp"

#include "storage/rows/bytes.hpp"
#include "tests/storage/fixture.hpp"

#include <rapidcheck/gtest.h>

#include <algorithm>

namespace millrace::storage::testing {
namespace {

std::string hex(std::string_view bytes) { return to_hex(bytes); }

const ExecutionId run{Id::make(0x0123456789ab, Partition{0xcde}, 0x0f0102030405060)};
const FlowId flow{Id::make(0x111111111111, Partition{0x222}, 0x333333333333333)};
const std::string run_hex = "0123456789abcde0f0102030405060";
const std::string inverted_run_hex =
    "fedcba9876543"
    "21f0fefdfcfbfaf9f";
const std::string flow_hex = "111111111111222333333333333333";

TEST(KeysTest, EveryKeyHasTheBytesItAlwaysHad) {
  const WorkspaceNumber workspace{0xa1b2c3d4};
  const Timestamp due{Duration(0x18)};
  KeyHash hash{};
  std::ranges::fill(hash, std::uint8_t{0x5a});
  const std::string hash_hex(32, ' ');
  const std::string fives = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
  const std::string due_hex = "8000000000000018";
  EXPECT_EQ(hex(log_key(run, 0x01020304)), "0cde" + run_hex + "01020304");
  EXPECT_EQ(hex(execution_key(workspace, run)), "a1b2c3d4" + inverted_run_hex);
  EXPECT_EQ(hex(index_key(workspace, flow, IndexClass::failed, run)),
            "a1b2c3d4" + flow_hex + "04" + inverted_run_hex);
  EXPECT_EQ(hex(state_key(StateKind::open, run)), "0cde01" + run_hex);
  EXPECT_EQ(hex(state_key(StateKind::parked, run)), "0cde02" + run_hex);
  EXPECT_EQ(hex(state_key(StateKind::snapshot, run)), "0cde03" + run_hex);
  EXPECT_EQ(hex(feed_key(0x0102030405060708)), "0102030405060708");
  EXPECT_EQ(hex(timer_key(due, run)), "0cde" + due_hex + run_hex);
  EXPECT_EQ(hex(wait_key({Partition{0x0abc}, workspace, hash, run, 0x0102, 0x03040506})),
            "0abca1b2c3d4" + fives + run_hex + "010203040506");
  EXPECT_EQ(hex(early_key(Partition{0x0abc}, workspace, hash, flow.id)),
            "0abca1b2c3d4" + fives + flow_hex);
  EXPECT_EQ(hex(dedup_key(DedupKind::trigger, flow.id, "abc")),
            "01" + flow_hex + "ba7816bf8f01cfea414140de5dae2223");
  EXPECT_EQ(hex(dedup_key(DedupKind::request, flow.id, "abc")).substr(0, 2), "02");
  EXPECT_EQ(hex(workspace_key(workspace)), "01a1b2c3d4");
  EXPECT_EQ(hex(api_key_key(KeyId{flow.id})), "02" + flow_hex);
  EXPECT_EQ(hex(flow_key(workspace, flow)), "03a1b2c3d4" + flow_hex);
  EXPECT_EQ(hex(version_key(flow, 0x01020304)), "04" + flow_hex + "01020304");
  EXPECT_EQ(hex(schedule_key(flow)), "05" + flow_hex);
  EXPECT_EQ(hex(debounce_key({flow, hash})), "08" + flow_hex + fives);
  EXPECT_EQ(hex(dedup_key(DedupKind::debounced, flow.id, "abc")).substr(0, 2), "03");
  EXPECT_EQ(hex(outbox_key(Partition{0x0abc}, due, flow.id)), "0abc" + due_hex + flow_hex);
}

TEST(KeysTest, FamiliesHaveTheNamesTheyAlwaysHad) {
  const std::vector<std::string_view> names{"execution", "index", "state", "feed",
                                            "timer",     "wait",  "dedup", "catalog",
                                            "outbox",    "early", "meta"};
  for (std::size_t i = 0; i < fixed_families; ++i)
    EXPECT_EQ(to_string(static_cast<Family>(i)), names[i]);
  EXPECT_EQ(family_name({90, 6905}), "log.90.6905");
  EXPECT_EQ(parse_family_name("log.90.6905"), (LogBucket{90, 6905}));
  for (const std::string_view other : {"log", "log.", "log.90", "log.90.", "log.090.1", "log.90.1x",
                                       "log.90.1.2", "log.99999.1", "log.90.-1", "state"})
    EXPECT_FALSE(parse_family_name(other)) << other;
}

TEST(KeysTest, WhatAKeySaysIsReadBack) {
  EXPECT_EQ(execution_of_execution_key(execution_key(WorkspaceNumber{1}, run)), run);
  EXPECT_EQ(execution_of_index_key(index_key(WorkspaceNumber{1}, flow, IndexClass::open, run)),
            run);
  EXPECT_EQ(execution_of_state_key(state_key(StateKind::parked, run)), run);
  EXPECT_EQ(commit_of_feed_key(feed_key(12345)), 12345u);
  const auto timer = read_timer_key(timer_key(Timestamp(Duration(-5)), run));
  ASSERT_TRUE(timer);
  EXPECT_EQ(timer->due, Timestamp(Duration(-5)));
  EXPECT_EQ(timer->execution, run);
}

TEST(KeysTest, KeysOfAnotherLengthAreNoKeys) {
  const std::string key =
      timer_key({}, run).string() + execution_key(WorkspaceNumber{1}, run).string();
  for (std::size_t size = 0; size < key.size(); ++size) {
    const std::string_view cut = std::string_view(key).substr(0, size);
    EXPECT_EQ(execution_of_execution_key(cut).has_value(), size == 19);
    EXPECT_EQ(execution_of_index_key(cut).has_value(), size == 35);
    EXPECT_EQ(execution_of_state_key(cut).has_value(), size == 18);
    EXPECT_EQ(commit_of_feed_key(cut).has_value(), size == 8);
    EXPECT_EQ(read_timer_key(cut).has_value(), size == 25);
  }
}

TEST(KeysTest, TheEndOfAPrefixIsBehindAllItsKeys) {
  using namespace std::string_view_literals;
  EXPECT_EQ(end_of_prefix("ab"), "ac");
  EXPECT_EQ(end_of_prefix("a\xff"sv), "b");
  EXPECT_EQ(end_of_prefix("\x00\xff\xff"sv), "\x01"sv);
  EXPECT_FALSE(end_of_prefix("\xff\xff"sv));
  EXPECT_FALSE(end_of_prefix(""));
}

ExecutionId any_run() {
  const auto milliseconds = *rc::gen::inRange<std::uint64_t>(0, (1ULL << 48) - 1);
  const auto partition = *rc::gen::inRange<std::uint16_t>(0, 4095);
  return ExecutionId{Id::make(milliseconds, Partition{partition},
                              *rc::gen::inRange<std::uint64_t>(0, (1ULL << 60) - 1))};
}

RC_GTEST_PROP(KeysTest, ListsSortNewestFirst, ()) {
  const ExecutionId a = any_run();
  const ExecutionId b = any_run();
  const WorkspaceNumber workspace{7};
  RC_ASSERT((a > b) == (std::string_view(execution_key(workspace, a)) <
                        std::string_view(execution_key(workspace, b))));
}

RC_GTEST_PROP(KeysTest, TimersSortByTime, (std::int64_t a, std::int64_t b)) {
  const ExecutionId same = any_run();
  const Timestamp first{Duration(a)}, second{Duration(b)};
  RC_ASSERT((first < second) ==
            (std::string_view(timer_key(first, same)) < std::string_view(timer_key(second, same))));
}

}  // namespace
}  // namespace millrace::storage::testing
