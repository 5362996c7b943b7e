// Calls that wait for room: a bound on all that are open and one per host. A host at its bound does
// not hold up the others, and hosts take turns. No actor in here.
#pragma once

#include "actors/messages.hpp"

#include <deque>
#include <string>
#include <unordered_map>

namespace millrace::actors {

class CallQueue {
 public:
  CallQueue(std::size_t open_max, std::size_t open_per_host_max)
      : open_max_(open_max), open_per_host_max_(open_per_host_max) {}

  struct Item {
    std::string host;
    CallTask task;
  };

  void push(std::string host, CallTask task);
  /// The next call that may go out now, counted as open until closed(host).
  std::optional<Item> pop();
  void closed(const std::string& host);

  std::size_t open() const { return open_; }
  std::size_t queued() const { return queued_; }

 private:
  struct Host {
    std::size_t open = 0;
    std::deque<CallTask> queue;
    bool in_turn = false;  ///< stands in turns_
  };
  bool may_go(const Host& host) const {
    return !host.queue.empty() && host.open < open_per_host_max_;
  }
  void line_up(const std::string& name, Host& host);

  const std::size_t open_max_;
  const std::size_t open_per_host_max_;
  std::size_t open_ = 0;
  std::size_t queued_ = 0;
  std::unordered_map<std::string, Host> hosts_;  ///< those with open or queued calls
  std::deque<std::string> turns_;                ///< hosts that may go
};

/// The authority of an absolute URL in lower case, without user information: what calls are counted
/// by. For counting only; who may be called is decided outside.
std::string host_of(std::string_view url);

}  // namespace millrace::actors
