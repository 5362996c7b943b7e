// Two signatures of one body.
#include "runtime/webhooks/signed_call.hpp"

#include "runtime/base/crypto.hpp"
#include "runtime/webhooks/webhook_limits.hpp"

namespace millrace {
namespace {

constexpr std::string_view secret_prefix = "whsec_";

std::string key_of(std::string_view secret) {
  if (secret.starts_with(secret_prefix)) {
    if (auto key = from_base64(secret.substr(secret_prefix.size()))) return *key;
  }
  return std::string(secret);
}

std::string_view bytes_of(const Sha256& mac) {
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view id,
                              std::int64_t timestamp_seconds, std::string_view body) {
  std::string signed_text(id);
  signed_text.append(".").append(std::to_string(timestamp_seconds)).append(".").append(body);
  return "v1," + to_base64(bytes_of(hmac_sha256(key_of(secret), signed_text)));
}

HttpCall delivery_call(const std::string& url, DeliveryText text,
                       std::span<const std::string> secrets, Timestamp now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string time = std::to_string(seconds);
  const std::string signed_text = time + "." + text.body;
  std::string devotel = "t=" + time;
  std::string standard;
  for (const std::string& secret : secrets) {
    devotel += ",v1=" + to_hex(bytes_of(hmac_sha256(secret, signed_text)));
    if (!standard.empty()) standard += ' ';
    standard += webhook_signature(secret, text.event_id, seconds, text.body);
  }
  HttpCall call;
  call.method = "POST";
  call.url = url;
  call.headers = {{"Content-Type", "application/json"},
                  {"User-Agent", "Devotel-Webhooks/1.0"},
                  {"X-Devotel-Event-Id", text.event_id},
                  {"X-Devotel-Event-Type", text.event_type},
                  {"X-Devotel-Delivery-Id", text.delivery_id},
                  {"X-Devotel-Signature", devotel},
                  {"webhook-id", text.event_id},
                  {"webhook-timestamp", time},
                  {"webhook-signature", standard}};
  call.body = std::move(text.body);
  call.response_bytes_max = limits::webhook_response_bytes_max;
  return call;
}

}  // namespace millrace
