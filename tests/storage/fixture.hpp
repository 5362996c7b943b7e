// What the tests of the store share: a clock that stands still, seeded chance, runs and flows in a
// few words, and one store on either of its two grounds.
#pragma once

#include "storage/memory_store.hpp"
#include "storage/storage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::storage::testing {

class TestClock : public Clock {
 public:
  Timestamp now() const override { return Timestamp(Duration(wall_.load())); }
  MonotonicTime monotonic() const override { return MonotonicTime(Duration(monotonic_.load())); }
  void advance(Duration time) {
    wall_ += time.count();
    monotonic_ += time.count();
  }
  void set_wall_ahead(Duration time) { wall_ += time.count(); }

 private:
  std::atomic<std::int64_t> wall_{1'790'000'000'000};
  std::atomic<std::int64_t> monotonic_{5'000};
};

/// SplitMix64.
class TestRandom : public Random {
 public:
  explicit TestRandom(std::uint64_t seed = 1) : state_(seed) {}
  std::uint64_t next() override;

 private:
  std::atomic<std::uint64_t> state_;
};

/// A folder of its own that goes with the value.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  std::string path(std::string_view name = "data") const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline constexpr WorkspaceNumber workspace_one{1};

/// An id `age` milliseconds younger than the epoch of the tests: larger is newer.
Id id_at(std::uint64_t age, std::uint16_t partition = 0, std::uint64_t random = 7);
inline ExecutionId run_at(std::uint64_t age, std::uint16_t partition = 0) {
  return ExecutionId{id_at(age, partition)};
}
inline FlowId flow_at(std::uint64_t age) { return FlowId{id_at(age, 0, 99)}; }

/// One turn of a run of `flow`. Turn 0 begins it; a status that has ended ends it.
struct TurnOptions {
  std::uint32_t turn = 0;
  RunStatus status = RunStatus::completed;
  FlowId flow = flow_at(1);
  WorkspaceNumber workspace = workspace_one;
  std::optional<Timestamp> park_until{};
  bool parked = false;  ///< without a time
  bool was_parked = false;
  std::string snapshot{};
  std::optional<TriggerKey> key{};
  Timestamp key_expires{};
  std::string payload = "{}";
};
TurnWrite turn_of(ExecutionId run, const TurnOptions& options = {});

/// A definition of a trigger and an end that compiles for TriggerType::api, and one for webhooks at
/// `path`.
std::string small_definition();
std::string webhook_definition(std::string_view path);

CreateFlow create_flow(FlowId flow, std::string definition = small_definition(),
                       TriggerType type = TriggerType::api);

/// Commits and expects success.
std::uint64_t commit(Store& store, std::vector<Write>& batch);
std::uint64_t commit_turn(Store& store, TurnWrite turn);
/// Commits one change alone; its outcome.
Result<ChangeOutcome> commit_change(Store& store, CatalogChange change);
/// Ensures the workspace `w`, number 1, and creates `flow` in it.
void install(Store& store, FlowId flow, std::string definition = small_definition(),
             TriggerType type = TriggerType::api);

enum class Ground { memory, rocks };

/// A store that can be closed and opened again on what it left behind.
class StoreTest : public ::testing::TestWithParam<Ground> {
 protected:
  StoreTest() { open(); }

  void open();
  void reopen() {
    store_.reset();
    open();
  }
  Store& store() { return *store_; }
  Journal& journal() { return store_->journal(); }
  const Archive& archive() const { return store_->archive(); }

  TestClock clock_;
  TestRandom random_;
  Settings settings_;

 private:
  TestFolder folder_;
  MemoryDisk disk_;
  std::unique_ptr<Store> store_;
};

std::string ground_name(const ::testing::TestParamInfo<Ground>& info);

}  // namespace millrace::storage::testing
