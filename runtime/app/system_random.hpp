// The real source of chance: the kernel's generator, a buffer per thread so that an id costs no
// system call.
#pragma once

#include "runtime/base/random.hpp"

namespace millrace::app {

/// Thread-safe without a lock. Cryptographically strong: keys and ids come from here.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

}  // namespace millrace::app
