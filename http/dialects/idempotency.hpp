// Idempotency-Key: the same request again gets the same answer. Source: contracts «Cross-cutting».
#pragma once

#include "http/message.hpp"
#include "runtime/base/crypto.hpp"
#include "runtime/base/error.hpp"
#include "runtime/flow/catalog.hpp"
#include "runtime/ports/gateway.hpp"

#include <optional>
#include <string>

namespace millrace::http {

struct IdempotencyKey {
  std::string key;
  Sha256 fingerprint{};  ///< of workspace, dialect, method, path and body
};

/// Nothing without the header (or with an empty one). Error: validation, when the key is too long.
Result<std::optional<IdempotencyKey>> idempotency_key(const Request& request,
                                                      WorkspaceNumber workspace, Dialect dialect);

/// Marks an answer that repeats an earlier one.
void mark_replayed(Response& response);

/// What an answer says of its own request. A duplicate answers with the first one's.
struct AnswerMeta {
  std::string request_id;
  std::string timestamp;  ///< RFC 3339
};
AnswerMeta meta_of(const Request& request);

/// What is kept beside a trigger key, so that a duplicate is answered with the same bytes.
struct TriggerMemo {
  AnswerMeta meta;
  std::uint32_t flow_version = 0;
};
std::string to_memo(const TriggerMemo& memo);
TriggerMemo read_memo(std::string_view memo);

/// What the answer to `outcome` says: of its own request, or of a duplicate what the first one's
/// said.
TriggerMemo memo_of(const TriggerOutcome& outcome, const Request& request);

}  // namespace millrace::http
