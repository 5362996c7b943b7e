// A body that is made while it is sent. The session asks for more whenever the client has taken
// what there was, so nothing piles up behind a slow one. The I/O thread's.
#pragma once

#include "runtime/base/time.hpp"

#include <functional>
#include <string>

namespace millrace::http {

class BodyStream {
 public:
  enum class Fill {
    idle,   ///< nothing more now: `ready` will say when
    more,   ///< ask again
    ended,  ///< what was given is the last of it
  };

  virtual ~BodyStream() = default;
  /// The head is on its way. `ready` has the session fill; it does nothing once that has ended.
  virtual void begin(std::function<void()> ready) = 0;
  /// Appends what there is, a few score KiB at a time.
  virtual Fill fill(std::string& out) = 0;
  /// Whether time alone has made something due. Asked by the server's tick.
  virtual bool is_due(MonotonicTime now) = 0;
  /// The server drains: end soon. May be told again.
  virtual void wind_up() = 0;
};

}  // namespace millrace::http
