// Replays: what is asked, and what it makes of the records of the first run.
#include "http/dialects/orbit/replay_requests.hpp"

#include "http/dialects/orbit/body.hpp"
#include "runtime/base/json_merge.hpp"
#include "runtime/engine/codec_parts.hpp"
#include "runtime/engine/kept.hpp"

#include <utility>

namespace millrace::http::orbit {
namespace {

OrbitResult<bool> read_from(const Json& value) {
  const auto from = value.is_string() ? std::string_view(value.get_string()) : std::string_view{};
  if (from == "failed_node") return true;
  if (from == "start") return false;
  return wrong_field("from", print_json(value), "start or failed_node");
}

OrbitResult<void> check_together(const ReplayWish& wish) {
  if (!wish.from_failed_node) return {};
  if (wish.override_inputs) {
    return wrong_field("override_inputs", print_json(*wish.override_inputs),
                       "absent with from failed_node: what is kept came of the first inputs");
  }
  if (wish.use_latest_version.value_or(false)) {
    return wrong_field("use_latest_version", "true",
                       "false or absent with from failed_node: what is kept is of that version");
  }
  return {};
}

OrbitError not_replayable(std::string message) {
  return {422, "EXECUTION_REPLAY_NOT_REPLAYABLE", std::move(message)};
}

}  // namespace

OrbitResult<ReplayWish> read_replay(std::string_view text) {
  ReplayWish wish;
  if (text.empty()) return wish;
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"use_latest_version", "override_inputs", "from"});
  if (!known) return known.error();
  if (const Json* latest = find_member(body->root, "use_latest_version")) {
    if (!latest->is_bool()) {
      return wrong_field("use_latest_version", print_json(*latest), "true or false");
    }
    wish.use_latest_version = latest->get_bool();
  }
  if (const Json* inputs = find_member(body->root, "override_inputs")) {
    if (!inputs->is_object()) {
      return wrong_field("override_inputs", print_json(*inputs), "an object");
    }
    if (!inputs->get_object().empty()) wish.override_inputs = *inputs;
  }
  if (const Json* from = find_member(body->root, "from")) {
    const auto from_failed_node = read_from(*from);
    if (!from_failed_node) return from_failed_node.error();
    wish.from_failed_node = *from_failed_node;
  }
  const auto fits = check_together(wish);
  if (!fits) return fits.error();
  return wish;
}

OrbitResult<Trigger> replay_trigger(const ExecutionSummary& origin,
                                    std::span<const TurnRecord> records, ProgramPtr program,
                                    const ReplayWish& wish) {
  const bool has_began = !records.empty() && !records.front().changes.empty() &&
                         std::holds_alternative<RunBegan>(records.front().changes.front());
  if (!has_began) return from_error({ErrorCode::corrupt, "the records of the run have no begin"});
  const auto& began = std::get<RunBegan>(records.front().changes.front());
  const bool needs_inputs = began.trigger_type == TriggerType::webhook && !wish.from_failed_node;
  if (needs_inputs && !wish.override_inputs) {
    return not_replayable("a webhook's signature is good for one use: pass override_inputs");
  }
  auto payload = parse_document(began.payload, own_json_limits());
  if (!payload) return from_error({ErrorCode::corrupt, "the payload of the run is not JSON"});
  Trigger trigger;
  trigger.workspace = origin.workspace;
  trigger.program = std::move(program);
  trigger.type = began.trigger_type;
  trigger.contact = began.contact;
  trigger.channel = began.channel;
  trigger.message_id = began.message_id;
  trigger.replay_of = origin.id;
  trigger.payload = wish.override_inputs
                        ? make_document(merge_patch((*payload)->root, *wish.override_inputs))
                        : std::move(*payload);
  if (wish.from_failed_node) {
    auto kept = changes_before_failure(records);
    if (!kept) return not_replayable(kept.error().message);
    trigger.kept = std::make_shared<const KeptChanges>(std::move(*kept));
  }
  return trigger;
}

}  // namespace millrace::http::orbit
