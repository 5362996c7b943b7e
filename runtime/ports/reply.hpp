// How an answer finds its way back to the thread that asked: one post per commit and thread, not
// one per answer.
#pragma once

#include "runtime/base/error.hpp"

#include <functional>
#include <vector>

namespace millrace {

/// Answered by http (one per I/O thread) and by tests. Outlives everything that holds a pointer to
/// it.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  /// Runs all of them, in order, on the sink's thread. From any thread; does not block.
  virtual void post(std::vector<std::function<void()>> answers) = 0;
};

/// `call` runs exactly once, on the sink's thread, whatever happens.
template <class T>
struct Reply {
  ReplySink* sink = nullptr;
  std::function<void(const Result<T>&)> call;
};

}  // namespace millrace
