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
};

/// Submits each of `starts` and answers when every run has begun (at once when there is none). If
/// one was refused the whole call is: sending it again begins what is missing, and nothing else as
/// far as the starts have keys.
void begin_all(const Services& services, const MatchedPtr& matched, std::vector<Start> starts,
               Respond respond);

/// 202 `{data: {execution_ids}, meta}`: the outcomes in the order of the starts. Repeats the first
/// answer where every one of them is a duplicate.
Response begun_answer(const std::vector<TriggerOutcome>& outcomes, const Request& request);

}  // namespace millrace::http
