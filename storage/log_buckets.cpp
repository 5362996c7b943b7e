// The arithmetic of log buckets, and the guard that keeps what an open run needs.
#include "storage/log_buckets.hpp"

#include "runtime/base/retention_limits.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <array>

namespace millrace::storage {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr std::array<std::uint16_t, 7> retentions{1, 7, 30, 90, 180, 365, 730};
static_assert(retentions.back() == limits::retention_days_max);
constexpr int buckets_per_retention = 30;
constexpr Duration clocks_differ_max = minutes(1);

Duration bucket_length(std::uint16_t retention_days) {
  return Duration(days(retention_days)) / buckets_per_retention;
}

/// Whether `run` has turns in `bucket` behind the last one that its snapshot covers.
Result<bool> needs(const View& view, ExecutionId run, LogBucket bucket) {
  const auto row = view.get(Family::state, state_key(StateKind::snapshot, run));
  if (!row) return row.error();
  std::uint32_t turn = 0;
  if (*row) {
    const auto snapshot = decode_snapshot(**row);
    if (!snapshot) return snapshot.error();
    turn = snapshot->turn + 1;
  }
  const auto cursor = view.cursor(bucket, log_key(run, turn), end_of_prefix(log_prefix(run)));
  const bool found = cursor->valid();
  if (auto read = cursor->result(); !read) return read.error();
  return found;
}

}  // namespace

bool is_retention(std::uint16_t days_count) {
  return std::ranges::find(retentions, days_count) != retentions.end();
}

LogBucket bucket_at(Timestamp time, std::uint16_t retention_days) {
  const auto number = time.time_since_epoch() / bucket_length(retention_days);
  return {retention_days, static_cast<std::uint32_t>(std::max<std::int64_t>(number, 0))};
}

bool is_past(LogBucket bucket, Timestamp now, std::uint16_t kept_days) {
  const Duration end = bucket_length(bucket.days) * (std::int64_t{bucket.number} + 1);
  return now.time_since_epoch() - end >= Duration(days(std::max(bucket.days, kept_days)));
}

ClockAgreement::ClockAgreement(const Clock& clock)
    : clock_(clock), wall_start_(clock.now()), monotonic_start_(clock.monotonic()) {}

bool ClockAgreement::agrees() {
  const Duration wall = clock_.now() - wall_start_;
  const Duration monotonic = clock_.monotonic() - monotonic_start_;
  if (std::chrono::abs(wall - monotonic) > clocks_differ_max) parted_ = true;
  return !parted_;
}

/// The last one listed is the longest that a workspace can have.
std::uint16_t LogBuckets::listed_days() const {
  return *std::ranges::lower_bound(retentions, kept_days_.load());
}

Result<LogBucket> LogBuckets::current(Timestamp now) {
  const LogBucket bucket = bucket_at(now, listed_days());
  if (auto made = tables_.make(bucket); !made) return made.error();
  return bucket;
}

Result<void> LogBuckets::prepare(Timestamp now) {
  if (auto made = current(now); !made) return made.error();
  if (auto made = current(now + bucket_length(listed_days())); !made) return made.error();
  return {};
}

Result<std::size_t> LogBuckets::drop_past(Timestamp now, std::size_t count_max) {
  std::set<LogBucket> past;
  for (const LogBucket bucket : tables_.buckets())
    if (is_past(bucket, now, kept_days_)) past.insert(bucket);
  if (past.empty()) return std::size_t{0};
  const auto needed = needed_by_open_runs(past);
  if (!needed) return needed.error();
  std::size_t dropped = 0;
  for (const LogBucket bucket : past) {
    if (dropped == count_max) break;
    if (needed->contains(bucket)) continue;
    if (auto done = tables_.drop(bucket); !done) return done.error();
    ++dropped;
  }
  return dropped;
}

Result<std::set<LogBucket>> LogBuckets::needed_by_open_runs(
    const std::set<LogBucket>& candidates) const {
  std::set<LogBucket> needed;
  const auto view = tables_.view();
  const auto cursor = view->cursor(Family::state, {}, std::nullopt);
  for (; cursor->valid(); cursor->next()) {
    const auto run = execution_of_state_key(cursor->key());
    if (!run) return Error{ErrorCode::corrupt, "a key of state is damaged"};
    if (cursor->key() == state_key(StateKind::snapshot, *run)) continue;
    const auto row = decode_state(*run, cursor->value());
    if (!row) return row.error();
    for (const LogBucket bucket : row->run.buckets) {
      if (!candidates.contains(bucket) || needed.contains(bucket)) continue;
      const auto needs_it = needs(*view, *run, bucket);
      if (!needs_it) return needs_it.error();
      if (*needs_it) needed.insert(bucket);
    }
  }
  if (auto read = cursor->result(); !read) return read.error();
  return needed;
}

}  // namespace millrace::storage
