// One subscriber's ring of committed turns: the event hub puts in, the subscriber takes out.
// Bounded, and without a lock: one thread on either side.
#pragma once

#include "runtime/ports/event_feed.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace millrace::actors {

class Ring {
 public:
  Ring(WorkspaceNumber workspace, std::size_t turns_max, std::size_t bytes_max,
       std::function<void()> wake);

  /// The hub's side: from here on every commit is put in.
  void go_live();

  /// The hub's side. A full ring drops this turn and all that follow until the subscriber has taken
  /// what was there and knows that it lagged: so the last turn taken is the one to resume from.
  void put(std::shared_ptr<const FeedTurn> turn);
  /// The hub's side: all turns of `commit` have been put.
  void see(std::uint64_t commit) { seen_.store(commit); }

  /// The subscriber's side; as Subscription::take.
  std::vector<FeedTurn> take(std::size_t count_max, bool& lagged);

  /// Nobody is woken any more.
  void silence() { told_.store(true); }
  bool is_live() const { return live_.load(); }
  std::uint64_t seen() const { return seen_.load(); }
  WorkspaceNumber workspace() const { return workspace_; }

 private:
  void wake_once();

  const WorkspaceNumber workspace_;
  const std::size_t turns_max_;
  const std::size_t bytes_max_;
  const std::function<void()> wake_;
  std::vector<std::shared_ptr<const FeedTurn>> slots_;  ///< made with the first turn
  std::atomic<std::size_t> put_{0};
  std::atomic<std::size_t> taken_{0};
  std::atomic<std::size_t> bytes_{0};  ///< of the records in the slots
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<bool> live_{false};
  std::atomic<bool> lagged_{false};
  std::atomic<bool> told_{false};  ///< woken since the last take
};

}  // namespace millrace::actors
