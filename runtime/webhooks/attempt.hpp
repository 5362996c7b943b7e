// What an attempt means for its delivery: done, tried again later, or given up. Pure: time and
// chance are arguments. Source: contracts «Orbit», delivery; Standard Webhooks, retries.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/nodes/call.hpp"
#include "runtime/webhooks/webhook.hpp"

#include <array>

namespace millrace {

/// From one attempt to the next; after the last there is none.
inline constexpr std::array<Duration, 6> retry_pauses{
    std::chrono::minutes{1}, std::chrono::minutes{5}, std::chrono::minutes{30},
    std::chrono::hours{2},   std::chrono::hours{8},   std::chrono::hours{24}};

struct AttemptVerdict {
  Delivery delivery;               ///< as it stands after the attempt
  bool disables_endpoint = false;  ///< 410: the receiver asks for no more
};

/// 2xx: delivered. 410: dead at once. Anything else is tried again after its pause and up to a
/// tenth more (`jitter` in [0, 1)); a Retry-After of 429 and 503 makes the pause longer, never
/// shorter, up to a day. After the seventh attempt it is dead.
AttemptVerdict after_attempt(Delivery delivery, const Result<CallReply>& outcome, Timestamp now,
                             double jitter);
/// No attempt can be made: dead, and why.
Delivery given_up(Delivery delivery, std::string why);

}  // namespace millrace
