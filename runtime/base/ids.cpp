// Spellings of ids, and the generator that never goes back.
#include "runtime/base/ids.hpp"

#include "runtime/base/assert.hpp"

#include <algorithm>

namespace millrace {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view base32_digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t base62_chars = 21;
constexpr std::size_t ulid_chars = 26;
constexpr std::size_t uuid_chars = 36;
constexpr std::uint64_t low_56 = (std::uint64_t{1} << 56) - 1;
constexpr std::uint64_t low_60 = (std::uint64_t{1} << 60) - 1;
constexpr std::uint64_t low_48 = (std::uint64_t{1} << 48) - 1;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

Id make_id(std::uint64_t milliseconds, std::uint64_t partition, std::uint64_t random) {
  return Id::make(milliseconds, Partition(static_cast<std::uint16_t>(partition)), random);
}

std::uint64_t partition_bits(const Id& id) { return static_cast<std::uint64_t>(id.partition()); }

std::optional<Id> parse_base62(std::string_view text) {
  Wide number = 0;
  for (const char c : text) {
    const auto digit = base62_digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    number = number * 62 + digit;
  }
  if ((number >> 120) != 0) return std::nullopt;
  const auto random = static_cast<std::uint64_t>(number) & low_60;
  const auto partition = static_cast<std::uint64_t>(number >> 60) & 0xfff;
  return make_id(static_cast<std::uint64_t>(number >> 72), partition, random);
}

std::optional<Id> parse_uuid(std::string_view text) {
  Wide number = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const auto digit = hex_digits.find(lower(text[i]));
    if (digit == std::string_view::npos) return std::nullopt;
    number = number << 4 | digit;
  }
  const auto high = static_cast<std::uint64_t>(number >> 64);
  const auto low = static_cast<std::uint64_t>(number);
  if (((high >> 12) & 0xf) != 8 || (low >> 60) != 0b1000) return std::nullopt;
  return make_id(high >> 16, high & 0xfff, low & low_60);
}

std::optional<Id> parse_ulid(std::string_view text) {
  Wide number = 0;
  if (text[0] > '7') return std::nullopt;
  for (const char c : text) {
    const auto digit = base32_digits.find(upper(c));
    if (digit == std::string_view::npos) return std::nullopt;
    number = number << 5 | digit;
  }
  if ((static_cast<std::uint64_t>(number >> 72) & 0xff) != 0) return std::nullopt;
  const auto partition = static_cast<std::uint64_t>(number >> 60) & 0xfff;
  return make_id(static_cast<std::uint64_t>(number >> 80), partition,
                 static_cast<std::uint64_t>(number) & low_60);
}

}  // namespace

Id Id::make(std::uint64_t milliseconds, Partition partition, std::uint64_t random) {
  const auto shard = static_cast<std::uint64_t>(partition);
  MR_ASSERT(milliseconds <= low_48);
  MR_ASSERT(shard <= 0xfff);
  MR_ASSERT(random <= low_60);
  Id id;
  id.high_ = milliseconds << 16 | shard << 4 | random >> 56;
  id.low_ = random & low_56;
  return id;
}

Id Id::from_bytes(const std::array<std::uint8_t, bytes_count>& bytes) {
  Id id;
  for (std::size_t i = 0; i < 8; ++i) id.high_ = id.high_ << 8 | bytes[i];
  for (std::size_t i = 8; i < bytes_count; ++i) id.low_ = id.low_ << 8 | bytes[i];
  return id;
}

std::array<std::uint8_t, Id::bytes_count> Id::bytes() const {
  std::array<std::uint8_t, bytes_count> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(high_ >> (56 - 8 * i));
  for (std::size_t i = 8; i < bytes_count; ++i) {
    bytes[i] = static_cast<std::uint8_t>(low_ >> (48 - 8 * (i - 8)));
  }
  return bytes;
}

std::string to_base62(const Id& id) {
  Wide number = static_cast<Wide>(id.milliseconds()) << 72 |
                static_cast<Wide>(partition_bits(id)) << 60 | id.random();
  std::string text(base62_chars, '0');
  for (std::size_t i = base62_chars; i > 0; --i) {
    text[i - 1] = base62_digits[static_cast<std::size_t>(number % 62)];
    number /= 62;
  }
  return text;
}

std::string to_uuid(const Id& id) {
  const std::uint64_t high = id.milliseconds() << 16 | 0x8000 | partition_bits(id);
  const std::uint64_t low = std::uint64_t{0b10} << 62 | id.random();
  std::string text(uuid_chars, '-');
  int nibble = 0;
  for (std::size_t i = 0; i < uuid_chars; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) continue;
    const std::uint64_t half = nibble < 16 ? high : low;
    text[i] = hex_digits[(half >> (60 - 4 * (nibble % 16))) & 0xf];
    ++nibble;
  }
  return text;
}

std::string to_ulid(const Id& id) {
  Wide number = static_cast<Wide>(id.milliseconds()) << 80 |
                static_cast<Wide>(partition_bits(id)) << 60 | id.random();
  std::string text(ulid_chars, '0');
  for (std::size_t i = ulid_chars; i > 0; --i) {
    text[i - 1] = base32_digits[static_cast<std::size_t>(number & 31)];
    number >>= 5;
  }
  return text;
}

std::optional<Id> parse_id(std::string_view text) {
  for (const std::string_view prefix : {"flw_", "flow_", "exec_", "key_"}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      break;
    }
  }
  switch (text.size()) {
    case base62_chars:
      return parse_base62(text);
    case ulid_chars:
      return parse_ulid(text);
    case uuid_chars:
      return parse_uuid(text);
    default:
      return std::nullopt;
  }
}

IdGenerator::IdGenerator(const Clock& clock, Random& random, std::uint64_t last_milliseconds)
    : clock_(clock), random_(random), milliseconds_(last_milliseconds) {}

Id IdGenerator::next(Partition partition) {
  const auto since_epoch = clock_.now().time_since_epoch().count();
  const auto now = static_cast<std::uint64_t>(std::max<decltype(since_epoch)>(since_epoch, 0));
  const std::uint64_t random = random_.next() & low_60;
  const std::lock_guard lock(mutex_);
  milliseconds_ = now < milliseconds_ ? milliseconds_ + 1 : now;
  return Id::make(milliseconds_, partition, random);
}

std::uint64_t IdGenerator::last_milliseconds() const {
  const std::lock_guard lock(mutex_);
  return milliseconds_;
}

}  // namespace millrace
