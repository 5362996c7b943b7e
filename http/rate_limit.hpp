// Wrong keys per address: a bucket that fills with failures and drains with time. Slows guessing
// without hurting good keys behind the same address, which are never counted nor refused. Not
// thread-safe: the I/O thread's.
#pragma once

#include "runtime/base/time.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace millrace::http {

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

}  // namespace millrace::http
