// Exponential delays, capped before chance is applied.
#include "runtime/engine/retry.hpp"

#include <algorithm>
#include <cmath>

namespace millrace {
namespace {

/// `name` is an error class, an error code, a status (`429`) or a hundred of them (`5xx`).
bool names(std::string_view name, const NodeError& error) {
  if (name == to_string(error.error_class) || name == error.code) return true;
  if (error.status == 0) return false;
  const std::string status = std::to_string(error.status);
  return name == status || (name.size() == 3 && name.substr(1) == "xx" && name[0] == status[0]);
}

}  // namespace

std::optional<Duration> next_delay(const RetryPolicy& policy, const NodeError& error,
                                   double jitter) {
  if (error.attempt >= policy.attempts_max) return std::nullopt;
  const bool repeats = std::any_of(policy.retry_on.begin(), policy.retry_on.end(),
                                   [&](const std::string& name) { return names(name, error); });
  if (!repeats) return std::nullopt;
  const double largest = static_cast<double>(policy.delay_max.count());
  const double first = static_cast<double>(policy.delay_first.count());
  const double grown = first * std::pow(policy.backoff_rate, error.attempt - 1);
  const double delay = std::min(grown, largest) * (policy.full_jitter ? jitter : 1.0);
  return Duration(static_cast<std::int64_t>(delay));
}

}  // namespace millrace
