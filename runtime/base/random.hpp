// Chance as an argument. Only runtime/app has the real source; tests and simulation use a seeded
// one.
#pragma once

#include <cstdint>

namespace millrace {

/// Thread-safe. Uniform over 64 bits; the real source is cryptographically strong.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
};

}  // namespace millrace
