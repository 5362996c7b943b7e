// What a timer keeper knows: the waits of live runs, and a window over the timer rows on disk.
// Times are monotonic deadlines, fixed when a wait is first seen, so that a jump of the wall clock
// neither shortens nor lengthens it. No actor in here.
#pragma once

#include "actors/messages.hpp"

#include <set>
#include <unordered_map>
#include <variant>

namespace millrace::actors {

class TimerHeap {
 public:
  explicit TimerHeap(std::size_t rows_max) : rows_max_(rows_max) {}

  void arm(const Arm& wait, MonotonicTime deadline);
  void disarm(const ExecutionId& id);

  /// A row has become durable. One beyond the window stays on disk.
  void add_row(const TimerRow& row, Timestamp wall, MonotonicTime now);
  /// Where the next load begins, when one is wanted now; it is then under way until loaded().
  std::optional<TimerRequest> want_rows(Partition partition);
  void loaded(const TimerRequest& request, const std::vector<TimerRow>& rows, Timestamp wall,
              MonotonicTime now);
  /// The load failed; nothing is known to be missing, it is wanted again.
  void load_failed() { loading_ = false; }

  struct LiveWait {
    execution_actor execution;
    Timestamp due{};
  };
  /// What is due at `now`, earliest first; rows only when `rows_too`.
  std::optional<std::variant<LiveWait, TimerRow>> pop(MonotonicTime now, bool rows_too);
  std::optional<MonotonicTime> next_deadline(bool rows_too) const;

  std::size_t rows() const { return rows_.size(); }
  std::size_t live_waits() const { return live_.size(); }

 private:
  struct Entry {
    MonotonicTime deadline{};
    ExecutionId id;
    Timestamp due{};
    auto operator<=>(const Entry&) const = default;
  };
  struct Live {
    Entry entry;
    execution_actor execution;
  };
  void insert(const TimerRow& row, Timestamp wall, MonotonicTime now);

  const std::size_t rows_max_;
  std::unordered_map<ExecutionId, Live> live_;
  std::set<Entry> live_order_;
  std::set<Entry> rows_;
  bool complete_ = false;   ///< every row on disk is in rows_
  Timestamp window_end_{};  ///< unless complete: rows due before it are in rows_
  bool loading_ = false;
  std::size_t same_due_count_ = 0;   ///< grows while one instant has more rows than a load
  std::vector<TimerRow> meanwhile_;  ///< became durable while a load was under way
};

}  // namespace millrace::actors
