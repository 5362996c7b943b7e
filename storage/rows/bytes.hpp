// Writing and reading of bytes for keys and values: big-endian, so that keys sort as their numbers
// do. A reader never passes its end: what is missing or overlong makes it fail, and it stays
// failed.
#pragma once

#include "runtime/base/crypto.hpp"
#include "runtime/base/ids.hpp"

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::storage {

/// Appends to a buffer that the caller reuses. `Buffer` has append(const char*, size_t) and
/// push_back(char).
template <class Buffer>
class ByteWriter {
 public:
  explicit ByteWriter(Buffer& out) : out_(out) {}

  template <std::unsigned_integral Number>
  ByteWriter& fixed(Number number) {
    for (int shift = (int(sizeof(Number)) - 1) * 8; shift >= 0; shift -= 8)
      out_.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
    return *this;
  }
  /// Seven bits a byte, lowest first.
  ByteWriter& variable(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) out_.push_back(static_cast<char>(number | 0x80));
    out_.push_back(static_cast<char>(number));
    return *this;
  }
  ByteWriter& id(const Id& id) {
    const auto bytes = id.bytes();
    return raw({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  /// Sorts the newest first.
  ByteWriter& inverted_id(const Id& id) {
    for (const std::uint8_t byte : id.bytes()) out_.push_back(static_cast<char>(~byte));
    return *this;
  }
  /// Sorts as time does, before 1970 too.
  ByteWriter& time(Timestamp time) {
    return fixed(static_cast<std::uint64_t>(time.time_since_epoch().count()) ^ (1ULL << 63));
  }
  ByteWriter& hash(const Sha256& hash) {
    return raw({reinterpret_cast<const char*>(hash.data()), hash.size()});
  }
  ByteWriter& raw(std::string_view bytes) {
    out_.append(bytes.data(), bytes.size());
    return *this;
  }
  ByteWriter& text(std::string_view text) { return variable(text.size()).raw(text); }

 private:
  Buffer& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral Number>
  Number fixed() {
    std::uint64_t number = 0;
    for (const char byte : take(sizeof(Number)))
      number = number << 8 | static_cast<std::uint8_t>(byte);
    return static_cast<Number>(number);
  }
  std::uint64_t variable() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = fixed<std::uint8_t>();
      if (failed_ || (shift == 63 && byte > 1)) break;
      number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
    failed_ = true;
    return 0;
  }
  template <std::unsigned_integral Number>
  Number variable_as() {
    const std::uint64_t number = variable();
    if (number > std::uint64_t(Number(-1))) failed_ = true;
    return static_cast<Number>(number);
  }
  Id id() { return id_from(take(Id::bytes_count), 0x00); }
  Id inverted_id() { return id_from(take(Id::bytes_count), 0xff); }
  Timestamp time() {
    return Timestamp(Duration(static_cast<std::int64_t>(fixed<std::uint64_t>() ^ (1ULL << 63))));
  }
  Sha256 hash() {
    Sha256 hash{};
    const std::string_view bytes = take(hash.size());
    if (!failed_) std::memcpy(hash.data(), bytes.data(), hash.size());
    return hash;
  }
  std::string text() { return std::string(take(variable())); }
  /// All that is left.
  std::string_view rest() { return take(rest_.size()); }

  bool at_end() const { return rest_.empty(); }
  bool failed() const { return failed_; }
  /// Everything was there, and nothing more.
  bool done() const { return !failed_ && rest_.empty(); }
  void fail() { failed_ = true; }

 private:
  std::string_view take(std::uint64_t count) {
    if (failed_ || count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(static_cast<std::size_t>(count));
    return taken;
  }
  Id id_from(std::string_view bytes, std::uint8_t flip) const {
    std::array<std::uint8_t, Id::bytes_count> digits{};
    if (failed_) return {};
    for (std::size_t i = 0; i < digits.size(); ++i)
      digits[i] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(bytes[i]) ^ flip);
    return Id::from_bytes(digits);
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace millrace::storage
