// Whether a webhook comes from who holds its flow's secret. Pure: the clock's time stands in the
// request. Sources: the vendors' documents, named in the tests; Standard Webhooks 1.0.0.
#pragma once

#include "http/message.hpp"
#include "runtime/base/error.hpp"
#include "runtime/base/json.hpp"
#include "runtime/flow/hook_auth.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::http {

/// What the check asks beside the request.
struct HookContext {
  const Json* env = nullptr;    ///< the operator's table; null: none
  std::string_view public_url;  ///< how the sender names us; no slash at its end. For twilio
};

/// The name of this delivery, by which its repetition is known; empty where the scheme has none.
/// standard_webhooks: `webhook-id`; github: X-GitHub-Delivery; twilio: I-Twilio-Idempotency-Token;
/// hmac: `id_header`; stripe, slack: time and signature, which a copy has too and a retry has not.
///
/// Errors: unauthorized, with one message for whatever is wrong with the signature, and another for
/// a signature that is good and whose time is not within limits::signature_age_max of ours, so that
/// only who holds the secret learns of our clock. unavailable when `env` has none of the secrets:
/// senders try again.
Result<std::string> check_hook(const HookAuth& auth, const Request& request,
                               const HookContext& context);

/// The answer to Meta's handshake (`GET …?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`):
/// the challenge, or 403. Nothing when the request is none, or the flow has no verify_token.
std::optional<Response> answer_handshake(const HookAuth& auth, const Request& request,
                                         const Json* env);

}  // namespace millrace::http
