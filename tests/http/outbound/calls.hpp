// Calls through a real outbound client, waited for. A watchdog of 20 s turns a lost answer into a
// failure.
#pragma once

#include "http/outbound/outbound.hpp"
#include "tests/http/outbound/peer.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

namespace millrace::http::test {

inline std::future<Result<CallReply>> begin_call(Outbound& outbound, HttpCall call,
                                                 Duration timeout = Duration(15'000)) {
  auto promise = std::make_shared<std::promise<Result<CallReply>>>();
  auto future = promise->get_future();
  outbound.perform(std::move(call), timeout,
                   [promise](Result<CallReply> result) { promise->set_value(std::move(result)); });
  return future;
}

inline Result<CallReply> wait_for(std::future<Result<CallReply>> future) {
  if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
    ADD_FAILURE() << "the call was never answered";
    return Error{};
  }
  return future.get();
}

inline Result<CallReply> call_now(Outbound& outbound, HttpCall call,
                                  Duration timeout = Duration(15'000)) {
  return wait_for(begin_call(outbound, std::move(call), timeout));
}

inline HttpCall get(std::string url) {
  HttpCall call;
  call.method = "GET";
  call.url = std::move(url);
  return call;
}

/// What came of a call in one word: the status, or the rule, or the code of its error.
inline std::string outcome(const Result<CallReply>& result) {
  if (result) return std::to_string(result->status);
  const std::string& message = result.error().message;
  constexpr std::string_view before = "refused by egress rule ";
  if (result.error().code != ErrorCode::egress_refused) {
    return std::string(to_string(result.error().code)) + ": " + message;
  }
  if (!message.starts_with(before)) return "a refusal without a rule: " + message;
  return message.substr(before.size(), message.find(':') - before.size());
}

inline OutboundSettings allowing(const char* cidr) {
  OutboundSettings settings;
  if (const auto range = parse_cidr(cidr)) settings.policy.allow.push_back(*range);
  return settings;
}

}  // namespace millrace::http::test
