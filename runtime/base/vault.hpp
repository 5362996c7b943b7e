// Small texts that must not lie on disk in the clear: sealed under one key of this server with
// AES-256-GCM (NIST SP 800-38D).
#pragma once

#include "runtime/base/random.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// Immutable, thread-safe.
class Vault {
 public:
  using Key = std::array<std::uint8_t, 32>;
  /// Never used twice with one key: drawn for each seal().
  using Nonce = std::array<std::uint8_t, 12>;
  static Nonce draw_nonce(Random& random);

  explicit Vault(const Key& key) : key_(key) {}

  /// Format version 1, nonce 12, what was sealed, tag 16. `context` says what the text is for and
  /// must be said again to open it, so that one row's secret is none of another's.
  std::string seal(std::string_view text, std::string_view context, const Nonce& nonce) const;
  /// Nothing when it was sealed under another key, for another context, or has been altered.
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

 private:
  Key key_;
};

}  // namespace millrace
