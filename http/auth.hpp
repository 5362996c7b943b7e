// Who asks, and whether the matched row lets them. Decided from the row and the key, never from the
// path's text.
#pragma once

#include "http/message.hpp"
#include "http/router.hpp"
#include "runtime/ports/archive.hpp"

#include <optional>

namespace millrace::http {

/// The key text of `X-API-Key`, else of `Authorization: Bearer`. Empty when there is none, or when
/// a header of the two comes twice: then nobody can say which one counts.
std::string_view presented_key(const Request& request);

/// The live key of a request. Error: unauthorized (none, unknown, revoked). `guessed` is set when a
/// key was shown that is not ours.
Result<ApiKey> identify(const Request& request, const Archive& archive, bool& guessed);

/// Why the key does not reach the row: forbidden (its scopes or its dialect). Nothing: it does.
std::optional<Error> refusal(const ApiKey& key, const Route& route, const KeyAccess& access);

}  // namespace millrace::http
