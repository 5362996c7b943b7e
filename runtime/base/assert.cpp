// Ends the process when a belief of ours is wrong.
#include "runtime/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace millrace {

void assertion_failed(const char* belief, const char* file, int line) {
  std::fprintf(stderr, "assertion failed: %s at %s:%d\n", belief, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace millrace
