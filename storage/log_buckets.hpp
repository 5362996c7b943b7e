// Which log bucket a moment belongs to, and when a bucket is past. A retention is cut into thirty
// buckets, so at most a thirtieth more is kept than was promised, and dropping one is a constant
// amount of work.
#pragma once

#include "runtime/base/time.hpp"
#include "storage/key_value.hpp"

#include <atomic>
#include <cstddef>
#include <set>

namespace millrace::storage {

bool is_retention(std::uint16_t days);  ///< one of 1, 7, 30, 90, 180, 365, 730
LogBucket bucket_at(Timestamp time, std::uint16_t retention_days);
/// Every turn in `bucket` is older at `now` than the retention it was written under, and than
/// `kept_days`.
bool is_past(LogBucket bucket, Timestamp now, std::uint16_t kept_days = 0);

/// Wall and monotonic clock have run together since the start: only then may age delete anything.
/// Once they have parted (the wall clock was set), they do not agree again before a restart.
class ClockAgreement {
 public:
  explicit ClockAgreement(const Clock& clock);
  bool agrees();

 private:
  const Clock& clock_;
  const Timestamp wall_start_;
  const MonotonicTime monotonic_start_;
  bool parted_ = false;
};

/// Thread-safe.
class LogBuckets {
 public:
  LogBuckets(KeyValue& tables, std::uint16_t retention_days)
      : tables_(tables), kept_days_(retention_days) {}

  /// The longest retention that anybody has now: buckets from here on are of the next listed one,
  /// and none is dropped before it.
  void keep_for(std::uint16_t days) { kept_days_ = days; }

  /// The bucket for turns that are committed at `now`; made when nobody made it ahead.
  Result<LogBucket> current(Timestamp now);
  /// Makes the bucket of `now` and the one after it.
  Result<void> prepare(Timestamp now);
  /// Drops up to `count_max` past buckets, oldest first; how many. A bucket stays for as long as a
  /// run that is still open has turns in it that its snapshot does not cover: no run loses what it
  /// needs to go on.
  Result<std::size_t> drop_past(Timestamp now, std::size_t count_max);

 private:
  Result<std::set<LogBucket>> needed_by_open_runs(const std::set<LogBucket>& candidates) const;

  std::uint16_t listed_days() const;

  KeyValue& tables_;
  std::atomic<std::uint16_t> kept_days_;
};

}  // namespace millrace::storage
