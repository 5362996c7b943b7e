// Finds the first place where a text is not JSON or passes a limit. Strict RFC 8259, one pass, no
// recursion, memory only for the open brackets. simdjson is faster but knows neither places nor
// limits; this is asked for large texts before anything is allocated for them, and for refused ones
// to name the place.
#pragma once

#include "runtime/base/json.hpp"

#include <optional>
#include <string_view>

namespace millrace {

/// Nothing when `text` is good. Errors: invalid_json, too_large; each message has line and column
/// (both from 1; columns count code points).
std::optional<Error> find_json_error(std::string_view text, const JsonLimits& limits);

}  // namespace millrace
