// Bounds of outgoing webhooks. A header of its own, since few need it.
#pragma once

#include "runtime/base/limits.hpp"

namespace millrace::limits {

inline constexpr std::size_t webhooks_per_workspace_max = 50;
inline constexpr std::size_t webhook_description_chars_max = 500;
inline constexpr std::size_t webhook_secret_chars_min = 16;
inline constexpr std::size_t webhook_secret_chars_max = 128;
inline constexpr auto webhook_overlap_default = 24h;  ///< that a rotated secret goes on signing
inline constexpr auto webhook_overlap_max = 7 * 24h;

inline constexpr auto webhook_timeout = 30s;
inline constexpr std::size_t webhook_response_bytes_max = 64 * kib;  ///< nobody reads it
inline constexpr std::size_t webhook_error_bytes_max = 300;
inline constexpr auto webhook_retry_after_max = 24h;

/// Attempts under way at once: of one endpoint, of one that failed last, and of all.
inline constexpr std::size_t webhook_calls_per_endpoint_max = 8;
inline constexpr std::size_t webhook_calls_failing_max = 1;
inline constexpr std::size_t webhook_calls_max = 256;

/// Deliveries that are not settled: what is beyond stays in the feed. An endpoint has its share
/// however many others wait.
inline constexpr std::size_t webhook_pending_max = 10'000;
inline constexpr std::size_t webhook_pending_share = 100;
inline constexpr std::size_t webhook_pending_all_max = 200'000;
inline constexpr std::size_t webhook_page_events_max = 1'000;  ///< recorded at once

inline constexpr std::size_t webhook_redelivered_max = 1'000;  ///< by one request
inline constexpr auto webhook_delivered_age = 72h;             ///< how long they are listed
inline constexpr auto webhook_dead_age = 30 * 24h;
inline constexpr std::size_t webhook_swept_rows_max = 1'000;  ///< erased in one commit
/// An endpoint where nothing happens still writes down how far it has looked, because the feed is
/// not kept for ever.
inline constexpr auto webhook_progress_age = 1h;

static_assert(webhook_calls_per_endpoint_max <= webhook_calls_max && webhook_calls_max < calls_max);
static_assert(webhook_pending_share < webhook_pending_max);
static_assert(webhook_timeout <= call_timeout_max);

}  // namespace millrace::limits
