// Calls to the world outside. Asked by actors, answered by http. Thread-safe; does not block.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/nodes/call.hpp"

#include <functional>

namespace millrace {

class Outbound {
 public:
  virtual ~Outbound() = default;
  /// `done` runs exactly once, on the outbound thread, within `timeout` and a little. Errors:
  /// egress_refused (message names the rule), timeout, communication, too_large, cancelled
  /// (shutting down).
  virtual void perform(HttpCall call, Duration timeout,
                       std::function<void(Result<CallReply>)> done) = 0;
};

}  // namespace millrace
