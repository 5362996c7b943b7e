// The one table from error codes to HTTP statuses.
#pragma once

#include "runtime/base/error.hpp"

#include <string_view>

namespace millrace::http {

int http_status(ErrorCode code);
/// Whether answers with this status carry Retry-After (429 and 503).
bool wants_retry_after(int status);
/// `Not Found` for 404; empty for a number without a name.
std::string_view reason_phrase(int status);

}  // namespace millrace::http
