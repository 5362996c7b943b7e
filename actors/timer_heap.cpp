// The window is [.., window_end): reading again what stands at its end is harmless, missing a row
// is not.
#include "actors/timer_heap.hpp"

#include <algorithm>

namespace millrace::actors {

void TimerHeap::arm(const Arm& wait, MonotonicTime deadline) {
  disarm(wait.id);
  const Entry entry{deadline, wait.id, wait.due};
  live_order_.insert(entry);
  live_.emplace(wait.id, Live{entry, wait.execution});
}

void TimerHeap::disarm(const ExecutionId& id) {
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  live_order_.erase(found->second.entry);
  live_.erase(found);
}

void TimerHeap::insert(const TimerRow& row, Timestamp wall, MonotonicTime now) {
  if (!complete_ && row.due >= window_end_) return;
  rows_.insert(Entry{now + (row.due - wall), row.execution, row.due});
  if (rows_.size() <= rows_max_) return;
  const auto last = std::prev(rows_.end());
  window_end_ = complete_ ? last->due : std::min(window_end_, last->due);
  complete_ = false;
  rows_.erase(last);
}

void TimerHeap::add_row(const TimerRow& row, Timestamp wall, MonotonicTime now) {
  if (loading_) return meanwhile_.push_back(row);
  insert(row, wall, now);
}

std::optional<TimerRequest> TimerHeap::want_rows(Partition partition) {
  if (complete_ || loading_ || rows_.size() > rows_max_ / 2) return std::nullopt;
  loading_ = true;
  const std::size_t room = rows_max_ - rows_.size();
  return TimerRequest{partition, window_end_, std::max(room, same_due_count_)};
}

void TimerHeap::loaded(const TimerRequest& request, const std::vector<TimerRow>& rows,
                       Timestamp wall, MonotonicTime now) {
  loading_ = false;
  for (const TimerRow& row : rows) {
    rows_.insert(Entry{now + (row.due - wall), row.execution, row.due});
  }
  complete_ = rows.size() < request.count_max;
  same_due_count_ = 0;
  if (!complete_) {
    window_end_ = rows.back().due;
    if (window_end_ == request.from) same_due_count_ = 2 * request.count_max;
  }
  for (const TimerRow& row : std::exchange(meanwhile_, {})) insert(row, wall, now);
}

std::optional<std::variant<TimerHeap::LiveWait, TimerRow>> TimerHeap::pop(MonotonicTime now,
                                                                          bool rows_too) {
  const bool live_due = !live_order_.empty() && live_order_.begin()->deadline <= now;
  if (live_due) {
    const Entry entry = *live_order_.begin();
    LiveWait wait{live_.at(entry.id).execution, entry.due};
    disarm(entry.id);
    return wait;
  }
  if (!rows_too || rows_.empty() || rows_.begin()->deadline > now) return std::nullopt;
  const TimerRow row{rows_.begin()->due, rows_.begin()->id};
  rows_.erase(rows_.begin());
  return row;
}

std::optional<MonotonicTime> TimerHeap::next_deadline(bool rows_too) const {
  std::optional<MonotonicTime> next;
  if (!live_order_.empty()) next = live_order_.begin()->deadline;
  if (rows_too && !rows_.empty() && (!next || rows_.begin()->deadline < *next)) {
    next = rows_.begin()->deadline;
  }
  return next;
}

}  // namespace millrace::actors
