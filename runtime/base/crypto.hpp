// Hashes, signatures and encodings: the one door to libcrypto in the floor.
#pragma once

#include "runtime/base/random.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
/// Takes the same time wherever the first difference is.
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

/// `count` characters `0-9A-Za-z`, each uniform (rejection sampling). 43 of them carry 256 bits.
std::string random_base62(Random& random, std::size_t count);
/// A fast 64-bit hash of fixed definition (FNV-1a, finalised); used where the value reaches the
/// disk.
std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace millrace
