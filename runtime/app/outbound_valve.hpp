// The way out with a valve: once closed, nothing calls back any more, and late calls are refused
// instead of meeting an object that has ended. So outbound can end before the actors that hold it.
#pragma once

#include "runtime/ports/outbound.hpp"

#include <memory>
#include <shared_mutex>

namespace millrace::app {

/// Thread-safe.
class OutboundValve final : public Outbound {
 public:
  explicit OutboundValve(std::unique_ptr<Outbound> inner) : inner_(std::move(inner)) {}

  void perform(HttpCall call, Duration timeout,
               std::function<void(Result<CallReply>)> done) override {
    const std::shared_lock lock(mutex_);
    if (inner_) {
      inner_->perform(std::move(call), timeout, std::move(done));
    } else {
      done(Error{ErrorCode::cancelled, "the server is shutting down"});
    }
  }

  /// Cancels what is under way; returns when no callback runs any more.
  void close() {
    std::unique_ptr<Outbound> ending;
    {
      const std::unique_lock lock(mutex_);
      ending = std::move(inner_);
    }
  }

 private:
  std::shared_mutex mutex_;
  std::unique_ptr<Outbound> inner_;
};

}  // namespace millrace::app
