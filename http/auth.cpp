// Who asks, and whether the matched row lets them.
#include "http/auth.hpp"

#include "http/header_text.hpp"
#include "runtime/base/crypto.hpp"

namespace millrace::http {
namespace {

constexpr std::string_view bearer = "bearer ";

std::string_view as_text(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Error unauthorized(std::string_view message) {
  return Error{ErrorCode::unauthorized, std::string(message)};
}

}  // namespace

std::string_view presented_key(const Request& request) {
  std::string_view api_key;
  std::string_view authorization;
  int api_keys = 0;
  int authorizations = 0;
  for (const auto& [name, value] : request.headers) {
    if (name == "x-api-key") {
      api_key = value;
      ++api_keys;
    } else if (name == "authorization") {
      authorization = value;
      ++authorizations;
    }
  }
  if (api_keys > 1 || authorizations > 1) return {};
  if (api_keys == 1) return api_key;
  if (!equals_ignoring_case(authorization.substr(0, bearer.size()), bearer)) return {};
  authorization.remove_prefix(bearer.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

Result<ApiKey> identify(const Request& request, const Archive& archive, bool& guessed) {
  const std::string_view text = presented_key(request);
  if (text.empty()) {
    return unauthorized("an API key is needed: send X-API-Key or Authorization: Bearer");
  }
  const Sha256 hash = sha256(text);
  auto key = archive.key(hash);
  if (!key || !equal_in_constant_time(as_text(key->hash), as_text(hash))) {
    guessed = true;
    return unauthorized("the API key is not valid");
  }
  if (key->revoked) return unauthorized("the API key is not valid");
  return *std::move(key);
}

std::optional<Error> refusal(const ApiKey& key, const Route& route, const KeyAccess& access) {
  if (key.dialect != route.dialect) {
    return Error{ErrorCode::forbidden, "the API key belongs to another dialect"};
  }
  if (!allows(key.scopes, access.scope)) {
    return Error{ErrorCode::forbidden,
                 "the API key lacks the scope " + std::string(to_string(access.scope))};
  }
  return std::nullopt;
}

}  // namespace millrace::http
