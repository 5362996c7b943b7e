// Hashes and encodings. Base64 is our own because libcrypto's decoder forgives what a signature
// must not.
#include "runtime/base/crypto.hpp"

#include "runtime/base/assert.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace millrace {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view hex_digits = "0123456789abcdef";

std::string encode(std::string_view bytes, std::string_view digits, bool padded) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int bits_count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (bits_count += 8; bits_count >= 6; bits_count -= 6) {
      text.push_back(digits[(bits >> (bits_count - 6)) & 63]);
    }
  }
  if (bits_count > 0) text.push_back(digits[(bits << (6 - bits_count)) & 63]);
  while (padded && text.size() % 4 != 0) text.push_back('=');
  return text;
}

/// Strict: no blanks, no padding inside, unused bits zero.
std::optional<std::string> decode(std::string_view text, std::string_view digits) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int bits_count = 0;
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    bits_count += 6;
    if (bits_count >= 8) {
      bits_count -= 8;
      bytes.push_back(static_cast<char>(bits >> bits_count & 0xff));
    }
  }
  if ((bits & ((1U << bits_count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 digest{};
  unsigned int size = 0;
  MR_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
            1);
  MR_ASSERT(size == digest.size());
  return digest;
}

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 digest{};
  unsigned int size = 0;
  const char* key_bytes = key.empty() ? "" : key.data();
  MR_ASSERT(HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()),
                 reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(),
                 &size) != nullptr);
  MR_ASSERT(size == digest.size());
  return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text.push_back(hex_digits[byte >> 4]);
    text.push_back(hex_digits[byte & 0xf]);
  }
  return text;
}

std::string to_base64(std::string_view bytes) { return encode(bytes, base64_digits, true); }

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(text, base64_digits);
}

std::string to_base64url(std::string_view bytes) { return encode(bytes, base64url_digits, false); }

std::optional<std::string> from_base64url(std::string_view text) {
  return decode(text, base64url_digits);
}

std::string random_base62(Random& random, std::size_t count) {
  std::string text;
  text.reserve(count);
  while (text.size() < count) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 10 && text.size() < count; ++i, bits >>= 6) {
      const auto digit = static_cast<std::size_t>(bits & 63);
      if (digit < base62_digits.size()) text.push_back(base62_digits[digit]);
    }
  }
  return text;
}

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33;
}

}  // namespace millrace
