// What the store says and keeps when its disk is full, breaks, or fails an fsync.
#include "tests/storage/fixture.hpp"
#include "tests/support/faulty_file_system.hpp"

#include <filesystem>

namespace millrace::storage::testing {
namespace {

using millrace::testing::Fault;
using millrace::testing::FaultyDisk;

class DiskFaultsTest : public ::testing::Test {
 protected:
  DiskFaultsTest() {
    settings_.data_dir = folder_.path();
    settings_.background = false;
    settings_.env = disk_.env();
  }
  void open() {
    auto opened = storage::open(settings_, clock_, random_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  Result<std::uint64_t> try_turn(std::uint64_t age, std::string payload = "{}") {
    std::vector<Write> batch;
    batch.emplace_back(turn_of(run_at(age), {.payload = std::move(payload)}));
    return store_->journal().commit(batch);
  }
  bool exists(std::uint64_t age) const {
    return store_->archive().execution(workspace_one, run_at(age)).has_value();
  }

  TestFolder folder_;
  FaultyDisk disk_;
  TestClock clock_;
  TestRandom random_;
  Settings settings_;
  std::unique_ptr<Store> store_;
};

TEST_F(DiskFaultsTest, AFullDiskIsUnavailableReadableAndHealsWithoutARestart) {
  open();
  install(*store_, flow_at(1));
  ASSERT_TRUE(try_turn(1));
  disk_.fill_up();
  const auto refused = try_turn(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().message;
  EXPECT_FALSE(store_->journal().probe());
  EXPECT_EQ(try_turn(3).error().code, ErrorCode::unavailable);
  EXPECT_TRUE(exists(1));
  EXPECT_FALSE(exists(2));
  EXPECT_TRUE(store_->archive().flow(workspace_one, flow_at(1)));
  EXPECT_FALSE(store_->fsync_failed());
  disk_.free_space();
  ASSERT_TRUE(store_->journal().probe());
  ASSERT_TRUE(try_turn(4));
  EXPECT_TRUE(exists(4));
  disk_.power_off();
  store_.reset();
  disk_.power_on(1);
  open();
  EXPECT_TRUE(exists(1));
  EXPECT_TRUE(exists(4));
  EXPECT_FALSE(exists(3));
}

TEST_F(DiskFaultsTest, NothingOfAFailedCommitIsSeenInMemory) {
  open();
  install(*store_, flow_at(1));
  disk_.fill_up();
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{{PublishFlow{workspace_one, flow_at(1), 1, clock_.now()}}});
  batch.emplace_back(ChangeWrite{{EnsureWorkspace{"another"}}});
  batch.emplace_back(turn_of(run_at(900), {.key = TriggerKey{"k", {}, "m"},
                                           .key_expires = clock_.now() + Duration(1000)}));
  ASSERT_FALSE(store_->journal().commit(batch));
  EXPECT_EQ(store_->archive().published(flow_at(1)), nullptr);
  EXPECT_FALSE(store_->archive().workspace("another"));
  EXPECT_LT(store_->last_milliseconds(), run_at(900).id.milliseconds());
  disk_.free_space();
  ASSERT_TRUE(store_->journal().probe());
  batch.clear();
  batch.emplace_back(turn_of(run_at(901), {.key = TriggerKey{"k", {}, "m"},
                                           .key_expires = clock_.now() + Duration(1000)}));
  commit(*store_, batch);
  EXPECT_FALSE(std::get<TurnWrite>(batch.front()).winner);
}

TEST_F(DiskFaultsTest, AFailedFsyncEndsAllAcknowledging) {
  open();
  ASSERT_TRUE(try_turn(1));
  disk_.fail_next_sync();
  const auto failed = try_turn(2);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::storage);
  EXPECT_NE(failed.error().message.find("fsync"), std::string::npos);
  EXPECT_TRUE(store_->fsync_failed());
  EXPECT_FALSE(store_->journal().probe());
  EXPECT_EQ(try_turn(3).error().code, ErrorCode::storage);
  EXPECT_TRUE(exists(1));
  disk_.power_off();
  store_.reset();
  disk_.power_on(1);
  open();
  EXPECT_TRUE(exists(1));
  EXPECT_FALSE(exists(3));
  EXPECT_FALSE(store_->fsync_failed());
  EXPECT_TRUE(try_turn(4));
}

/// Opens and commits with the `n`-th operation failing; false: it did not come to that.
class NthOperationTest : public DiskFaultsTest, public ::testing::WithParamInterface<Fault> {
 protected:
  bool survives(std::uint64_t n) {
    constexpr std::uint64_t turns = 6;
    std::vector<std::uint64_t> acknowledged;
    disk_.fail_operation(n, GetParam());
    auto opened = storage::open(settings_, clock_, random_);
    if (opened) {
      store_ = std::move(*opened);
      for (std::uint64_t i = 0; i < turns; ++i, ++next_) {
        const auto committed = try_turn(next_, '"' + std::string(100'000, 'x') + '"');
        if (committed)
          acknowledged.push_back(next_);
        else
          EXPECT_FALSE(committed.error().message.empty());
      }
    } else {
      EXPECT_FALSE(opened.error().message.empty());
    }
    const bool fired = disk_.fault_fired();
    disk_.power_off();
    store_.reset();
    disk_.power_on(n);
    disk_.fail_operation(0, GetParam());
    open();
    for (const std::uint64_t age : acknowledged) EXPECT_TRUE(exists(age)) << "operation " << n;
    EXPECT_TRUE(fired || acknowledged.size() == turns);
    store_.reset();
    return fired;
  }

 private:
  std::uint64_t next_ = 1;
};

TEST_P(NthOperationTest, AnyOperationMayFailWithoutACrashOrAFalseAcknowledgement) {
  settings_.wal_bytes_max = 256 * limits::kib;
  open();
  store_.reset();
  std::uint64_t n = 1;
  while (survives(n)) ++n;
  EXPECT_GT(n, 20u);
}

std::string fault_name(const ::testing::TestParamInfo<Fault>& fault) {
  return fault.param == Fault::io_error ? "IoError" : "NoSpace";
}
INSTANTIATE_TEST_SUITE_P(Faults, NthOperationTest,
                         ::testing::Values(Fault::io_error, Fault::no_space), fault_name);

TEST_F(DiskFaultsTest, AFullDiskMetAtAnyOperationOfCommittingHealsWithoutARestart) {
  settings_.wal_bytes_max = 256 * limits::kib;
  const std::string payload = '"' + std::string(100'000, 'x') + '"';
  std::uint64_t healed = 0;
  bool fired = true;
  for (std::uint64_t n = 1; fired; ++n) {
    open();
    std::vector<std::uint64_t> acknowledged;
    disk_.fail_operation(n, Fault::no_space);
    for (std::uint64_t age = 0; age < 8; ++age) {
      const auto committed = try_turn(100 * n + age, payload);
      if (committed) acknowledged.push_back(100 * n + age);
      if (committed || store_->fsync_failed()) continue;
      ASSERT_EQ(committed.error().code, ErrorCode::unavailable) << committed.error().message;
      bool works = false;
      for (int tries = 0; tries < 3 && !works; ++tries) works = store_->journal().probe();
      ASSERT_TRUE(works) << "operation " << n;
      ++healed;
    }
    fired = disk_.fault_fired();
    for (const std::uint64_t age : acknowledged) EXPECT_TRUE(exists(age)) << "operation " << n;
    disk_.power_off();
    store_.reset();
    disk_.power_on(n);
    disk_.fail_operation(0, Fault::no_space);
    open();
    for (const std::uint64_t age : acknowledged) EXPECT_TRUE(exists(age)) << "operation " << n;
    store_.reset();
  }
  EXPECT_GT(healed, 8u);
}

TEST_F(DiskFaultsTest, MakingADirectoryMayFailAtAnyOperationAndBeRepeated) {
  bool fired = true;
  for (std::uint64_t n = 1; fired; n += 9) {
    settings_.data_dir = folder_.path("new" + std::to_string(n));
    disk_.fail_operation(n, Fault::io_error);
    auto opened = storage::open(settings_, clock_, random_);
    fired = disk_.fault_fired();
    if (opened) opened->reset();
    disk_.fail_operation(0, Fault::io_error);
    open();
    EXPECT_TRUE(try_turn(1));
    store_.reset();
    std::filesystem::remove_all(settings_.data_dir);
  }
}

}  // namespace
}  // namespace millrace::storage::testing
