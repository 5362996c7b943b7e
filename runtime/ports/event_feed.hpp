// Live events, made from committed turns only. Asked by http, answered by actors. Bounded per
// subscriber.
#pragma once

#include "runtime/engine/summary.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace millrace {

/// Ordered by construction: `commit` counts batches of the one committer, `n` turns within a batch.
struct FeedPosition {
  std::uint64_t commit = 0;
  std::uint32_t n = 0;
  auto operator<=>(const FeedPosition&) const = default;
};
struct FeedTurn {
  FeedPosition position;
  ExecutionSummary summary;
  std::shared_ptr<const TurnRecord> record;
};

/// Pulled: the subscriber is told that something waits, and takes it when it can.
class Subscription {
 public:
  virtual ~Subscription() = default;
  /// Takes up to `count_max` turns. `lagged` is set once when the ring was full and turns were
  /// dropped: resume from the position of the last turn taken.
  virtual std::vector<FeedTurn> take(std::size_t count_max, bool& lagged) = 0;
};

class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// Turns of `workspace` from now on. `wake` may run on any thread, at most once between two
  /// takes. The subscription ends with the pointer.
  virtual std::shared_ptr<Subscription> subscribe(WorkspaceNumber workspace,
                                                  std::function<void()> wake) = 0;
};

}  // namespace millrace
