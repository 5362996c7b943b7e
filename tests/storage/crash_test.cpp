// What is left of the store when the power goes, on a disk that forgets what was not synced.
#include "tests/storage/fixture.hpp"
#include "tests/support/faulty_file_system.hpp"

namespace millrace::storage::testing {
namespace {

using millrace::testing::FaultyDisk;

/// One store on one faulty disk, and what its clients were told.
class Machine {
 public:
  Machine(Durability durability, std::uint64_t seed) : random_(seed) {
    settings_.data_dir = folder_.path();
    settings_.durability = durability;
    settings_.background = false;
    settings_.wal_bytes_max =
        256 * limits::kib;  // so that WAL files end and tables are written, too
    settings_.env = disk_.env();
  }

  bool open() {
    auto opened = storage::open(settings_, clock_, random_);
    if (!opened) {
      EXPECT_FALSE(opened.error().message.empty());
      return false;
    }
    store_ = std::move(*opened);
    return true;
  }
  /// Commits batches of random size until one fails, or `batches` of them.
  void work(std::uint64_t batches) {
    for (std::uint64_t i = 0; i < batches; ++i) {
      std::vector<Write> batch;
      const std::uint64_t turns = 1 + random_.next() % 8;
      for (std::uint64_t n = 0; n < turns; ++n) {
        TurnOptions options;
        options.payload = '"' + std::string(random_.next() % 20'000, 'x') + '"';
        if (random_.next() % 4 == 0) options.status = RunStatus::running;
        batch.emplace_back(turn_of(run_at(begun_ + n), options));
      }
      if (!store_->journal().commit(batch)) return;
      begun_ += turns;
      acknowledged_ = begun_;
    }
  }
  void crash(std::uint64_t seed) {
    disk_.power_off();
    store_.reset();
    disk_.power_on(seed);
  }
  /// Acknowledged runs that are gone. Every run that is there must be whole, and none may be there
  /// whose predecessor is not.
  std::uint64_t missing() {
    std::uint64_t there = 0;
    while (there < begun_ + 8 && exists(there)) ++there;
    for (std::uint64_t after = there; after < begun_ + 8; ++after) EXPECT_FALSE(exists(after));
    return acknowledged_ > there ? acknowledged_ - there : 0;
  }
  /// What a process does after a crash: goes on behind what it found.
  void forget_unacknowledged() {
    while (exists(begun_)) ++begun_;
    acknowledged_ = begun_;
  }
  FaultyDisk& disk() { return disk_; }
  std::uint64_t chance(std::uint64_t below) { return random_.next() % below; }

 private:
  bool exists(std::uint64_t age) {
    const auto summary = store_->archive().execution(workspace_one, run_at(age));
    if (!summary) {
      EXPECT_EQ(summary.error().code, ErrorCode::not_found) << summary.error().message;
      return false;
    }
    if (summary->status == RunStatus::running) {
      const auto run = store_->journal().load(run_at(age));
      EXPECT_TRUE(run) << run.error().message;
      EXPECT_EQ(run->records.size(), 1u);
    }
    return true;
  }

  TestFolder folder_;
  FaultyDisk disk_;
  TestClock clock_;
  TestRandom random_;
  Settings settings_;
  std::unique_ptr<Store> store_;
  std::uint64_t begun_ = 0;
  std::uint64_t acknowledged_ = 0;
};

/// Crashes at a random operation of the disk under load; runs that were acknowledged and are gone.
std::uint64_t lost_in_a_crash(Durability durability, std::uint64_t seed) {
  Machine machine(durability, seed);
  EXPECT_TRUE(machine.open());
  machine.disk().power_off_at(1 + machine.chance(200));
  machine.work(60);
  machine.crash(seed);
  EXPECT_TRUE(machine.open()) << "seed " << seed;
  return machine.missing();
}

TEST(CrashTest, NothingAcknowledgedIsLostWithThePower) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    ASSERT_EQ(lost_in_a_crash(Durability::synced, seed), 0u) << "seed " << seed;
}

TEST(CrashTest, WithoutSyncTheSameCrashLoses) {
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) lost += lost_in_a_crash(Durability::wal, seed);
  EXPECT_GT(lost, 0u);
}

TEST(CrashTest, RecoveryThatIsCutShortCanBeRepeated) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Machine machine(Durability::synced, seed);
    ASSERT_TRUE(machine.open());
    machine.work(20);
    for (std::uint64_t depth = 0; depth < 5; ++depth) {
      machine.crash(seed + depth);
      machine.disk().power_off_at(1 + machine.chance(30));
      machine.open();
    }
    machine.crash(seed);
    ASSERT_TRUE(machine.open()) << "seed " << seed;
    ASSERT_EQ(machine.missing(), 0u) << "seed " << seed;
    machine.forget_unacknowledged();
    machine.work(5);
    EXPECT_EQ(machine.missing(), 0u);
  }
}

}  // namespace
}  // namespace millrace::storage::testing
