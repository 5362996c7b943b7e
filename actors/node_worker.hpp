// Performs the committed calls of one kind: takes the next from its queue when there is room, and
// hands each result back to its execution. The last place that knows what a channel is.
#pragma once

#include "actors/call_queue.hpp"
#include "actors/house.hpp"

namespace millrace::actors {

/// As the node sees it: why no reply came.
NodeError node_error_of(const Error& error);

struct NodeWorkerState {
  static inline const char* name = "node_worker";
  explicit NodeWorkerState(node_worker_actor::pointer actor) : self(actor) {}
  ~NodeWorkerState() {
    if (bridge) bridge->close();
  }

  void take(CallTask task);
  void done(const CallDone& done);

  node_worker_actor::pointer self;
  House* house = nullptr;
  std::shared_ptr<Bridge<node_worker_actor>> bridge;
  std::optional<CallQueue> queue;

 private:
  Result<HttpCall> route(const CallRequest& request) const;
  Result<HttpCall> route_channel(const ChannelCall& message, std::string_view key) const;
  bool goes_to_console(const CallEffect& effect) const;
  void pump();
  void perform(CallQueue::Item item);
  void print(const CallTask& task);
  void give_back(const CallTask& task, CallResult result);

  std::unordered_map<std::uint64_t, CallQueue::Item> open;
  std::uint64_t last_ticket = 0;
};

node_worker_actor::behavior_type node_worker(
    node_worker_actor::stateful_pointer<NodeWorkerState> self, House* house);

}  // namespace millrace::actors
