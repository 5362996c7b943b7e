// Idempotency-Key: reading it, fingerprinting its request, repeating its answer.
#include "http/dialects/idempotency.hpp"

#include <algorithm>
#include <charconv>

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

std::string to_memo(const TriggerMemo& memo) {
  return memo.meta.request_id + ' ' + memo.meta.timestamp + ' ' + std::to_string(memo.flow_version);
}

TriggerMemo read_memo(std::string_view memo) {
  const auto first = std::min(memo.find(' '), memo.size());
  const auto second = std::min(memo.find(' ', first + 1), memo.size());
  TriggerMemo read;
  read.meta.request_id = memo.substr(0, first);
  if (first < memo.size()) read.meta.timestamp = memo.substr(first + 1, second - first - 1);
  if (second < memo.size()) {
    std::from_chars(memo.data() + second + 1, memo.data() + memo.size(), read.flow_version);
  }
  return read;
}

TriggerMemo memo_of(const TriggerOutcome& outcome, const Request& request) {
  if (outcome.duplicate) return read_memo(outcome.memo);
  return {meta_of(request), outcome.flow_version};
}

}  // namespace millrace::http
