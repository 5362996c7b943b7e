// Where turns become durable. Asked by actors, answered by storage. commit() belongs to the one
// committer's thread; the reading half to the store readers; both may run at once.
#pragma once

#include "runtime/engine/execution.hpp"
#include "runtime/engine/summary.hpp"
#include "runtime/ports/gateway.hpp"

#include <functional>
#include <memory>
#include <span>

namespace millrace {

/// One turn of one execution and every row that follows from it. Written whole or not at all.
struct TurnWrite {
  ExecutionSummary summary;                  ///< after this turn
  std::shared_ptr<const TurnRecord> record;  ///< for live events
  std::string bytes;                         ///< encode_record(*record)
  bool ended = false;                        ///< else open, or parked when `wake_parked` says so
  bool parked = false;
  std::optional<Timestamp> wake;  ///< of a parked run: when its timer row is due
  bool was_parked = false;        ///< before this turn: the rows to delete
  std::optional<Timestamp> was_wake;
  std::string snapshot;           ///< empty: none with this turn
  std::optional<TriggerKey> key;  ///< of turn 0: inserted only if absent
  Timestamp key_expires{};
  // Filled by commit():
  std::optional<Error> refused;       ///< idempotency_mismatch
  std::optional<ExecutionId> winner;  ///< the key was known: nothing of this turn was written
  std::string winner_memo;
};
struct ChangeWrite {
  CatalogChange change;
  Result<ChangeOutcome> outcome = Error{};  ///< filled by commit()
};
using Write = std::variant<TurnWrite, ChangeWrite>;

struct TimerRow {
  Timestamp due{};
  ExecutionId execution;
};
struct StoredRun {
  ExecutionSummary summary;
  bool parked = false;
  std::optional<Timestamp> wake;
  std::string snapshot;             ///< empty: replay from turn 0
  std::vector<TurnRecord> records;  ///< after the snapshot, in order
};

/// A published schedule, and how far it has come.
struct StoredSchedule {
  WorkspaceNumber workspace{};
  ProgramPtr program;  ///< its trigger has a schedule
  ScheduleProgress progress;
  ExecutionId run;        ///< that its last fire began; nil: none, or ended with its first turn
  bool run_open = false;  ///< that run goes on
};

class Journal {
 public:
  virtual ~Journal() = default;
  /// One batch, durable on return. An error means that none of it may be believed written. Errors:
  /// unavailable (no space: probe() until it works again), storage (the disk failed in another way:
  /// only a restart can judge; nothing may be acknowledged any more). Turns that are written
  /// (neither refused nor lost to a winner) count from 0 in batch order: the `n` of a FeedPosition.
  /// A later turn of a run that is not open is refused (not_found): what has ended never changes.
  virtual Result<std::uint64_t> commit(std::span<Write> batch) = 0;
  /// True when a small durable write works again after a failed commit.
  virtual bool probe() = 0;
  /// Runs of `partition` that are open and not parked.
  virtual Result<std::vector<ExecutionId>> open_runs(Partition partition) = 0;
  virtual Result<StoredRun> load(ExecutionId execution) = 0;
  /// A run that has ended, with all its records: what a caller who comes late with its key is told.
  /// Errors: not_found (it goes on, or its records are purged).
  virtual Result<StoredRun> load_ended(WorkspaceNumber, ExecutionId) {
    return Error{ErrorCode::not_found, "ended runs are not kept"};
  }
  /// Timer rows of `partition` in order of due time, from `from` on.
  virtual Result<std::vector<TimerRow>> timers(Partition partition, Timestamp from,
                                               std::size_t count_max) = 0;
  /// The published schedules, or the one of flow `only` if it is published.
  virtual Result<std::vector<StoredSchedule>> schedules(std::optional<FlowId>) {
    return std::vector<StoredSchedule>{};
  }
  /// The windows of debounced events that are open.
  virtual Result<std::vector<DebounceWindow>> debounces() { return std::vector<DebounceWindow>(); }
  /// One of them with its last event; nothing: it has ended.
  virtual Result<std::optional<StoredDebounce>> debounce(const DebounceName&) {
    return std::optional<StoredDebounce>();
  }
  virtual Result<ProgramPtr> program(FlowId flow, std::uint32_t version) = 0;
};

}  // namespace millrace
