// Wrong keys per address, and requests per key.
#include "http/rate_limit.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millrace::http {
namespace {

constexpr double window_seconds = 60;

std::int64_t whole_seconds(double seconds) { return static_cast<std::int64_t>(std::ceil(seconds)); }

}  // namespace

double AuthFailures::failures_at(const Bucket& bucket, MonotonicTime now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.seen).count();
  return std::max(0.0, bucket.failures - seconds * per_second_);
}

void AuthFailures::make_room(MonotonicTime now) {
  std::erase_if(buckets_, [&](const auto& entry) { return failures_at(entry.second, now) <= 0; });
  if (buckets_.size() < addresses_max) return;
  buckets_.erase(buckets_.begin(), std::next(buckets_.begin(), addresses_max / 4));
}

bool AuthFailures::count(std::string_view address, MonotonicTime now) {
  std::string name(address);
  if (buckets_.size() >= addresses_max && !buckets_.contains(name)) make_room(now);
  Bucket& bucket = buckets_[std::move(name)];
  const double failures = failures_at(bucket, now);
  bucket.seen = now;
  bucket.failures = std::min(failures + 1, failures_max_ + 1);
  return failures + 1 > failures_max_;
}

double KeyRates::spent_at(const Bucket& bucket, MonotonicTime now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.seen).count();
  return std::max(0.0, bucket.spent - seconds * limit_ / window_seconds);
}

void KeyRates::make_room(MonotonicTime now) {
  std::erase_if(buckets_, [&](const auto& entry) { return spent_at(entry.second, now) <= 0; });
  if (buckets_.size() < limits::rated_keys_max) return;
  buckets_.erase(buckets_.begin(), std::next(buckets_.begin(), limits::rated_keys_max / 4));
}

std::optional<Quota> KeyRates::count(KeyId key, MonotonicTime now, Timestamp wall) {
  if (limit_ == 0) return std::nullopt;
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= limits::rated_keys_max) make_room(now);
    found = buckets_.emplace(key, Bucket{0, now}).first;
  }
  Bucket& bucket = found->second;
  const double spent = spent_at(bucket, now);
  const bool refused = spent + 1 > limit_;
  bucket.spent = refused ? spent : spent + 1;
  bucket.seen = now;
  const double per_second = limit_ / window_seconds;
  Quota quota;
  quota.limit = limit_;
  quota.remaining = static_cast<std::uint32_t>(std::max(0.0, limit_ - bucket.spent));
  const double since_1970 = std::chrono::duration<double>(wall.time_since_epoch()).count();
  quota.reset = whole_seconds(since_1970 + bucket.spent / per_second);
  if (refused) {
    quota.retry_after = std::max<std::int64_t>(1, whole_seconds((spent + 1 - limit_) / per_second));
  }
  return quota;
}

}  // namespace millrace::http
