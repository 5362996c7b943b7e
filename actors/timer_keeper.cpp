// Between the clock and the heap. A wait's deadline is fixed on the monotonic clock when it comes
// in.
#include "actors/timer_keeper.hpp"

#include "actors/defaults.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {

bool TimerKeeperState::rows_too() const { return outstanding < defaults::wakes_outstanding_max; }

void TimerKeeperState::arm(const Arm& wait) {
  const Clock& clock = house->outside.clock;
  heap->arm(wait, clock.monotonic() + (wait.due - clock.now()));
  turn();
}

void TimerKeeperState::add_row(const TimerRow& row) {
  const Clock& clock = house->outside.clock;
  heap->add_row(row, clock.now(), clock.monotonic());
  turn();
}

void TimerKeeperState::on_loaded(const LoadedTimers& loaded) {
  if (!loaded.rows) {
    log(LogLevel::error, "timers.not_loaded", {{"message", loaded.rows.error().message}});
    heap->load_failed();
    paused = true;
    return arm_tick();
  }
  const Clock& clock = house->outside.clock;
  heap->loaded(loaded.request, *loaded.rows, clock.now(), clock.monotonic());
  turn();
}

void TimerKeeperState::on_taken() {
  --outstanding;
  turn();
}

void TimerKeeperState::on_tick(std::uint64_t tick_generation) {
  if (tick_generation != generation) return;
  tick_at.reset();
  paused = false;
  turn();
}

void TimerKeeperState::turn() {
  const MonotonicTime now = house->outside.clock.monotonic();
  while (auto due = heap->pop(now, rows_too())) {
    if (const auto* wait = std::get_if<TimerHeap::LiveWait>(&*due)) {
      self->send(wait->execution, Wake{wait->due});
    } else {
      ++outstanding;
      self->send(house->supervisors[static_cast<std::size_t>(partition)],
                 Due{std::get<TimerRow>(*due)});
    }
  }
  if (!paused) {
    if (const auto request = heap->want_rows(partition)) {
      self->send(house->reader_of(partition), *request);
    }
  }
  arm_tick();
}

void TimerKeeperState::arm_tick() {
  const MonotonicTime now = house->outside.clock.monotonic();
  auto next = heap->next_deadline(rows_too());
  if (paused) next = std::min(next.value_or(MonotonicTime::max()), now + defaults::reload_pause);
  if (!next) return;
  next = std::min<MonotonicTime>(*next, now + defaults::arm_ahead_max);
  if (tick_at && *tick_at <= *next) return;
  tick_at = next;
  self->delayed_send(self, std::max(Duration{*next - now}, Duration{1}), atom::tick::value,
                     ++generation);
}

timer_keeper_actor::behavior_type timer_keeper(
    timer_keeper_actor::stateful_pointer<TimerKeeperState> self, House* house,
    Partition partition) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  self->state.partition = partition;
  self->state.heap.emplace(house->settings.timer_window);
  return {
      [self](const Arm& wait) { self->state.arm(wait); },
      [self](const Disarm& wait) { self->state.heap->disarm(wait.id); },
      [self](const TimerRow& row) { self->state.add_row(row); },
      [self](const LoadedTimersPtr& loaded) { self->state.on_loaded(*loaded); },
      [self](atom::taken) { self->state.on_taken(); },
      [self](atom::tick, std::uint64_t generation) { self->state.on_tick(generation); },
  };
}

}  // namespace millrace::actors
