// Bounds of one dry run. It is computed on a thread that others wait for, and its whole trace is
// held in memory.
#pragma once

#include "runtime/base/limits.hpp"

namespace millrace::limits {

inline constexpr std::uint32_t dry_run_turns_max = 2'000;
inline constexpr std::size_t dry_run_bytes_max = 8 * mib;  ///< of its records
inline constexpr auto dry_run_time_max = 2s;

static_assert(dry_run_bytes_max <= execution_value_bytes_max);

}  // namespace millrace::limits
