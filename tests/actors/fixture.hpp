// The whole house of actors on one thread under virtual time, over the memory store.
#pragma once

#include "actors/system.hpp"
#include "storage/memory_store.hpp"
#include "tests/actors/outside.hpp"

#include <gtest/gtest.h>

#include <list>
#include <set>

namespace caf::scheduler {
class test_coordinator;
}

namespace millrace::test {

/// Why a caller was told what.
struct Told {
  std::optional<Result<TriggerOutcome>> outcome;
  int times = 0;

  bool ok() const { return outcome && outcome->has_value(); }
  const TriggerOutcome& value() const { return outcome->value(); }
  ErrorCode error() const { return outcome->error().code; }
};

struct Controlled {
  std::optional<Result<ControlOutcome>> outcome;
  int times = 0;
};

struct Ask {
  std::string contact{};
  std::optional<TriggerKey> key{};
  ResponseMode mode = ResponseMode::immediate;
  std::string payload = "{}";
};

class House {
 public:
  House();
  ~House();
  House(const House&) = delete;

  void start();
  /// Ends everything at once, as a crash would: what is not in the store is gone.
  void restart();
  /// Runs all mail there is; with a seed in an order that it decides.
  void run();
  void advance(Duration duration);
  void shuffle_with(std::uint64_t seed) { order_.emplace(seed); }

  ProgramPtr publish(std::string_view definition, TriggerType type = TriggerType::api);
  Result<ChangeOutcome> change(CatalogChange what);
  std::optional<Error> submit(const ProgramPtr& program, Told& told, Ask ask = {});
  /// submit() that must be let in, and run().
  Told& fire(const ProgramPtr& program, Ask ask = {});

  /// Asks, and runs all mail: what the caller was told.
  Result<ControlOutcome> control(const ExecutionId& id, Control what);
  /// Asks; what the caller is told comes later.
  std::optional<Error> ask_control(const ExecutionId& id, Control what, Controlled& told);

  RunStatus status(const ExecutionId& id) const { return journal->summaries.at(id).status; }
  std::size_t runs_with(RunStatus wanted) const;

  FakeClock clock;
  FakeRandom random;
  FakeOutbound outbound;
  FakeSink sink;
  storage::MemoryDisk disk;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<WatchedJournal> journal;
  std::unique_ptr<IdGenerator> ids;
  actors::Settings settings;
  std::unique_ptr<actors::System> system;
  std::vector<Error> fatal;
  WorkspaceNumber workspace{};
  std::list<Told> told_all;
  std::list<Controlled> controlled_all;

 private:
  void open_store();
  caf::scheduler::test_coordinator& scheduler();
  void advance_scheduler(Duration duration);

  std::optional<FakeRandom> order_;
};

class HouseTest : public ::testing::Test, protected House {};

// Flows.
inline constexpr std::string_view pure = R"({"nodes":[
  {"id":"start","type":"trigger","data":{}},
  {"id":"mark","type":"set","data":{"assignments":[{"name":"x","value":"{{trigger.n}}"}]}},
  {"id":"done","type":"end","data":{"output":{"n":"{{vars.x}}"}}}],
  "edges":[{"source":"start","target":"mark"},{"source":"mark","target":"done"}]})";
/// A trigger, one node, an end.
std::string flow_with(std::string_view type, std::string_view data);
std::string waits_for(int seconds);
std::string calls_out();

}  // namespace millrace::test
