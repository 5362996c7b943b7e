// Bounds of bulk jobs. A header of its own, since few need it.
#pragma once

#include "runtime/base/limits.hpp"

namespace millrace::limits {

inline constexpr std::size_t bulk_items_max = 100'000;  ///< of one job; it says when there are more
inline constexpr std::size_t bulk_in_flight_max = 32;   ///< runs touched at once, by all jobs
inline constexpr std::size_t bulk_refusals_max = 100;   ///< listed of one job; all are counted
inline constexpr std::size_t bulk_jobs_open_max = 10;   ///< that go on, of one workspace
inline constexpr std::size_t bulk_jobs_kept_max = 100;  ///< of one workspace; the oldest go first
inline constexpr std::size_t bulk_inputs_bytes_max = 64 * kib;  ///< of override_inputs
inline constexpr std::size_t bulk_counted_max = 10'000;         ///< a dry run counts to here
inline constexpr std::size_t bulk_count_pages_max = 100;  ///< and reads no more pages than this
inline constexpr std::size_t bulk_sample_max = 10;        ///< runs that a dry run shows
/// How long a replay's key is known: a job that nobody carried on for longer is given up, because
/// it could no longer tell what it has begun.
inline constexpr auto bulk_key_kept = 30 * 24h;
inline constexpr auto bulk_job_idle_max = 29 * 24h;

static_assert(bulk_job_idle_max < bulk_key_kept);
static_assert(bulk_jobs_open_max < bulk_jobs_kept_max);
static_assert(bulk_in_flight_max <= page_size_max, "a window lies within one page of items");
static_assert(bulk_inputs_bytes_max < api_body_bytes_max);

}  // namespace millrace::limits
