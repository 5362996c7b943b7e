// Standard Webhooks, version 1 signatures.
#include "actors/channel_call.hpp"

#include "runtime/base/crypto.hpp"

namespace millrace::actors {
namespace {

std::string key_of(std::string_view secret) {
  constexpr std::string_view prefix = "whsec_";
  if (secret.starts_with(prefix)) {
    if (auto key = from_base64(secret.substr(prefix.size()))) return *key;
  }
  return std::string(secret);
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_seconds, std::string_view body) {
  std::string signed_text(id);
  signed_text.append(".").append(std::to_string(timestamp_seconds)).append(".").append(body);
  const Sha256 mac = hmac_sha256(key_of(secret), signed_text);
  return "v1," + to_base64({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

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
