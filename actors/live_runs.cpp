// A counter, and a flag per partition that waits: the flag is set before the second look, so a run
// that leaves in between is seen by one side or the other.
#include "actors/live_runs.hpp"

namespace millrace::actors {

LiveRuns::LiveRuns(std::size_t runs_max, std::uint16_t partitions,
                   std::function<void(Partition)> on_room, std::function<void()> on_idle)
    : runs_max_(runs_max),
      on_room_(std::move(on_room)),
      on_idle_(std::move(on_idle)),
      waiting_(partitions) {}

bool LiveRuns::try_enter() {
  std::size_t count = count_.load();
  while (count < runs_max_) {
    if (count_.compare_exchange_weak(count, count + 1)) return true;
  }
  return false;
}

bool LiveRuns::enter(Partition partition) {
  if (try_enter()) return true;
  auto& flag = waiting_[static_cast<std::size_t>(partition)];
  if (!flag.exchange(true)) waiting_count_.fetch_add(1);
  if (!try_enter()) return false;
  if (flag.exchange(false)) waiting_count_.fetch_sub(1);
  return true;
}

void LiveRuns::leave() {
  const bool last = count_.fetch_sub(1) == 1;
  offer();
  if (last) on_idle_();
}

void LiveRuns::offer() {
  if (waiting_count_.load() == 0) return;
  const std::size_t first = next_.fetch_add(1);
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const std::size_t at = (first + i) % waiting_.size();
    if (!waiting_[at].exchange(false)) continue;
    waiting_count_.fetch_sub(1);
    return on_room_(Partition(at));
  }
}

}  // namespace millrace::actors
