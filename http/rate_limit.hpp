// Two bounds on asking, both buckets that time refills: wrong keys per address, and requests per
// key. Not thread-safe: the I/O thread's, so that counting takes no lock and no atomic.
#pragma once

#include "http/message.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/base/stream_limits.hpp"
#include "runtime/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace millrace::http {

/// Wrong keys per address. Slows guessing without hurting good keys behind the same address, which
/// are never counted here.
class AuthFailures {
 public:
  /// `failures_max` at once, forgiven at `per_second`.
  AuthFailures(std::size_t failures_max, double per_second)
      : failures_max_(static_cast<double>(failures_max)), per_second_(per_second) {}

  /// Counts one wrong key. True when the address has shown too many: answer rate_limited.
  bool count(std::string_view address, MonotonicTime now);
  std::size_t addresses() const { return buckets_.size(); }

  static constexpr std::size_t addresses_max = 10'000;  ///< remembered; the forgiven go first

 private:
  struct Bucket {
    double failures = 0;
    MonotonicTime seen{};
  };
  double failures_at(const Bucket& bucket, MonotonicTime now) const;
  void make_room(MonotonicTime now);

  double failures_max_;
  double per_second_;
  std::unordered_map<std::string, Bucket> buckets_;
};

/// Requests per key: a minute's worth at once, refilled evenly over 60 seconds.
class KeyRates {
 public:
  /// 0: no bound.
  explicit KeyRates(std::uint32_t per_minute) : limit_(per_minute) {}

  /// Counts one request unless it is refused. Nothing when there is no bound.
  std::optional<Quota> count(KeyId key, MonotonicTime now, Timestamp wall);
  std::size_t keys() const { return buckets_.size(); }

 private:
  struct Bucket {
    double spent = 0;
    MonotonicTime seen{};
  };
  double spent_at(const Bucket& bucket, MonotonicTime now) const;
  void make_room(MonotonicTime now);

  std::uint32_t limit_;
  std::unordered_map<KeyId, Bucket> buckets_;
};

}  // namespace millrace::http
