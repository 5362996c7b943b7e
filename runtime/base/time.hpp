// Time as an argument. Only runtime/app has the real clock; everyone else is handed a Clock or an
// instant.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

using Duration = std::chrono::milliseconds;
/// Wall time in UTC; what is stored and shown.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
/// Time since an arbitrary point that never jumps; for deadlines inside the process.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  virtual MonotonicTime monotonic() const = 0;
};

/// RFC 3339 in UTC with milliseconds: `2026-05-09T10:14:22.103Z`.
std::string to_rfc3339(Timestamp time);
/// RFC 3339 with any offset and any fraction; nothing when malformed. Years 0001 … 9999.
std::optional<Timestamp> parse_rfc3339(std::string_view text);
/// ISO 8601 duration of weeks, days, hours, minutes, seconds (`P1DT2H`, `PT0.5S`); years and months
/// have no fixed length and are refused. Not negative, at most 10 years.
std::optional<Duration> parse_iso8601_duration(std::string_view text);

}  // namespace millrace
