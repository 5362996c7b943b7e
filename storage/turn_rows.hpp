// Which rows one turn of one run writes. The rules, in one place:
//
//   always                the turn record in the current log bucket
//   first turn            its trigger key, if it has one and nobody used it
//   a schedule's fire     how far the schedule has come, with the key
//   a debounced event     its window goes, with the key
//   a run's end           its summary; its index row by flow and status; unless it completed, also
//   one by status
//                         alone; its open rows, state, snapshot and timer go
//   goes on after turn 0  summary and open index rows (by flow, by status alone), which stay until
//   the end goes on               its state row (open or parked, with the summary as it stands
//   now), a snapshot when one is
//                         given, a timer row while it is parked with a time to wake
//
// So a run that completes in its first turn costs three rows.
#pragma once

#include "runtime/ports/journal.hpp"
#include "storage/debounce_rows.hpp"
#include "storage/dedup.hpp"
#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"
#include "storage/schedule_rows.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace::storage {

/// On the committer's thread alone.
class TurnRows {
 public:
  TurnRows(KeyValue& tables, Dedup& dedup, ScheduleRows& schedules, DebounceRows& debounces)
      : tables_(tables), dedup_(dedup), schedules_(schedules), debounces_(debounces) {}

  /// Forgets the last batch; turns go into `bucket` from here on.
  void begin_batch(LogBucket bucket, Timestamp now);
  /// Puts the rows of `turn` into the open batch. Or none: then `turn.winner` or `turn.refused`
  /// says why. Errors (storage, corrupt) are of reading: the batch is lost.
  Result<void> put(TurnWrite& turn);

  /// The turns put so far, in order.
  const std::vector<FeedEntry>& entries() const { return entries_; }
  std::uint64_t last_milliseconds() const { return last_milliseconds_; }

 private:
  /// What `state` knows of a run that goes on.
  struct OpenRun {
    StateKind kind = StateKind::open;
    std::optional<Timestamp> wake;
    std::vector<LogBucket> buckets;
  };

  Result<bool> claim_key(TurnWrite& turn);
  Result<std::optional<OpenRun>> open_run(const TurnWrite& turn);
  Result<std::optional<OpenRun>> stored_run(ExecutionId run, StateKind kind) const;
  void put_record(const TurnWrite& turn);
  void put_state(const TurnWrite& turn, const OpenRun* before, OpenRun after);
  void put_end(const TurnWrite& turn, const OpenRun* before, const std::vector<LogBucket>& buckets);
  void put_listed(const TurnWrite& turn, const std::vector<LogBucket>& buckets);
  void erase_listed(const TurnWrite& turn);

  KeyValue& tables_;
  Dedup& dedup_;
  ScheduleRows& schedules_;
  DebounceRows& debounces_;
  LogBucket bucket_;
  Timestamp now_{};
  std::vector<FeedEntry> entries_;
  std::uint64_t last_milliseconds_ = 0;
  /// Runs that this batch left open, or (nothing) closed.
  std::unordered_map<ExecutionId, std::optional<OpenRun>> in_batch_;
  std::string value_;
};

}  // namespace millrace::storage
