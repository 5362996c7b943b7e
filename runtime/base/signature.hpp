// Checking that bytes come from who holds a key: keyed hashes of the common kinds, and Ed25519.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

enum class HashAlgorithm : std::uint8_t { sha1, sha256, sha512 };

/// The raw bytes of the keyed hash (RFC 2104). SHA-1 is for senders that have nothing else: as a
/// keyed hash it still stands.
std::string hmac(HashAlgorithm algorithm, std::string_view key, std::string_view bytes);

/// Whether `signature` (64 bytes) over `bytes` was made with the private half of `public_key` (32
/// bytes). False for keys and signatures of any other length. Source: RFC 8032, pure Ed25519.
bool verify_ed25519(std::string_view public_key, std::string_view bytes,
                    std::string_view signature);

}  // namespace millrace
