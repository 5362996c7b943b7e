// getrandom(2) in blocks; each number is wiped from the buffer when it is handed out.
#include "runtime/app/system_random.hpp"

#include "runtime/base/assert.hpp"

#include <array>
#include <sys/random.h>
#include <utility>

namespace millrace::app {
namespace {

struct Block {
  std::array<std::uint64_t, 32> numbers{};  // 256 bytes: getrandom never returns fewer up to here
  std::size_t left = 0;
};

void refill(Block& block) {
  ssize_t read = -1;
  while (read < 0) {
    read = ::getrandom(block.numbers.data(), sizeof block.numbers, 0);
  }
  MR_ASSERT(static_cast<std::size_t>(read) == sizeof block.numbers);
  block.left = block.numbers.size();
}

}  // namespace

std::uint64_t SystemRandom::next() {
  thread_local Block block;
  if (block.left == 0) {
    refill(block);
  }
  --block.left;
  return std::exchange(block.numbers[block.left], 0);
}

}  // namespace millrace::app
