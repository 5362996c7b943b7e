// What the caller of a webhook is told.
#include "http/ingress/hook_answer.hpp"

#include "http/dialects/idempotency.hpp"
#include "http/dialects/json_writer.hpp"

#include <utility>

namespace millrace::http {
namespace {

Response accepted(const std::string& execution) {
  Response response;
  response.status = 202;
  response.body = "{\"execution_id\":\"" + execution + "\"}";
  return response;
}

Response node_answer(Answer answer) {
  Response response;
  response.status = answer.status;
  response.headers = std::move(answer.headers);
  response.content_type = std::move(answer.content_type);
  response.body = std::move(answer.body);
  return response;
}

Response finished(const std::string& execution, const TriggerOutcome& outcome) {
  Response response;
  if (outcome.status == RunStatus::completed) {
    response.body = outcome.output.empty() ? "null" : outcome.output;
    return response;
  }
  response.status = 500;
  JsonWriter json;
  json.open_object().key("execution_id").text(execution);
  response.body = json.key("status").text(to_string(outcome.status)).close_object().take();
  return response;
}

}  // namespace

Response hook_answer(ResponseMode mode, const TriggerOutcome& outcome) {
  const std::string execution = "exec_" + to_base62(outcome.execution.id);
  Response response;
  if (mode == ResponseMode::immediate) {
    response = accepted(execution);
  } else {
    if (outcome.answer) {
      response = node_answer(*outcome.answer);
    } else if (outcome.deadline_passed || !has_ended(outcome.status)) {
      response = accepted(execution);
    } else {
      response = finished(execution, outcome);
    }
    response.headers.emplace_back("X-Execution-Id", execution);
  }
  if (outcome.duplicate) mark_replayed(response);
  return response;
}

Response hook_answer(Answer own, const TriggerOutcome& outcome) {
  Response response = node_answer(std::move(own));
  response.headers.emplace_back("X-Execution-Id", "exec_" + to_base62(outcome.execution.id));
  if (outcome.duplicate) mark_replayed(response);
  return response;
}

}  // namespace millrace::http
