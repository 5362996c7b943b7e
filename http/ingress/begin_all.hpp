// One call that starts several flows: all are submitted, the caller is answered once.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"
#include "runtime/ports/gateway.hpp"

#include <optional>
#include <vector>

namespace millrace::http {

struct Start {
  Trigger trigger;
  std::optional<TriggerKey> key;
  std::optional<Duration> debounce{};  ///< put on record, to be the last of its window or not
};

/// An event that begins no run by itself.
struct Debounced {
  FlowId flow;
  std::optional<DebounceWindow> window;  ///< nothing: sent again when its run has begun
  bool repeated = false;
  std::string memo;  ///< of a repeated one: the memo of the first
};

/// Submits each of `starts` and answers when every run has begun, or its event is on record (at
/// once when there is none). If one was refused the whole call is: sending it again begins what is
/// missing, and nothing else as far as the starts have keys.
void begin_all(const Services& services, const MatchedPtr& matched, std::vector<Start> starts,
               Respond respond);

/// 202 `{data: {execution_ids, debounced?}, meta}`: the outcomes in the order of the starts.
/// Repeats the meta of the first answer where every one of them is a duplicate.
Response begun_answer(const std::vector<TriggerOutcome>& outcomes, const Request& request,
                      const std::vector<Debounced>& debounced = {});

}  // namespace millrace::http
