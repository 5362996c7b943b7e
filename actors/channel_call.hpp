// A message for a channel as the HTTP call that delivers it. Pure.
#pragma once

#include "actors/system.hpp"
#include "runtime/nodes/call.hpp"

#include <string>
#include <string_view>

namespace millrace::actors {

/// POST of the message as JSON. `webhook-id` is the idempotency key, the same on every attempt.
HttpCall channel_call(const Channel& channel, const Json& message, std::string_view idempotency_key,
                      Timestamp now);

}  // namespace millrace::actors
