// How the sender of a webhook proves itself, as its flow says. Secrets are named, never held: what
// stands here is the name of a value in the operator's [env] table.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/base/signature.hpp"
#include "runtime/flow/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

enum class HookScheme : std::uint8_t {
  none,
  header,  ///< a header holds the secret
  basic,
  bearer,
  hmac,  ///< a header holds a keyed hash of the body; presets github, meta
  slack,
  stripe,
  twilio,
  standard_webhooks,
};
enum class SignatureEncoding : std::uint8_t { hex, base64 };

struct HookAuth {
  HookScheme scheme = HookScheme::none;
  std::vector<std::string> secrets;      ///< names in `env`; any of them is enough
  std::vector<std::string> public_keys;  ///< standard_webhooks: 32 raw bytes each, for `v1a`
  std::string user;                      ///< basic
  std::string header;                    ///< header, hmac: its name in lower case
  std::string prefix;                    ///< hmac: stands before the hash
  HashAlgorithm algorithm = HashAlgorithm::sha256;
  SignatureEncoding encoding = SignatureEncoding::hex;
  std::string id_header;                   ///< names the delivery; lower case; empty: none
  std::vector<std::string> verify_tokens;  ///< names in `env`, of Meta's GET handshake; empty: none
  std::vector<std::string> masked;         ///< headers that must not reach a record; lower case
};

/// Reads `auth` of a webhook trigger. Problems: MISSING_REQUIRED_FIELD, INVALID_TYPE,
/// INVALID_VALUE, LITERAL_SECRET (a secret that is written out instead of named),
/// SECRETS_NOT_AVAILABLE, UNKNOWN_FIELD (warning). Source: contracts «Triggers»; presets: the
/// vendors' documents.
HookAuth read_hook_auth(const Json& auth, const std::string& path, Problems& problems);

/// `{{env.NAME}}` → `NAME`; nothing for every other text.
std::optional<std::string> env_name(std::string_view text);

}  // namespace millrace
