// Who asks, and whether the matched row lets them. Decided from the row and the key, never from the
// path's text.
#pragma once

#include "http/message.hpp"
#include "http/router.hpp"
#include "runtime/ports/archive.hpp"

namespace millrace::http {

/// The key text of `X-API-Key`, else of `Authorization: Bearer`. Empty when there is none, or when
/// a header of the two comes twice: then nobody can say which one counts.
std::string_view presented_key(const Request& request);

/// The live key of a request on a row with KeyAccess. Errors: unauthorized (none, unknown,
/// revoked), forbidden (its scopes or its dialect do not reach this row). `guessed` is set when a
/// key was shown that is not ours.
Result<ApiKey> authenticate(const Request& request, const Route& route, const Archive& archive,
                            bool& guessed);

}  // namespace millrace::http
