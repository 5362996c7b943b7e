// The real clock. Only the roof has it; everyone else is handed a Clock.
#pragma once

#include "runtime/base/time.hpp"

namespace millrace::app {

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  MonotonicTime monotonic() const override;
};

}  // namespace millrace::app
