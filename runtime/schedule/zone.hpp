// Time zones by their IANA names, from the operating system's database: the one door to `date`.
#pragma once

#include "runtime/base/error.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// A stretch of time in [begin, end) in which the zone's local time is UTC + `offset`. Stretches
/// that touch may have equal offsets.
struct ZoneSpan {
  std::chrono::sys_seconds begin;
  std::chrono::sys_seconds end;
  std::chrono::seconds offset{};
};

/// A value; the database it points into lives as long as the process. Thread-safe. The rules of
/// years that the database does not list (fat files end with 2037) are those of its last year.
class Zone {
 public:
  Zone();  ///< UTC
  /// By the exact name (`Europe/Berlin`). Errors: validation (no such zone), configuration (the
  /// machine has no database). Reads the zone's file when it is first named.
  static Result<Zone> find(std::string_view name);
  static std::vector<std::string> names();

  const std::string& name() const { return name_; }
  ZoneSpan span_at(std::chrono::sys_seconds instant) const;

 private:
  std::string name_;
  const void* rules_ = nullptr;  ///< null: UTC, which needs no database
};

}  // namespace millrace
