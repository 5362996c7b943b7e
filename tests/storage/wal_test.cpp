// The write-ahead log after damage, and the thread that deletes what is obsolete of it.
#include "storage/wal_reaper.hpp"
#include "tests/storage/fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace millrace::storage::testing {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_with(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == extension) files.push_back(file.path());
  std::ranges::sort(files);
  return files;
}

class WalTest : public ::testing::Test {
 protected:
  WalTest() {
    settings_.data_dir = folder_.path();
    settings_.background = false;
  }
  Result<std::unique_ptr<Store>> open(const std::string& data_dir) {
    Settings settings = settings_;
    settings.data_dir = data_dir;
    return storage::open(settings, clock_, random_);
  }
  std::string copy(std::uint64_t number) {
    const std::string path = folder_.path("copy" + std::to_string(number));
    fs::copy(settings_.data_dir, path, fs::copy_options::recursive);
    return path;
  }
  /// Commits `count` runs, one a batch; where the newest log file ended after each.
  std::vector<std::uint64_t> write_runs(std::uint64_t count, const std::string& payload = "{}") {
    std::vector<std::uint64_t> ends;
    auto store = open(settings_.data_dir).value();
    for (std::uint64_t i = 0; i < count; ++i) {
      commit_turn(*store, turn_of(run_at(i), {.payload = payload}));
      ends.push_back(fs::file_size(files_with(settings_.data_dir, ".log").back()));
    }
    return ends;
  }
  static bool exists(Store& store, std::uint64_t age) {
    return store.archive().execution(workspace_one, run_at(age)).has_value();
  }

  TestFolder folder_;
  TestClock clock_;
  TestRandom random_;
  Settings settings_;
};

/// One of the last three records, cut at every byte.
class TornTailTest : public WalTest, public ::testing::WithParamInterface<std::uint64_t> {};

TEST_P(TornTailTest, ATornTailOpensAndLosesOnlyWhatItTore) {
  constexpr std::uint64_t runs = 6;
  const std::vector<std::uint64_t> ends = write_runs(runs);
  const std::uint64_t record = runs - 1 - GetParam();
  for (std::uint64_t size = ends[record - 1]; size < ends[record]; ++size) {
    const std::string data_dir = copy(size);
    fs::resize_file(files_with(data_dir, ".log").back(), size);
    auto store = open(data_dir);
    ASSERT_TRUE(store) << "at " << size << ": " << store.error().message;
    for (std::uint64_t age = 0; age < runs; ++age)
      ASSERT_EQ(exists(**store, age), age < record) << "run " << age << " at " << size;
    store->reset();
    fs::remove_all(data_dir);
  }
}

INSTANTIATE_TEST_SUITE_P(LastRecords, TornTailTest, ::testing::Values(0, 1, 2));

TEST_F(WalTest, DamageBeforeTheTailIsRefusedUnlessTheLossIsAccepted) {
  const std::vector<std::uint64_t> ends = write_runs(6);
  const fs::path log = files_with(settings_.data_dir, ".log").back();
  {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(ends[2] + 40));
    file.put('\x55');
  }
  const auto refused = open(settings_.data_dir);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_NE(refused.error().message.find("accept"), std::string::npos) << refused.error().message;
  settings_.accept_damaged_log = true;
  auto store = open(settings_.data_dir);
  ASSERT_TRUE(store) << store.error().message;
  for (std::uint64_t age = 0; age < 6; ++age) EXPECT_EQ(exists(**store, age), age < 3);
}

class FlippedBitTest : public WalTest {
 protected:
  static constexpr std::uint64_t runs = 40;
  const std::string payload = '"' + std::string(20'000, 'x') + '"';

  /// Flips a bit of a log, a table or the manifest; the file.
  fs::path flip(const fs::path& data_dir) {
    std::vector<fs::path> files = files_with(data_dir, ".log");
    for (const fs::path& table : files_with(data_dir, ".sst")) files.push_back(table);
    for (const auto& file : fs::directory_iterator(data_dir))
      if (file.path().filename().string().starts_with("MANIFEST")) files.push_back(file.path());
    const fs::path& victim = files[random_.next() % files.size()];
    const auto place = static_cast<std::streamoff>(random_.next() % fs::file_size(victim));
    std::fstream file(victim, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(place);
    const int byte = file.get();
    file.seekp(place);
    file.put(static_cast<char>(byte ^ (1 << (random_.next() % 8))));
    return victim;
  }
  /// Refused, or every run is there and right or said to be damaged. Only the last block of the log
  /// may be gone: damage to a length there looks like a torn tail.
  void expect_no_wrong_answer(const std::string& data_dir, const fs::path& victim) {
    const auto store = open(data_dir);
    if (!store) {
      EXPECT_FALSE(store.error().message.empty());
      return;
    }
    for (std::uint64_t age = 0; age < runs; ++age) {
      const auto summary = (*store)->archive().execution(workspace_one, run_at(age));
      EXPECT_TRUE(summary || summary.error().code == ErrorCode::corrupt || age + 2 >= runs)
          << victim << ", run " << age;
      const auto run = (*store)->journal().load_ended(workspace_one, run_at(age));
      if (!run) continue;
      EXPECT_EQ(std::get<RunBegan>(run->records.at(0).changes.at(0)).payload, payload);
    }
  }
};

TEST_F(FlippedBitTest, ABitThatFlipsAnywhereIsNeverASilentWrongAnswer) {
  settings_.wal_bytes_max = 128 * limits::kib;
  write_runs(runs, payload);
  for (std::uint64_t round = 0; round < 60; ++round) {
    const std::string data_dir = copy(round);
    const fs::path victim = flip(data_dir);
    expect_no_wrong_answer(data_dir, victim);
    fs::remove_all(data_dir);
  }
}

class ReaperTest : public ::testing::Test {
 protected:
  ReaperTest() { fs::create_directories(archive()); }
  std::string archive() const { return folder_.path("archive"); }
  void make(std::string_view name, std::uint64_t size) {
    std::ofstream(archive() + "/" + std::string(name)).close();
    fs::resize_file(archive() + "/" + std::string(name), size);
  }
  TestFolder folder_;
};

TEST_F(ReaperTest, AFileShrinksStepByStepAndGoesWhenItIsEmpty) {
  make("000007.log", 2'500);
  for (const std::uint64_t size : {1'500u, 500u, 0u}) {
    EXPECT_TRUE(reap_step(archive(), 1'000));
    EXPECT_EQ(fs::file_size(archive() + "/000007.log"), size);
  }
  EXPECT_TRUE(reap_step(archive(), 1'000));
  EXPECT_FALSE(fs::exists(archive() + "/000007.log"));
  EXPECT_FALSE(reap_step(archive(), 1'000));
}

TEST_F(ReaperTest, TheOldestFileGoesFirstAndOthersAreLeftAlone) {
  make("000010.log", 10);
  make("000009.log", 10);
  make("notes.txt", 10);
  while (reap_step(archive(), 1'000)) {
    EXPECT_FALSE(fs::exists(archive() + "/000009.log") && !fs::exists(archive() + "/000010.log"));
  }
  EXPECT_TRUE(fs::exists(archive() + "/notes.txt"));
  EXPECT_EQ(files_with(archive(), ".log").size(), 0u);
}

TEST_F(ReaperTest, AFolderThatIsNotThereHasNothingToReap) {
  EXPECT_FALSE(reap_step(folder_.path("nowhere"), 1'000));
}

TEST_F(ReaperTest, TheThreadStopsWhenItIsTold) {
  make("000001.log", 5'000);
  const ReaperPace slow{1, std::chrono::hours(1), std::chrono::hours(1)};
  { const WalReaper reaper(archive(), slow); }
  { const WalReaper reaper(folder_.path("nowhere"), slow); }
}

TEST_F(WalTest, ObsoleteLogFilesAreArchivedForTheReaperNotUnlinked) {
  settings_.wal_bytes_max = 128 * limits::kib;
  write_runs(60, '"' + std::string(20'000, 'x') + '"');
  const fs::path archive = fs::path(settings_.data_dir) / "archive";
  EXPECT_FALSE(files_with(archive, ".log").empty());
  while (reap_step(archive.string(), limits::mib)) {
  }
  auto store = open(settings_.data_dir);
  ASSERT_TRUE(store) << store.error().message;
  for (std::uint64_t age = 0; age < 60; ++age) EXPECT_TRUE(exists(**store, age));
}

}  // namespace
}  // namespace millrace::storage::testing
