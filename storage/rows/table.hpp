// The names of our tables. A table is a column family of its own on disk.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::storage {

enum class Family : std::uint8_t {  // in memory only; the disk knows the names
  execution,
  index,
  state,
  feed,
  timer,
  wait,
  dedup,
  catalog,
  outbox,
  early,
  meta,
  log,  ///< one table per bucket
};
inline constexpr std::size_t fixed_families = static_cast<std::size_t>(Family::log);
std::string_view to_string(Family family);

/// A stretch of time whose turn records lie together and are dropped together.
struct LogBucket {
  std::uint16_t days = 0;    ///< the retention that it was made for
  std::uint32_t number = 0;  ///< of the stretch, counted from 1970
  auto operator<=>(const LogBucket&) const = default;
};
/// `log.<days>.<n>`, and back; nothing when `name` is no such name.
std::string family_name(LogBucket bucket);
std::optional<LogBucket> parse_family_name(std::string_view name);

struct Table {
  Family family = Family::meta;
  LogBucket bucket{};  ///< of Family::log

  Table(Family fixed) : family(fixed) {}
  Table(LogBucket log) : family(Family::log), bucket(log) {}
  auto operator<=>(const Table&) const = default;
};

}  // namespace millrace::storage
