// A message for a channel as the HTTP call that delivers it. Pure.
// Source: Standard Webhooks 1.0, «Signature scheme»: base64 of HMAC-SHA256 over
// `id.timestamp.body`.
#pragma once

#include "actors/system.hpp"
#include "runtime/nodes/call.hpp"

#include <string>
#include <string_view>

namespace millrace::actors {

/// `v1,<base64>`. `secret` is `whsec_` + base64 of the key, or the key itself.
std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_seconds, std::string_view body);

/// POST of the message as JSON. `webhook-id` is the idempotency key, the same on every attempt.
HttpCall channel_call(const Channel& channel, const Json& message, std::string_view idempotency_key,
                      Timestamp now);

}  // namespace millrace::actors
