// The one who waits for pauses between events. A window and its last event are on disk; here is
// only when each is due. Deadlines are monotonic, fixed when an event is seen, so that a jump of
// the wall clock neither shortens nor lengthens a pause.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"

#include <map>
#include <set>
#include <utility>

namespace millrace::actors {

struct DebouncerState {
  static inline const char* name = "debouncer";
  explicit DebouncerState(debouncer_actor::pointer actor) : self(actor) {}

  void on_loaded_all(const LoadedDebounces& loaded);
  void on_event(const DebounceWindow& window);
  void on_loaded(LoadedDebounce& loaded);
  void on_told(const DebounceTold& told);
  void on_tick(std::uint64_t tick_generation);
  /// Asks for the events of all windows whose pause is over, and arms for what comes next.
  void turn();

  debouncer_actor::pointer self;
  House* house = nullptr;

 private:
  struct Entry {
    DebounceWindow window;
    MonotonicTime deadline{};
    bool busy = false;  ///< its event is being read, or its run begun
  };
  void note(const DebounceWindow& window);
  void wait_until(const DebounceName& which, Entry& entry, MonotonicTime deadline);
  void begin(StoredDebounce stored);
  void drop(const DebounceWindow& window);
  std::function<void(bool)> teller(const DebounceWindow& window);
  void forget(const DebounceName& which);
  void retry(const DebounceName& which);
  void arm_tick();

  std::map<DebounceName, Entry> entries;
  std::set<std::pair<MonotonicTime, DebounceName>> order;  ///< of those that are not busy
  std::uint64_t generation = 0;
  std::optional<MonotonicTime> tick_at;
  bool reload = false;  ///< the load at start failed: the next tick tries again
};

debouncer_actor::behavior_type debouncer(debouncer_actor::stateful_pointer<DebouncerState> self,
                                         House* house);

}  // namespace millrace::actors
