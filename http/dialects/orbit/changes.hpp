// Handing a change of the catalogue to the gateway and its outcome back to the client.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "http/router.hpp"
#include "http/services.hpp"

#include <functional>
#include <string>

namespace millrace::http::orbit {

using FlowChange = decltype(CatalogChange::what);

struct ChangeWish {
  FlowChange what;
  int status = 200;
  /// The answer's body; pure. Runs on the committer's thread where the request has an
  /// Idempotency-Key, so that the answer is stored with the change.
  std::function<std::string(const ChangeOutcome&)> render;
  /// Answers a refused change; the plain rendering of the error when empty.
  std::function<void(const Error&, Respond)> refuse = {};
  bool shows_secret = false;  ///< the answer is stored sealed
};

/// Answers `respond` once, now or later. A POST's Idempotency-Key goes with the change.
void submit_change(const Services& services, const MatchedPtr& matched, ChangeWish wish,
                   Respond respond);

/// A change and what to do with its outcome; no Idempotency-Key. Errors answer `respond`.
void change_then(const Services& services, const MatchedPtr& matched, FlowChange what,
                 std::function<void(const ChangeOutcome&)> next,
                 std::function<void(const Error&, Respond)> refuse, Respond respond);

/// `refusal`, unless the request repeats one that was answered under the same Idempotency-Key: then
/// that answer. For handlers that check before they change, and so may refuse what they once did.
void refuse_unless_replayed(const Services& services, const MatchedPtr& matched, FlowId flow,
                            int status, Response refusal, Respond respond);

}  // namespace millrace::http::orbit
