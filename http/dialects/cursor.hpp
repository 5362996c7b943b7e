// List cursors: opaque to clients, signed, and good only for the workspace and the filter they came
// from.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/base/ids.hpp"

#include <string>
#include <string_view>

namespace millrace::http {

/// What a cursor is bound to. `filter` is any text that differs where the list differs.
struct CursorScope {
  std::string_view secret;  ///< 32 bytes
  WorkspaceNumber workspace{};
  std::string_view filter;
};

/// `position` is the last row seen. Base64url without padding.
std::string encode_cursor(const CursorScope& scope, const Id& position);

/// Error: invalid_cursor, whatever is wrong with it.
Result<Id> decode_cursor(const CursorScope& scope, std::string_view cursor);

}  // namespace millrace::http
