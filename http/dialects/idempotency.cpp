// Idempotency-Key: reading it, fingerprinting its request, repeating its answer.
#include "http/dialects/idempotency.hpp"

namespace millrace::http {

Result<std::optional<IdempotencyKey>> idempotency_key(const Request& request,
                                                      WorkspaceNumber workspace, Dialect dialect) {
  const auto key = request.header("idempotency-key");
  if (key.empty()) return std::optional<IdempotencyKey>{};
  if (key.size() > limits::idempotency_key_chars_max) {
    return Error{ErrorCode::validation,
                 "Idempotency-Key is longer than " +
                     std::to_string(limits::idempotency_key_chars_max) + " characters",
                 "Idempotency-Key"};
  }
  const Sha256 body = sha256(request.body);
  std::string told = std::to_string(static_cast<std::uint32_t>(workspace));
  for (const std::string_view part :
       {to_string(dialect), std::string_view(request.method), std::string_view(request.path)}) {
    told += '\n';
    told += part;
  }
  told += '\n';
  told.append(reinterpret_cast<const char*>(body.data()), body.size());
  return std::optional(IdempotencyKey{std::string(key), sha256(told)});
}

void mark_replayed(Response& response) {
  response.headers.emplace_back("Idempotency-Replayed", "true");
}

AnswerMeta meta_of(const Request& request) {
  return {request.request_id, to_rfc3339(request.received)};
}

std::string to_memo(const AnswerMeta& meta) { return meta.request_id + ' ' + meta.timestamp; }

AnswerMeta meta_from_memo(std::string_view memo) {
  const auto blank = memo.find(' ');
  if (blank == std::string_view::npos) return {std::string(memo), {}};
  return {std::string(memo.substr(0, blank)), std::string(memo.substr(blank + 1))};
}

AnswerMeta meta_of(const TriggerOutcome& outcome, const Request& request) {
  return outcome.duplicate ? meta_from_memo(outcome.memo) : meta_of(request);
}

}  // namespace millrace::http
