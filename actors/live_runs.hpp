// How many executions hold an actor, over all partitions, and who waits for room.
#pragma once

#include "runtime/base/ids.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace millrace::actors {

/// Thread-safe.
class LiveRuns {
 public:
  /// `on_room(p)`: partition p waited, and a run has left. `on_idle`: the last run has left. Any
  /// thread.
  LiveRuns(std::size_t runs_max, std::uint16_t partitions, std::function<void(Partition)> on_room,
           std::function<void()> on_idle);

  /// False: no room; `partition` is told by on_room when there may be some.
  bool enter(Partition partition);
  void leave();
  /// Tells one partition that waits; also for a partition that was told and has no use for the
  /// room.
  void offer();
  std::size_t count() const { return count_.load(); }

 private:
  bool try_enter();

  const std::size_t runs_max_;
  const std::function<void(Partition)> on_room_;
  const std::function<void()> on_idle_;
  std::atomic<std::size_t> count_{0};
  std::atomic<std::size_t> waiting_count_{0};
  std::atomic<std::size_t> next_{
      0};  ///< where to look for the next who waits, so that none starves
  std::vector<std::atomic<bool>> waiting_;
};

/// One live run's room; given back with the slot.
class LiveSlot {
 public:
  LiveSlot() = default;
  explicit LiveSlot(LiveRuns& runs) : runs_(&runs) {}
  LiveSlot(LiveSlot&& other) noexcept : runs_(std::exchange(other.runs_, nullptr)) {}
  LiveSlot& operator=(LiveSlot&& other) noexcept {
    std::swap(runs_, other.runs_);
    return *this;
  }
  ~LiveSlot() { release(); }
  void release() {
    if (auto* runs = std::exchange(runs_, nullptr); runs != nullptr) runs->leave();
  }

 private:
  LiveRuns* runs_ = nullptr;
};

}  // namespace millrace::actors
