// Which headers of a call hold secrets, and hiding them where a call is shown to people.
#pragma once

#include "runtime/nodes/call.hpp"

#include <string_view>

namespace millrace {

inline constexpr std::string_view hidden_value = "***";

/// By its name, in any letter case: `Authorization`, `Cookie`, `X-Api-Key`, and whatever ends in
/// `-key`, `-token`, `-secret` or `-signature`; never `Idempotency-Key`.
bool holds_secret(std::string_view header);

/// Replaces the values of such headers.
void hide_secrets(CallRequest& request);

}  // namespace millrace
