// The schedule, and what it says to whom.
#include "runtime/webhooks/attempt.hpp"

#include "runtime/webhooks/webhook_limits.hpp"

#include <algorithm>
#include <charconv>

namespace millrace {
namespace {

constexpr int too_many_requests = 429;
constexpr int unavailable = 503;
constexpr int gone = 410;

/// Seconds alone: a date says when by a clock that is not ours.
Duration retry_after(const CallReply& reply) {
  if (reply.status != too_many_requests && reply.status != unavailable) return Duration{0};
  for (const auto& [name, value] : reply.headers) {
    if (name != "retry-after") continue;
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (problem != std::errc{} || end != value.data() + value.size()) return Duration{0};
    constexpr std::chrono::seconds longest = limits::webhook_retry_after_max;
    return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, longest.count())};
  }
  return Duration{0};
}

std::string problem_of(const CallReply& reply) {
  const std::string status = "the endpoint answered " + std::to_string(reply.status);
  const bool redirects = reply.status >= 300 && reply.status < 400;
  return redirects ? status + "; redirects are not followed" : status;
}

std::string shortened(std::string text) {
  if (text.size() > limits::webhook_error_bytes_max) text.resize(limits::webhook_error_bytes_max);
  return text;
}

}  // namespace

Delivery given_up(Delivery delivery, std::string why) {
  delivery.status = DeliveryStatus::dead;
  delivery.due.reset();
  delivery.error = shortened(std::move(why));
  return delivery;
}

AttemptVerdict after_attempt(Delivery delivery, const Result<CallReply>& outcome, Timestamp now,
                             double jitter) {
  ++delivery.attempts;
  delivery.attempted = now;
  delivery.due.reset();
  delivery.response_status = outcome ? outcome->status : 0;
  if (outcome && outcome->status >= 200 && outcome->status < 300) {
    delivery.status = DeliveryStatus::delivered;
    delivery.error.clear();
    return {std::move(delivery), false};
  }
  std::string problem = outcome ? problem_of(*outcome) : outcome.error().message;
  if (outcome && outcome->status == gone) {
    return {given_up(std::move(delivery), problem + ": the webhook is disabled"), true};
  }
  if (delivery.attempts > retry_pauses.size()) {
    return {given_up(std::move(delivery), std::move(problem)), false};
  }
  Duration pause = retry_pauses[delivery.attempts - 1];
  pause += Duration(static_cast<std::int64_t>(static_cast<double>(pause.count()) * 0.1 * jitter));
  if (outcome) pause = std::max(pause, retry_after(*outcome));
  delivery.due = now + pause;
  delivery.error = shortened(std::move(problem));
  return {std::move(delivery), false};
}

}  // namespace millrace
