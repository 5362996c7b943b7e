// One subscriber's ring of committed turns: the event hub puts in, the subscriber takes out.
// Bounded, and without a lock: one thread on either side.
#pragma once

#include "runtime/ports/event_feed.hpp"

#include <atomic>
#include <cstddef>

namespace millrace::actors {

class Ring {
 public:
  Ring(WorkspaceNumber workspace, std::size_t turns_max, std::function<void()> wake);

  /// The hub's side. A full ring drops this turn and all that follow until the subscriber has taken
  /// what was there and knows that it lagged: so the last turn taken is the one to resume from.
  void put(std::shared_ptr<const FeedTurn> turn);

  /// The subscriber's side; as Subscription::take.
  std::vector<FeedTurn> take(std::size_t count_max, bool& lagged);

  WorkspaceNumber workspace() const { return workspace_; }

 private:
  void wake_once();

  const WorkspaceNumber workspace_;
  const std::function<void()> wake_;
  std::vector<std::shared_ptr<const FeedTurn>> slots_;
  std::atomic<std::size_t> put_{0};
  std::atomic<std::size_t> taken_{0};
  std::atomic<bool> lagged_{false};
  std::atomic<bool> told_{false};  ///< woken since the last take
};

}  // namespace millrace::actors
