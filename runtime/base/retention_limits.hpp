// How long traces may be kept.
#pragma once

#include <cstdint>

namespace millrace::limits {

inline constexpr std::uint16_t retention_days_min = 1;
inline constexpr std::uint16_t retention_days_max = 730;  ///< 24 months

static_assert(retention_days_min >= 1, "live events are kept for a day; no trace goes before them");

}  // namespace millrace::limits
