// How often each key may do something: so many times within any window of time. Not thread-safe:
// the I/O thread's.
#pragma once

#include "runtime/base/ids.hpp"
#include "runtime/base/time.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <unordered_map>

namespace millrace::http {

/// What a key may replay. Source: the published executions page.
inline constexpr std::size_t replays_per_minute_max = 30;

class Allowance {
 public:
  Allowance(std::size_t count_max, Duration window) : count_max_(count_max), window_(window) {}

  /// Counts one more use of `key`; or counts nothing and says after how many seconds (at least one)
  /// there is room again.
  std::optional<std::chrono::seconds> take(KeyId key, MonotonicTime now);
  std::size_t keys() const { return uses_.size(); }

 private:
  void forget_idle(MonotonicTime now);

  const std::size_t count_max_;
  const Duration window_;
  std::unordered_map<KeyId, std::deque<MonotonicTime>> uses_;  ///< at most count_max_ each
  MonotonicTime cleaned_{};
};

}  // namespace millrace::http
