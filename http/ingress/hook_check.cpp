// One function per scheme. All signatures of a request are tried with all secrets, and texts are
// compared in constant time.
#include "http/ingress/hook_check.hpp"

#include "http/ingress/form.hpp"
#include "runtime/base/crypto.hpp"
#include "runtime/base/ingress_limits.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

namespace millrace::http {
namespace {

using Texts = std::vector<std::string_view>;

Error not_proven() { return {ErrorCode::unauthorized, "the request does not prove who sent it"}; }

Error out_of_time() {
  const auto minutes =
      std::chrono::duration_cast<std::chrono::minutes>(limits::signature_age_max).count();
  return {ErrorCode::unauthorized, "the request was signed more than " + std::to_string(minutes) +
                                       " minutes from our time; check the clock and send it anew"};
}

Texts values_in(const std::vector<std::string>& names, const Json* env) {
  Texts values;
  for (const std::string& name : names) {
    const std::string_view value = env == nullptr ? "" : string_member(*env, name);
    if (!value.empty()) values.push_back(value);
  }
  return values;
}

bool any_equals(const Texts& expected, std::string_view given) {
  bool found = false;
  for (const std::string_view text : expected) found |= equal_in_constant_time(text, given);
  return found;
}

Texts split(std::string_view text, char separator) {
  Texts parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
    if (parts.size() == limits::hook_signatures_max) break;
  }
  return parts;
}

/// Seconds since 1970, digits only.
std::optional<Timestamp> read_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t seconds_max = 253'402'300'799;  // the year 9999
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (seconds < 0 || seconds > seconds_max) return std::nullopt;
  return Timestamp(std::chrono::seconds(seconds));
}

bool is_fresh(Timestamp signed_at, Timestamp now) {
  return signed_at + limits::signature_age_max >= now &&
         now + limits::signature_age_max >= signed_at;
}

/// Joined without a copy of a large body more than once.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::size_t bytes = 0;
  for (const auto part : parts) bytes += part.size();
  std::string text;
  text.reserve(bytes);
  for (const auto part : parts) text += part;
  return text;
}

std::string_view authorization(const Request& request, std::string_view scheme) {
  std::string_view text = request.header("authorization");
  if (text.size() <= scheme.size() || text[scheme.size()] != ' ') return {};
  const bool same = std::equal(scheme.begin(), scheme.end(), text.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
  });
  if (!same) return {};
  text.remove_prefix(scheme.size());
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

Result<std::string> proven_by(bool proven, std::string delivery = {}) {
  if (!proven) return not_proven();
  return delivery;
}

class HookCheck {
 public:
  HookCheck(const HookAuth& auth, const Request& request, const HookContext& context)
      : auth_(auth),
        request_(request),
        context_(context),
        secrets_(values_in(auth.secrets, context.env)) {}

  Result<std::string> run() const;

 private:
  Result<std::string> basic() const;
  Result<std::string> keyed_hash() const;
  Result<std::string> slack() const;
  Result<std::string> stripe() const;
  Result<std::string> twilio() const;
  Result<std::string> standard_webhooks() const;
  /// The hash of `bytes` under each secret, in hexadecimal or Base64, behind `prefix`.
  bool signs(std::string_view bytes, std::string_view given) const;
  std::string delivery() const {
    return auth_.id_header.empty() ? std::string() : std::string(request_.header(auth_.id_header));
  }

  const HookAuth& auth_;
  const Request& request_;
  const HookContext& context_;
  Texts secrets_;
};

bool HookCheck::signs(std::string_view bytes, std::string_view given) const {
  bool found = false;
  for (const std::string_view secret : secrets_) {
    const std::string hash = hmac(auth_.algorithm, secret, bytes);
    const bool hex = auth_.encoding == SignatureEncoding::hex;
    found |= equal_in_constant_time(hex ? to_hex(hash) : to_base64(hash), given);
  }
  return found;
}

Result<std::string> HookCheck::basic() const {
  const auto given = from_base64(authorization(request_, "basic"));
  if (!given) return not_proven();
  bool found = false;
  for (const std::string_view secret : secrets_) {
    found |= equal_in_constant_time(joined({auth_.user, ":", secret}), *given);
  }
  return proven_by(found);
}

Result<std::string> HookCheck::keyed_hash() const {
  std::string_view given = request_.header(auth_.header);
  if (!given.starts_with(auth_.prefix)) return not_proven();
  given.remove_prefix(auth_.prefix.size());
  return proven_by(signs(request_.body, given), delivery());
}

Result<std::string> HookCheck::slack() const {
  const std::string_view time = request_.header("x-slack-request-timestamp");
  std::string_view given = request_.header("x-slack-signature");
  const auto signed_at = read_seconds(time);
  if (!given.starts_with("v0=") || !signed_at) return not_proven();
  given.remove_prefix(3);
  if (!signs(joined({"v0:", time, ":", request_.body}), given)) return not_proven();
  if (!is_fresh(*signed_at, request_.received)) return out_of_time();
  return joined({time, ".", given});
}

Result<std::string> HookCheck::stripe() const {
  std::string_view time;
  Texts given;
  for (const std::string_view part : split(request_.header("stripe-signature"), ',')) {
    if (part.starts_with("t=")) time = part.substr(2);
    if (part.starts_with("v1=")) given.push_back(part.substr(3));
  }
  const auto signed_at = read_seconds(time);
  if (!signed_at) return not_proven();
  const std::string content = joined({time, ".", request_.body});
  const auto good = std::find_if(given.begin(), given.end(),
                                 [&](std::string_view each) { return signs(content, each); });
  if (good == given.end()) return not_proven();
  if (!is_fresh(*signed_at, request_.received)) return out_of_time();
  return joined({time, ".", *good});
}

/// Over the whole URL, followed by the fields of a form in order of their names, each value of a
/// repeated name once; any other body is named in the URL by its hash.
Result<std::string> HookCheck::twilio() const {
  std::string content = joined({context_.public_url, request_.target});
  if (const auto named = request_.parameter("bodySHA256")) {
    const Sha256 hash = sha256(request_.body);
    const std::string ours = to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
    if (!equal_in_constant_time(ours, *named)) return not_proven();
  } else if (is_form(request_)) {
    auto fields = read_form(request_.body);
    if (!fields) return not_proven();
    std::sort(fields->begin(), fields->end());
    fields->erase(std::unique(fields->begin(), fields->end()), fields->end());
    for (const auto& [name, value] : *fields) content += name + value;
  } else if (!request_.body.empty()) {
    return not_proven();
  }
  const std::string_view given = request_.header("x-twilio-signature");
  bool found = false;
  for (const std::string_view secret : secrets_) {
    found |= equal_in_constant_time(to_base64(hmac(HashAlgorithm::sha1, secret, content)), given);
  }
  return proven_by(found, delivery());
}

Result<std::string> HookCheck::standard_webhooks() const {
  const std::string_view id = request_.header("webhook-id");
  const std::string_view time = request_.header("webhook-timestamp");
  const auto signed_at = read_seconds(time);
  if (id.empty() || !signed_at) return not_proven();
  const std::string content = joined({id, ".", time, ".", request_.body});
  std::vector<std::string> expected;
  for (std::string_view secret : secrets_) {
    if (secret.starts_with("whsec_")) secret.remove_prefix(6);
    const auto key = from_base64(secret);
    if (key) expected.push_back(to_base64(hmac(HashAlgorithm::sha256, *key, content)));
  }
  bool found = false;
  for (const std::string_view each : split(request_.header("webhook-signature"), ' ')) {
    if (each.starts_with("v1,")) {
      found |= any_equals({expected.begin(), expected.end()}, each.substr(3));
    } else if (each.starts_with("v1a,")) {
      const auto signature = from_base64(each.substr(4));
      for (const std::string& key : auth_.public_keys) {
        found |= signature && verify_ed25519(key, content, *signature);
      }
    }
  }
  if (!found) return not_proven();
  if (!is_fresh(*signed_at, request_.received)) return out_of_time();
  return std::string(id);
}

Result<std::string> HookCheck::run() const {
  if (auth_.scheme == HookScheme::none) return std::string();
  if (secrets_.empty() && auth_.public_keys.empty()) {
    return Error{ErrorCode::unavailable, "this hook waits for its secret to be configured"};
  }
  switch (auth_.scheme) {
    case HookScheme::none:
      return std::string();
    case HookScheme::header:
      return proven_by(any_equals(secrets_, request_.header(auth_.header)));
    case HookScheme::basic:
      return basic();
    case HookScheme::bearer:
      return proven_by(any_equals(secrets_, authorization(request_, "bearer")));
    case HookScheme::hmac:
      return keyed_hash();
    case HookScheme::slack:
      return slack();
    case HookScheme::stripe:
      return stripe();
    case HookScheme::twilio:
      return twilio();
    case HookScheme::standard_webhooks:
      return standard_webhooks();
  }
  return not_proven();
}

/// What may be sent back to whoever asks: a number, says Meta; letters and marks of URLs besides.
bool is_challenge(std::string_view text) {
  static constexpr std::string_view marks = "-_.~";
  return text.size() <= limits::handshake_chars_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  marks.find(c) != std::string_view::npos;
         });
}

}  // namespace

Result<std::string> check_hook(const HookAuth& auth, const Request& request,
                               const HookContext& context) {
  return HookCheck(auth, request, context).run();
}

std::optional<Response> answer_handshake(const HookAuth& auth, const Request& request,
                                         const Json* env) {
  const auto challenge = request.parameter("hub.challenge");
  if (auth.verify_tokens.empty() || request.method != "GET" || !challenge) return std::nullopt;
  const Texts tokens = values_in(auth.verify_tokens, env);
  const bool proven = any_equals(tokens, request.parameter("hub.verify_token").value_or("")) &&
                      request.parameter("hub.mode") == "subscribe" && is_challenge(*challenge);
  Response response;
  response.status = proven ? 200 : 403;
  response.content_type = "text/plain; charset=utf-8";
  response.body = proven ? *challenge : "this handshake is not ours";
  return response;
}

}  // namespace millrace::http
