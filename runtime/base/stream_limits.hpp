// Bounds of live streams and of the requests of one key. A header of its own, since few need it.
#pragma once

#include "runtime/base/limits.hpp"

namespace millrace::limits {

inline constexpr std::size_t streams_max = 2'000;
inline constexpr std::size_t streams_per_key_max = 50;
inline constexpr auto stream_ping = 15s;
inline constexpr auto stream_retry = 3s;      ///< a client is told to come back after it
inline constexpr auto stream_key_check = 1s;  ///< how soon a revoked key ends its streams
inline constexpr std::size_t feed_bytes_per_subscriber_max = 8 * mib;  ///< of records in its ring
inline constexpr std::size_t feed_page_turns_max = 256;      ///< read at once for who resumes
inline constexpr std::size_t feed_page_bytes_max = 1 * mib;  ///< of records; at least one turn
inline constexpr auto feed_age = 24h;  ///< how far back a stream can be resumed
/// Events of one turn are numbered below this: the stride of turns within a commit.
inline constexpr std::uint32_t events_per_turn_max = 4'096;

/// Of one key in 60 s; far above what one machine answers, so that it only throttles who asks for
/// it.
inline constexpr std::uint32_t key_requests_per_minute = 6'000'000;
inline constexpr std::size_t rated_keys_max = 10'000;  ///< remembered; the idle ones go first

static_assert(streams_per_key_max <= streams_max && streams_max < connections_max);
static_assert(2 * turn_node_runs_max + 8 <= events_per_turn_max,
              "a node run starts and ends, the execution too");

}  // namespace millrace::limits
