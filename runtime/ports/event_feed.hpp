// Live events, made from committed turns only. Asked by http, answered by actors. Bounded per
// subscriber.
#pragma once

#include "runtime/base/stream_limits.hpp"
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
  std::size_t bytes = 0;  ///< of the record, encoded
};

/// Of one event, from 1 within a commit: each turn has its own stretch of numbers. `n` = 0 stands
/// before all of them, so `<commit + 1>.0` says that everything up to `commit` was seen.
struct EventPosition {
  std::uint64_t commit = 0;
  std::uint32_t n = 0;
  auto operator<=>(const EventPosition&) const = default;
};
/// `index` counts the events of one turn from 0.
constexpr EventPosition event_position(FeedPosition turn, std::uint32_t index) {
  return {turn.commit, turn.n * limits::events_per_turn_max + index + 1};
}

/// Pulled: the subscriber is told that something waits, and takes it when it can.
class Subscription {
 public:
  virtual ~Subscription() = default;
  /// Takes up to `count_max` turns. `lagged` is set once when the ring was full and turns were
  /// dropped: resume from the position of the last turn taken.
  virtual std::vector<FeedTurn> take(std::size_t count_max, bool& lagged) = 0;
  /// From when on it is true, every turn that take() will never give is on disk already: who reads
  /// the disk from here on misses nothing. `wake` tells when it turns true.
  virtual bool is_live() const = 0;
  /// Every turn up to this commit has been put in: it is in take() or was dropped. 0: none yet.
  virtual std::uint64_t seen() const = 0;
};

class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// Turns of `workspace` from now on. `wake` may run on any thread, at most once between two
  /// takes. The subscription ends with the pointer.
  virtual std::shared_ptr<Subscription> subscribe(WorkspaceNumber workspace,
                                                  std::function<void()> wake) = 0;
};

/// What was committed, read back for who resumes.
struct FeedQuery {
  WorkspaceNumber workspace{};
  std::optional<EventPosition> after;  ///< nothing: no turns, only where the feed ends
  std::optional<FlowId> flow;
  std::optional<ExecutionId> execution;
};
struct FeedPage {
  std::vector<FeedTurn> turns;  ///< with all their events, also those at or before `after`
  EventPosition end;            ///< everything before it is in here or matched nothing
  bool has_more = false;
  /// `after` is no position to go on from: older than what is kept, or not one of ours. Then there
  /// are no turns, and `end` is the end of the feed.
  bool gap = false;
};

}  // namespace millrace
