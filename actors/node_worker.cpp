// From a committed call to a call of the outside, and back.
#include "actors/node_worker.hpp"

#include "actors/channel_call.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <cctype>

namespace millrace::actors {
namespace {

constexpr std::string_view console = "console";
constexpr std::string_view key_header = "Idempotency-Key";

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

HttpCall with_key(HttpCall call, std::string_view key) {
  const bool has_key =
      std::any_of(call.headers.begin(), call.headers.end(),
                  [](const auto& header) { return equal_ignoring_case(header.first, key_header); });
  if (!has_key && !key.empty()) call.headers.emplace_back(key_header, key);
  return call;
}

}  // namespace

NodeError node_error_of(const Error& error) {
  NodeError told = to_node_error(error);
  if (error.code == ErrorCode::egress_refused) told.error_class = ErrorClass::configuration;
  if (error.code == ErrorCode::too_large) told.code = "RESPONSE_TOO_LARGE";
  return told;
}

Result<HttpCall> NodeWorkerState::route_channel(const ChannelCall& message,
                                                std::string_view key) const {
  const auto& channels = house->settings.channels;
  const auto found = channels.find(message.channel);
  if (found == channels.end()) {
    return Error{ErrorCode::configuration, "the channel `" + message.channel +
                                               "` is not configured: add [channels." +
                                               message.channel + "] with its url"};
  }
  return channel_call(found->second, message.message, key, house->outside.clock.now());
}

Result<HttpCall> NodeWorkerState::route(const CallRequest& request) const {
  if (const auto* http = std::get_if<HttpCall>(&request.what)) {
    return with_key(*http, request.idempotency_key);
  }
  return route_channel(std::get<ChannelCall>(request.what), request.idempotency_key);
}

bool NodeWorkerState::goes_to_console(const CallEffect& effect) const {
  const auto* message = std::get_if<ChannelCall>(&effect.request.what);
  if (message == nullptr) return false;
  if (house->settings.channels.contains(message->channel)) return false;
  return message->channel == console || house->settings.channel_fallback_console;
}

void NodeWorkerState::take(CallTask task) {
  if (goes_to_console(*task.effect)) return print(task);
  std::string host;
  if (const auto* http = std::get_if<HttpCall>(&task.effect->request.what)) {
    host = host_of(http->url);
  } else {
    host = std::get<ChannelCall>(task.effect->request.what).channel;
  }
  queue->push(std::move(host), std::move(task));
  pump();
}

void NodeWorkerState::pump() {
  while (auto item = queue->pop()) perform(std::move(*item));
}

void NodeWorkerState::perform(CallQueue::Item item) {
  const CallRequest& request = item.task.effect->request;
  Result<HttpCall> call = route(request);
  if (!call) {
    queue->closed(item.host);
    return give_back(item.task, node_error_of(call.error()));
  }
  const std::uint64_t ticket = ++last_ticket;
  const Duration timeout = request.timeout;
  open.emplace(ticket, std::move(item));
  house->outside.outbound.perform(
      std::move(*call), timeout, [bridge = bridge, ticket](Result<CallReply> result) {
        bridge->deliver(CallDone{ticket, std::make_shared<Result<CallReply>>(std::move(result))});
      });
}

void NodeWorkerState::done(const CallDone& done) {
  const auto found = open.find(done.ticket);
  if (found == open.end()) return;
  const CallQueue::Item item = std::move(found->second);
  open.erase(found);
  queue->closed(item.host);
  if (Result<CallReply>& result = *done.result; result) {
    for (auto& [field, value] : result->headers)
      if (house->settings.redaction->hides_header(field)) value = redacted_text;
    give_back(item.task, std::move(*result));
  } else {
    give_back(item.task, node_error_of(result.error()));
  }
  pump();
}

void NodeWorkerState::print(const CallTask& task) {
  const CallRequest& request = task.effect->request;
  const auto& message = std::get<ChannelCall>(request.what);
  const std::string text = house->settings.redaction->redacted(print_json(message.message));
  log(LogLevel::info, "channel.console",
      {{"channel", message.channel}, {"key", request.idempotency_key}, {"message", text}});
  CallReply reply;
  reply.status = 200;
  reply.headers = {{"content-type", "application/json"}};
  reply.body = "{\"status\":\"sent\"}";
  give_back(task, std::move(reply));
}

void NodeWorkerState::give_back(const CallTask& task, CallResult result) {
  auto returned = std::make_shared<CallReturned>();
  returned->run = task.effect->run;
  returned->attempt = task.effect->attempt;
  returned->result = std::move(result);
  self->send(task.execution, std::move(returned));
}

node_worker_actor::behavior_type node_worker(
    node_worker_actor::stateful_pointer<NodeWorkerState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  NodeWorkerState& state = self->state;
  state.house = house;
  state.bridge = std::make_shared<Bridge<node_worker_actor>>(node_worker_actor(self));
  state.queue.emplace(house->settings.calls_max, house->settings.calls_per_host_max);
  return {
      [self](const CallTask& task) { self->state.take(task); },
      [self](const CallDone& done) { self->state.done(done); },
  };
}

}  // namespace millrace::actors
