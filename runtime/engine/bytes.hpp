// Little building blocks of the engine's byte formats: variable-length integers and counted
// strings. Reading never passes the end: the first failure sticks, and everything read after it is
// empty. Texts are sealed on the way out, and opened or masked on the way in, where that was asked
// for.
#pragma once

#include "runtime/base/redaction.hpp"
#include "runtime/base/time.hpp"

#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>

namespace millrace {

class ByteWriter {
 public:
  /// `seal` outlives it; null: texts are written as they are.
  explicit ByteWriter(std::size_t bytes_expected, const Redaction* seal = nullptr) : seal_(seal) {
    bytes_.reserve(bytes_expected);
  }

  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void boolean(bool value) { byte(value ? 1 : 0); }
  /// Seven bits a byte, lowest first; the high bit says that more follow.
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  /// Small negative numbers are short too.
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void text(std::string_view value) {
    if (seal_ != nullptr) return plain_text(seal_->seal(value));
    plain_text(value);
  }
  void time(Timestamp value) { signed_number(value.time_since_epoch().count()); }

  std::string take() { return std::move(bytes_); }

 private:
  void plain_text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }

  const Redaction* seal_;
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  /// From here on texts are sealed: opened with `redaction`, masked when it is null.
  void unseal(const Redaction* redaction) {
    sealed_ = true;
    redaction_ = redaction;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && bytes_.empty(); }
  void fail() {
    ok_ = false;
    bytes_ = {};
  }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      fail();
      return 0;
    }
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  bool boolean() {
    const std::uint8_t value = byte();
    if (value > 1) fail();
    return value == 1;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      if (shift == 63 && next > 1) break;
      value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if ((next & 0x80) == 0) return ok_ ? value : 0;
    }
    fail();
    return 0;
  }
  /// A number that fits `Number`.
  template <class Number>
  Number number_as() {
    const std::uint64_t value = number();
    if (static_cast<std::uint64_t>(static_cast<Number>(value)) != value) fail();
    return ok_ ? static_cast<Number>(value) : Number{};
  }
  std::int64_t signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
  }
  int integer() {
    const std::int64_t value = signed_number();
    if (static_cast<int>(value) != value) fail();
    return ok_ ? static_cast<int>(value) : 0;
  }
  /// How many items follow; each takes at least one byte, so more than are left is a lie.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size()) fail();
    return ok_ ? static_cast<std::size_t>(value) : 0;
  }
  std::string_view text() {
    const std::size_t size = count();
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    if (!sealed_ || !ok_) return value;
    unsealed_.push_front(redaction_ ? redaction_->open(value) : Redaction::mask(value));
    return unsealed_.front();
  }
  Timestamp time() { return Timestamp(Duration(signed_number())); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
  bool sealed_ = false;
  const Redaction* redaction_ = nullptr;
  std::forward_list<std::string> unsealed_;
};

}  // namespace millrace
