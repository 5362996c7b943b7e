// A replay's trigger, read from the first record of the run that it repeats.
#include "runtime/engine/replay.hpp"

#include "runtime/base/json_merge.hpp"
#include "runtime/engine/codec_parts.hpp"
#include "runtime/engine/kept.hpp"

#include <utility>

namespace millrace {
namespace {

/// A plain copy of a value lives in the arena of its document, and would outlive it here.
JsonDocumentPtr merged(const JsonDocument& payload, const Json& inputs) {
  Json target(payload.root, boost::json::storage_ptr());
  return make_document(merge_patch(std::move(target), inputs));
}

}  // namespace

Result<Trigger> make_replay(const ExecutionSummary& origin, std::span<const TurnRecord> records,
                            ProgramPtr program, const ReplayWish& wish) {
  const bool has_began = !records.empty() && !records.front().changes.empty() &&
                         std::holds_alternative<RunBegan>(records.front().changes.front());
  if (!has_began) return Error{ErrorCode::corrupt, "the records of the run have no begin"};
  const auto& began = std::get<RunBegan>(records.front().changes.front());
  const bool needs_inputs = began.trigger_type == TriggerType::webhook && !wish.from_failed_node;
  if (needs_inputs && !wish.override_inputs) {
    return Error{ErrorCode::validation,
                 "a webhook's signature is good for one use: pass override_inputs"};
  }
  auto payload = parse_document(began.payload, own_json_limits());
  if (!payload) return Error{ErrorCode::corrupt, "the payload of the run is not JSON"};
  Trigger trigger;
  trigger.workspace = origin.workspace;
  trigger.program = std::move(program);
  trigger.type = began.trigger_type;
  trigger.contact = began.contact;
  trigger.channel = began.channel;
  trigger.message_id = began.message_id;
  trigger.replay_of = origin.id;
  trigger.payload =
      wish.override_inputs ? merged(**payload, *wish.override_inputs) : std::move(*payload);
  if (wish.from_failed_node) {
    auto kept = changes_before_failure(records);
    if (!kept) return Error{ErrorCode::validation, kept.error().message};
    trigger.kept = std::make_shared<const KeptChanges>(std::move(*kept));
  }
  return trigger;
}

}  // namespace millrace
