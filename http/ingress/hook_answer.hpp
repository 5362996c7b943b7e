// What the caller of a webhook is told. Pure. Source: decisions «HTTP», response_mode.
#pragma once

#include "http/message.hpp"
#include "runtime/ports/gateway.hpp"

namespace millrace::http {

/// - immediate, or the deadline has passed: 202 `{"execution_id": …}`.
/// - on_complete: 200 with the output; a run that did not complete: 500 with its id and status.
/// - respond_node: the node's answer; a run that ended without one is told as on_complete.
Response hook_answer(ResponseMode mode, const TriggerOutcome& outcome);

/// The flow's own `response`, told in place of the 202 of `immediate`.
Response hook_answer(Answer own, const TriggerOutcome& outcome);

}  // namespace millrace::http
