// One function per scheme; presets are schemes with their fields filled in.
#include "runtime/flow/hook_auth.hpp"

#include "runtime/base/crypto.hpp"
#include "runtime/base/ingress_limits.hpp"
#include "runtime/flow/fields.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace millrace {
namespace {

constexpr std::string_view public_key_prefix = "whpk_";
constexpr std::size_t public_key_bytes = 32;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// What stands between the braces when the whole text is one expression.
std::string_view inside_braces(std::string_view text) {
  text = without_blanks(text);
  if (text.size() < 4 || !text.starts_with("{{") || !text.ends_with("}}")) return {};
  return without_blanks(text.substr(2, text.size() - 4));
}

bool is_token_byte(char c) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return is_name_byte(c) || marks.find(c) != std::string_view::npos;
}

class AuthReader {
 public:
  AuthReader(const JsonObject& object, const std::string& path, Problems& problems)
      : object_(object), path_(path), problems_(problems) {}

  HookAuth read();

 private:
  std::string path(std::string_view key) const { return member_path(path_, key); }
  void allow(std::initializer_list<std::string_view> known);
  std::vector<std::string> secrets(std::string_view key, bool required);
  void add_secret(const Json& written, const std::string& at, std::vector<std::string>& names);
  std::string header_name(std::string_view key, bool required);
  void read_public_keys();
  void read_hmac();
  void read_own_hmac();
  void read_preset(const std::string& preset);

  const JsonObject& object_;
  const std::string& path_;
  Problems& problems_;
  HookAuth auth_;
};

void AuthReader::allow(std::initializer_list<std::string_view> known) {
  for (const auto& member : object_) {
    const std::string_view key = member.key();
    if (key == "type" || member.value().is_null()) continue;
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    problems_.warn(path(key), "UNKNOWN_FIELD", "This kind of auth has no such field.");
  }
}

void AuthReader::add_secret(const Json& written, const std::string& at,
                            std::vector<std::string>& names) {
  if (!written.is_string() || written.get_string().empty()) {
    return report_type(at, "`{{env.NAME}}`", problems_);
  }
  const std::string_view text = written.get_string();
  if (auto name = env_name(text)) {
    names.push_back(std::move(*name));
  } else if (inside_braces(text).starts_with("secrets.")) {
    problems_.error(at, "SECRETS_NOT_AVAILABLE",
                    "`secrets` is not built yet; put the value into the [env] table of the "
                    "configuration and write {{env.NAME}}.");
  } else {
    problems_.error(at, "LITERAL_SECRET",
                    "A definition is stored and returned as it is, so a secret must not stand in "
                    "it. Put it into the [env] table of the configuration and write "
                    "{{env.NAME}} here.");
  }
}

std::vector<std::string> AuthReader::secrets(std::string_view key, bool required) {
  std::vector<std::string> names;
  const Json* written = given(object_, key);
  if (written == nullptr) {
    if (required) report_missing(path(key), "the secret as {{env.NAME}}, or several", problems_);
    return names;
  }
  if (!written->is_array()) {
    add_secret(*written, path(key), names);
    return names;
  }
  const JsonArray& items = written->get_array();
  if (items.empty() || items.size() > limits::hook_secrets_max) {
    problems_.error(path(key), "INVALID_VALUE",
                    "Must hold 1 to " + std::to_string(limits::hook_secrets_max) + " secrets.");
    return names;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    add_secret(items[i], item_path(path(key), i), names);
  }
  return names;
}

std::string AuthReader::header_name(std::string_view key, bool required) {
  std::string name = read_string(object_, key, path_, problems_);
  if (name.empty()) {
    if (required && given(object_, key) == nullptr) {
      report_missing(path(key), "the name of a header", problems_);
    }
    return name;
  }
  if (!std::all_of(name.begin(), name.end(), is_token_byte)) {
    problems_.error(path(key), "INVALID_VALUE", "Is no name of a header.");
  }
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

void AuthReader::read_public_keys() {
  const Json* written = given(object_, "public_key");
  if (written == nullptr) return;
  const auto add = [&](const Json& value, const std::string& at) {
    const std::string_view text = value.is_string() ? std::string_view(value.get_string()) : "";
    auto key = text.starts_with(public_key_prefix)
                   ? from_base64(text.substr(public_key_prefix.size()))
                   : std::nullopt;
    if (!key || key->size() != public_key_bytes) {
      return problems_.error(at, "INVALID_VALUE",
                             "Must be `whpk_` and the Base64 of 32 bytes (Ed25519).");
    }
    auth_.public_keys.push_back(std::move(*key));
  };
  if (!written->is_array()) return add(*written, path("public_key"));
  const JsonArray& items = written->get_array();
  for (std::size_t i = 0; i < std::min(items.size(), limits::hook_secrets_max); ++i) {
    add(items[i], item_path(path("public_key"), i));
  }
}

void AuthReader::read_own_hmac() {
  allow({"secret", "header", "algorithm", "encoding", "prefix", "id_header"});
  auth_.scheme = HookScheme::hmac;
  auth_.header = header_name("header", true);
  auth_.id_header = header_name("id_header", false);
  auth_.prefix = read_string(object_, "prefix", path_, problems_);
  auth_.masked = {auth_.header};
  const std::string algorithm = read_string(object_, "algorithm", path_, problems_);
  if (algorithm == "sha1") {
    auth_.algorithm = HashAlgorithm::sha1;
  } else if (algorithm == "sha512") {
    auth_.algorithm = HashAlgorithm::sha512;
  } else if (!algorithm.empty() && algorithm != "sha256") {
    problems_.error(path("algorithm"), "INVALID_VALUE", "Must be sha1, sha256 or sha512.");
  }
  const std::string encoding = read_string(object_, "encoding", path_, problems_);
  if (encoding == "base64") {
    auth_.encoding = SignatureEncoding::base64;
  } else if (!encoding.empty() && encoding != "hex") {
    problems_.error(path("encoding"), "INVALID_VALUE", "Must be hex or base64.");
  }
}

void AuthReader::read_preset(const std::string& preset) {
  for (const std::string_view decided :
       {"header", "algorithm", "encoding", "prefix", "id_header"}) {
    if (given(object_, decided) == nullptr) continue;
    problems_.error(path(decided), "INVALID_VALUE", "The preset decides this; leave it out.");
  }
  if (preset == "github" || preset == "meta") {
    auth_.scheme = HookScheme::hmac;
    auth_.header = "x-hub-signature-256";
    auth_.prefix = "sha256=";
    auth_.masked = {"x-hub-signature-256", "x-hub-signature"};
    if (preset == "github") auth_.id_header = "x-github-delivery";
    if (preset == "meta") auth_.verify_tokens = secrets("verify_token", false);
  } else if (preset == "slack") {
    auth_.scheme = HookScheme::slack;
    auth_.masked = {"x-slack-signature"};
  } else if (preset == "stripe") {
    auth_.scheme = HookScheme::stripe;
    auth_.masked = {"stripe-signature"};
  } else if (preset == "twilio") {
    auth_.scheme = HookScheme::twilio;
    auth_.id_header = "i-twilio-idempotency-token";
    auth_.masked = {"x-twilio-signature"};
  } else {
    problems_.error(path("preset"), "INVALID_VALUE",
                    "Must be github, meta, slack, stripe or twilio.");
  }
  allow({"preset", "secret", "header", "algorithm", "encoding", "prefix", "id_header",
         preset == "meta" ? "verify_token" : "preset"});
}

void AuthReader::read_hmac() {
  const std::string preset = read_string(object_, "preset", path_, problems_);
  preset.empty() ? read_own_hmac() : read_preset(preset);
  auth_.secrets = secrets("secret", true);
}

HookAuth AuthReader::read() {
  const std::string type = read_string(object_, "type", path_, problems_);
  if (type == "none") {
    allow({});
  } else if (type == "header") {
    allow({"header", "value"});
    auth_.scheme = HookScheme::header;
    auth_.header = header_name("header", true);
    auth_.secrets = secrets("value", true);
    auth_.masked = {auth_.header};
  } else if (type == "basic") {
    allow({"username", "password"});
    auth_.scheme = HookScheme::basic;
    auth_.user = read_string(object_, "username", path_, problems_);
    auth_.secrets = secrets("password", true);
    if (auth_.user.find(':') != std::string::npos) {
      problems_.error(path("username"), "INVALID_VALUE", "Must not hold a colon (RFC 7617).");
    }
  } else if (type == "bearer") {
    allow({"token"});
    auth_.scheme = HookScheme::bearer;
    auth_.secrets = secrets("token", true);
  } else if (type == "hmac") {
    read_hmac();
  } else if (type == "standard_webhooks") {
    allow({"secret", "public_key"});
    auth_.scheme = HookScheme::standard_webhooks;
    read_public_keys();
    auth_.secrets = secrets("secret", given(object_, "public_key") == nullptr);
    auth_.masked = {"webhook-signature"};
  } else if (given(object_, "type") == nullptr) {
    report_missing(path("type"), "none, header, basic, bearer, hmac or standard_webhooks",
                   problems_);
  } else if (!type.empty()) {
    problems_.error(path("type"), "INVALID_VALUE",
                    "Must be none, header, basic, bearer, hmac or standard_webhooks.");
  }
  return std::move(auth_);
}

}  // namespace

HookAuth read_hook_auth(const Json& auth, const std::string& path, Problems& problems) {
  if (!auth.is_object()) {
    report_type(path, "an object with a type", problems);
    return {};
  }
  return AuthReader(auth.get_object(), path, problems).read();
}

std::optional<std::string> env_name(std::string_view text) {
  static constexpr std::string_view root = "env.";
  std::string_view inside = inside_braces(text);
  if (!inside.starts_with(root)) return std::nullopt;
  inside.remove_prefix(root.size());
  if (inside.empty() || !std::all_of(inside.begin(), inside.end(), is_name_byte)) {
    return std::nullopt;
  }
  return std::string(inside);
}

}  // namespace millrace
