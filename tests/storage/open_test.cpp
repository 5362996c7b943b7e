// Opening a data directory: what is refused, with which words; and the options that our promises
// rest on.
#include "storage/rocks/database.hpp"
#include "storage/rocks/options.hpp"
#include "storage/rows/bytes.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"
#include "tests/storage/fixture.hpp"

#include <rocksdb/slice_transform.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace millrace::storage::testing {
namespace {

class OpenTest : public ::testing::Test {
 protected:
  OpenTest() {
    settings_.data_dir = folder_.path();
    settings_.background = false;
  }
  Result<std::unique_ptr<Store>> open() { return storage::open(settings_, clock_, random_); }

  TestFolder folder_;
  TestClock clock_;
  TestRandom random_;
  Settings settings_;
};

TEST_F(OpenTest, ADirectoryThatIsHeldIsRefusedWithClearWords) {
  const auto first = open();
  ASSERT_TRUE(first);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::configuration);
  EXPECT_NE(second.error().message.find("another process holds the data directory"),
            std::string::npos)
      << second.error().message;
}

TEST_F(OpenTest, ADirectoryOfANewerFormatIsRefused) {
  open().value().reset();
  {
    auto tables = open_database(settings_).value();
    std::string newer;
    ByteWriter<std::string>(newer).fixed(std::uint32_t{2});
    tables->put(Family::meta, meta_name::format, encode_meta(newer));
    ASSERT_TRUE(tables->write());
  }
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::configuration);
  EXPECT_NE(refused.error().message.find("newer version"), std::string::npos);
}

TEST_F(OpenTest, ThePartitionCountIsFixedWhenTheDirectoryIsMade) {
  settings_.partitions = 16;
  EXPECT_EQ(open().value()->partitions(), 16);
  settings_.partitions = 64;
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::configuration);
}

TEST_F(OpenTest, SettingsOutOfBoundsAreRefusedBeforeAnythingIsMade) {
  Settings bad = settings_;
  bad.partitions = 0;
  EXPECT_EQ(storage::open(bad, clock_, random_).error().code, ErrorCode::configuration);
  bad.partitions = limits::partitions_max + 1;
  EXPECT_EQ(storage::open(bad, clock_, random_).error().code, ErrorCode::configuration);
  bad = settings_;
  bad.retention_days = 31;
  EXPECT_EQ(storage::open(bad, clock_, random_).error().code, ErrorCode::configuration);
  MemoryDisk disk;
  EXPECT_EQ(open_in_memory(bad, disk, clock_, random_).error().code, ErrorCode::configuration);
  EXPECT_FALSE(std::filesystem::exists(settings_.data_dir));
}

TEST_F(OpenTest, APathThatIsNoDirectoryIsRefused) {
  settings_.data_dir = "/dev/null/data";
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::configuration);
}

TEST_F(OpenTest, ANewDirectoryIsItsOwnersAlone) {
  open().value().reset();
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(settings_.data_dir).permissions(), fs::perms::owner_all);
}

TEST_F(OpenTest, TheThreadsOfAStoreStopWithIt) {
  settings_.background = true;
  auto store = open().value();
  commit_turn(*store, turn_of(run_at(1)));
  store->close();
}

TEST(OptionsTest, TurnRecordsAreNeverCompactedNorDeletedByAge) {
  const auto log = FamilyOptions(Settings{}).of("log.90.6905");
  EXPECT_TRUE(log.disable_auto_compactions);
  EXPECT_EQ(log.compaction_style, rocksdb::kCompactionStyleLevel);
  EXPECT_EQ(log.level0_stop_writes_trigger, std::numeric_limits<int>::max());
  EXPECT_EQ(log.level0_slowdown_writes_trigger, std::numeric_limits<int>::max());
  EXPECT_EQ(log.compaction_filter, nullptr);
  EXPECT_EQ(log.prefix_extractor->Transform(std::string(21, 'x')).size(), log_prefix_bytes);
}

TEST(OptionsTest, FamiliesOfTheHotPathRememberWhereTheyInsertedLast) {
  const FamilyOptions options{Settings{}};
  for (const std::string_view name : {"log.90.6905", "state", "timer", "execution", "index"})
    EXPECT_NE(options.of(name).memtable_insert_with_hint_prefix_extractor, nullptr) << name;
  EXPECT_FALSE(database_options(Settings{}).allow_concurrent_memtable_write);
}

TEST(OptionsTest, TheBoundsThatOurPromisesRestOnAreSet) {
  const auto options = database_options(Settings{});
  EXPECT_TRUE(options.paranoid_checks);
  EXPECT_EQ(options.max_total_wal_size, Settings{}.wal_bytes_max);
  EXPECT_GT(options.WAL_ttl_seconds, 0u);
  EXPECT_EQ(options.wal_compression, rocksdb::kNoCompression);
  EXPECT_FALSE(options.track_and_verify_wals_in_manifest);
  EXPECT_EQ(options.wal_recovery_mode, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  EXPECT_EQ(FamilyOptions(Settings{}).of("execution").max_write_buffer_number, 2);
}

}  // namespace
}  // namespace millrace::storage::testing
