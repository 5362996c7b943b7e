// Changes of the windows in which events wait for a pause.
#include "storage/changes.hpp"

#include <utility>

namespace millrace::storage {

/// Inserts the name of one that is new.
Result<std::optional<ChangeOutcome>> Changes::known_event(const DebounceEvent& change) {
  if (change.name.empty()) return std::optional<ChangeOutcome>();
  const Key key = dedup_key(DedupKind::debounced, change.flow.id, change.name);
  const auto known = dedup_.find(key, moment_.now);
  if (!known) return known.error();
  if (!*known) {
    dedup_.insert(key, {change.fingerprint, change.expires, {}, change.memo});
    return std::optional<ChangeOutcome>();
  }
  if ((*known)->fingerprint != change.fingerprint)
    return Error{ErrorCode::idempotency_mismatch, "the key was used for another request"};
  auto window = debounces_.window(change.flow, change.contact);
  if (!window) return window.error();
  ChangeOutcome outcome;
  outcome.replayed = true;
  outcome.stored_answer = (*known)->text;
  outcome.debounced = *window;
  return std::optional(std::move(outcome));
}

Result<ChangeOutcome> Changes::apply(const DebounceEvent& change) {
  if (!published(change.flow)) return Error{ErrorCode::not_published, "the flow is not published"};
  auto known = known_event(change);
  if (!known) return known.error();
  if (*known) return std::move(**known);
  const auto window = debounces_.add(change);
  if (!window) return window.error();
  wrote_ = true;
  ChangeOutcome outcome;
  outcome.debounced = *window;
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const DropDebounce& change) {
  if (auto dropped = debounces_.settle(change.window); !dropped) return dropped.error();
  wrote_ = true;
  return ChangeOutcome{};
}

}  // namespace millrace::storage
