// Node runs that have ended are kept with all their changes, others are left out with all of
// theirs.
#include "runtime/engine/kept.hpp"

#include <set>
#include <utility>

namespace millrace {
namespace {

/// The node run that ended the run by failing: its end stands right before the run's.
const NodeEnded* failed_node(std::span<const Change* const> changes) {
  if (changes.size() < 2) return nullptr;
  const auto* end = std::get_if<RunEnded>(changes.back());
  const auto* node = std::get_if<NodeEnded>(changes[changes.size() - 2]);
  if (end == nullptr || end->status != RunStatus::failed || node == nullptr) return nullptr;
  const bool failed = node->status == NodeRunStatus::failed && node->taken.empty();
  return failed ? node : nullptr;
}

/// Which node run a change is a step of; nothing: it is one of the whole run.
std::optional<NodeRunKey> node_run_of(const Change& change) {
  if (const auto* call = std::get_if<CallOpened>(&change)) return call->run;
  if (const auto* rest = std::get_if<SleepOpened>(&change)) return rest->run;
  if (const auto* attempt = std::get_if<AttemptFailed>(&change)) return attempt->run;
  if (const auto* ended = std::get_if<NodeEnded>(&change)) return ended->run;
  return std::nullopt;
}

}  // namespace

Result<KeptChanges> changes_before_failure(std::span<const TurnRecord> records) {
  std::vector<const Change*> all;
  for (const TurnRecord& record : records) {
    for (const Change& change : record.changes) all.push_back(&change);
  }
  const NodeEnded* failed = failed_node(all);
  if (failed == nullptr) {
    return Error{ErrorCode::validation, "the run was not failed by one of its nodes"};
  }
  std::set<NodeRunKey> ended;
  for (const Change* change : all) {
    const auto* node = std::get_if<NodeEnded>(change);
    if (node != nullptr && node != failed) ended.insert(node->run);
  }
  KeptChanges kept;
  for (const Change* change : all) {
    const auto run = node_run_of(*change);
    if (run && ended.contains(*run)) kept.changes.push_back(*change);
  }
  return kept;
}

}  // namespace millrace
