// JSON Merge Patch. Source: RFC 7386.
#pragma once

#include "runtime/base/json.hpp"

namespace millrace {

/// `target` with `patch` applied: objects are merged member by member, null removes a member,
/// anything else replaces what was there.
Json merge_patch(Json target, const Json& patch);

}  // namespace millrace
