// The bounds of what comes in by hooks and events; limits.hpp has all others.
#pragma once

#include "runtime/base/limits.hpp"

namespace millrace::limits {

/// How far a signed timestamp may be from our clock. Source: Stripe's and Slack's default.
inline constexpr auto signature_age_max = 5min;
inline constexpr std::size_t hook_secrets_max = 8;  ///< tried one after the other
inline constexpr std::size_t hook_signatures_max =
    16;  ///< in one header; the rest is not looked at
inline constexpr std::size_t handshake_chars_max = 256;  ///< of a challenge that is sent back
inline constexpr std::size_t multipart_parts_max = 100;
inline constexpr std::size_t event_batch_max = 100;     ///< events in one call
inline constexpr std::size_t event_patterns_max = 100;  ///< of one trigger
inline constexpr auto debounce_max = 1h;                ///< pause of one trigger
inline constexpr int debounce_pauses_max = 10;          ///< a window ends after so many pauses
inline constexpr std::size_t debounce_windows_max = 100'000;  ///< open at once
inline constexpr int schema_depth_max = 32;  ///< schemas inside schemas, followed refs too
inline constexpr std::size_t schema_problems_max = 20;    ///< reported of one value
inline constexpr std::size_t schema_steps_max = 200'000;  ///< subschemas applied to one value

}  // namespace millrace::limits
