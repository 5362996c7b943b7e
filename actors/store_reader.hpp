// Reads the journal for actors that must not block: one-way in, one-way out. A few of them,
// `detached`.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"

namespace millrace::actors {

/// What a caller that waits for this run is told, as far as the records still say it; nothing while
/// the run goes on without an answer.
std::optional<TriggerOutcome> outcome_of(const StoredRun& run);

struct StoreReaderState {
  static inline const char* name = "store_reader";
  explicit StoreReaderState(store_reader_actor::pointer actor) : self(actor) {}

  void resume(const RunRequest& request);
  void look_up(const LookUpRequest& request);
  void timers(const TimerRequest& request);
  void schedules(const SchedulesRequest& request);
  void debounces(const DebouncesRequest& request);
  void open_runs(Partition partition);

  store_reader_actor::pointer self;
  House* house = nullptr;
};

store_reader_actor::behavior_type store_reader(
    store_reader_actor::stateful_pointer<StoreReaderState> self, House* house);

}  // namespace millrace::actors
