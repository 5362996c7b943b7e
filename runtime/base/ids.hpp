// Ids: 120 bits = 48-bit milliseconds since 1970, 12-bit partition, 60 random bits. Ordered by
// time. One id has four spellings, and every spelling is read everywhere; a malformed one is simply
// no id.
#pragma once

#include "runtime/base/random.hpp"
#include "runtime/base/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// A shard of the keyspace: 0 … partition count - 1 (64 by default, 4096 at most).
enum class Partition : std::uint16_t {};
/// A workspace's fixed number in the catalogue; keys on disk begin with it. 0 is no workspace.
enum class WorkspaceNumber : std::uint32_t {};

class Id {
 public:
  static constexpr std::size_t bytes_count = 15;

  constexpr Id() = default;
  /// `milliseconds` < 2^48, `partition` < 2^12, `random` < 2^60: asserted.
  static Id make(std::uint64_t milliseconds, Partition partition, std::uint64_t random);
  /// The 15 big-endian bytes that keys on disk use.
  static Id from_bytes(const std::array<std::uint8_t, bytes_count>& bytes);

  std::array<std::uint8_t, bytes_count> bytes() const;
  std::uint64_t milliseconds() const { return high_ >> 16; }
  Partition partition() const { return Partition((high_ >> 4) & 0xfff); }
  std::uint64_t random() const { return ((high_ & 0xf) << 56) | low_; }
  bool is_nil() const { return high_ == 0 && low_ == 0; }

  auto operator<=>(const Id&) const = default;

 private:
  std::uint64_t high_ = 0;  ///< 48 ms | 12 partition | 4 random
  std::uint64_t low_ = 0;   ///< 56 random; the upper 8 bits are zero
};

/// 21 characters `0-9A-Za-z`, zero-padded, most significant first (Orbit without prefix,
/// Activepieces).
std::string to_base62(const Id& id);
/// UUIDv8: 48 ms | version 8 | 12 partition | variant 10 | 2 zero bits | 60 random; lower case
/// (10ex).
std::string to_uuid(const Id& id);
/// ULID: 48 ms | 8 zero bits | 12 partition | 60 random; Crockford base 32, upper case (Sarufi).
std::string to_ulid(const Id& id);

/// Reads any spelling: base62, UUIDv8, ULID (either case), each also behind one of the prefixes
/// `flw_ flow_ exec_ key_`. Overflowing digits or wrong filler bits are malformed: nothing.
std::optional<Id> parse_id(std::string_view text);

/// Ids of different things do not mix.
template <class Tag>
struct TypedId {
  Id id;
  auto operator<=>(const TypedId&) const = default;
};
using FlowId = TypedId<struct FlowTag>;
using ExecutionId = TypedId<struct ExecutionTag>;
using KeyId = TypedId<struct KeyTag>;

/// Makes ids that never go back: behind the last millisecond seen, ids advance one by one.
/// Thread-safe. The journal keeps the last millisecond in `meta` and hands it in at start.
class IdGenerator {
 public:
  IdGenerator(const Clock& clock, Random& random, std::uint64_t last_milliseconds);
  Id next(Partition partition);
  std::uint64_t last_milliseconds() const;

 private:
  const Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  std::uint64_t milliseconds_;
};

}  // namespace millrace

template <>
struct std::hash<millrace::Id> {
  std::size_t operator()(const millrace::Id& id) const noexcept {
    return static_cast<std::size_t>(id.random() ^ (id.milliseconds() << 20));
  }
};
template <class Tag>
struct std::hash<millrace::TypedId<Tag>> {
  std::size_t operator()(const millrace::TypedId<Tag>& typed) const noexcept {
    return std::hash<millrace::Id>{}(typed.id);
  }
};
