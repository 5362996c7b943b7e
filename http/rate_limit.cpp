// Wrong keys per address.
#include "http/rate_limit.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::http {

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

}  // namespace millrace::http
