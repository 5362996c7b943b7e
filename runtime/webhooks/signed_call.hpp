// A delivery as the HTTP call that carries it, signed in both ways that receivers know. Pure.
// Sources: contracts «Orbit», webhook headers and signature; Standard Webhooks 1.0.
#pragma once

#include "runtime/nodes/call.hpp"

#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// Standard Webhooks: `v1,<base64>`. `secret` is `whsec_` + base64 of the key, or the key itself.
std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_seconds, std::string_view body);

struct DeliveryText {
  std::string event_id;
  std::string event_type;
  std::string delivery_id;
  std::string body;
};
/// POST of the body. `X-Devotel-Signature` is `t=…,v1=…` over `<t>.<body>`, keyed by the secret as
/// it is shown; `webhook-id` is the event's id, the same on every attempt. Both have a signature
/// per secret, so that a receiver may know the old one or the new one. Redirects are not followed.
HttpCall delivery_call(const std::string& url, DeliveryText text,
                       std::span<const std::string> secrets, Timestamp now);

}  // namespace millrace
