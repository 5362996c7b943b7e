// A message, signed by Standard Webhooks.
#include "actors/channel_call.hpp"

#include "runtime/webhooks/signed_call.hpp"

namespace millrace::actors {

HttpCall channel_call(const Channel& channel, const Json& message, std::string_view idempotency_key,
                      Timestamp now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  HttpCall call;
  call.method = "POST";
  call.url = channel.url;
  call.body = print_json(message);
  call.headers = {{"Content-Type", "application/json"},
                  {"webhook-id", std::string(idempotency_key)},
                  {"webhook-timestamp", std::to_string(seconds)}};
  if (!channel.secret.empty()) {
    call.headers.emplace_back(
        "webhook-signature",
        webhook_signature(channel.secret, idempotency_key, seconds, call.body));
  }
  return call;
}

}  // namespace millrace::actors
