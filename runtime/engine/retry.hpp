// When a failed attempt is tried again. Pure: chance comes in as `jitter` in [0, 1).
// Source: Amazon States Language, Retrier; but attempts count the first try too.
#pragma once

#include "runtime/base/time.hpp"
#include "runtime/nodes/node_error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

struct RetryPolicy {
  int attempts_max = 1;  ///< counts the first attempt; 1: never again
  Duration delay_first{1'000};
  double backoff_rate = 2.0;  ///< >= 1
  Duration delay_max{60'000};
  bool full_jitter = true;
  std::vector<std::string> retry_on{"timeout", "communication", "rate_limited", "5xx"};
};

/// Delay before the next attempt, or nothing when `error.attempt` was the last one or `error` is of
/// a kind that the policy does not repeat.
std::optional<Duration> next_delay(const RetryPolicy& policy, const NodeError& error,
                                   double jitter);

}  // namespace millrace
