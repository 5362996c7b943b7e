// One partition's waits: a heap over a durable window. At most one CAF timer matters at a time,
// since a delayed message cannot be cancelled: an older one is known by its generation and ignored.
#pragma once

#include "actors/house.hpp"
#include "actors/timer_heap.hpp"

namespace millrace::actors {

struct TimerKeeperState {
  static inline const char* name = "timer_keeper";
  explicit TimerKeeperState(timer_keeper_actor::pointer actor) : self(actor) {}

  void arm(const Arm& wait);
  void add_row(const TimerRow& row);
  void on_loaded(const LoadedTimers& loaded);
  void on_taken();
  void on_tick(std::uint64_t tick_generation);
  /// Fires what is due, asks for more rows when few are left, arms for what comes next.
  void turn();

  timer_keeper_actor::pointer self;
  House* house = nullptr;
  Partition partition{};
  std::optional<TimerHeap> heap;

 private:
  bool rows_too() const;
  void arm_tick();

  std::size_t outstanding = 0;  ///< rows the supervisor has not dealt with
  std::uint64_t generation = 0;
  std::optional<MonotonicTime> tick_at;
  bool paused = false;  ///< a load failed: the next tick tries again
};

timer_keeper_actor::behavior_type timer_keeper(
    timer_keeper_actor::stateful_pointer<TimerKeeperState> self, House* house, Partition partition);

}  // namespace millrace::actors
