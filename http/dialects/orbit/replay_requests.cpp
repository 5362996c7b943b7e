// Replays: what is asked, and what it makes of the records of the first run.
#include "http/dialects/orbit/replay_requests.hpp"

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

}  // namespace

OrbitResult<ReplayWish> read_replay(std::string_view text) {
  if (text.empty()) return ReplayWish{};
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"use_latest_version", "override_inputs", "from"});
  if (!known) return known.error();
  return read_replay_members(*body);
}

OrbitResult<ReplayWish> read_replay_members(const Body& body) {
  ReplayWish wish;
  if (const Json* latest = find_member(body.root, "use_latest_version")) {
    if (!latest->is_bool()) {
      return wrong_field("use_latest_version", print_json(*latest), "true or false");
    }
    wish.use_latest_version = latest->get_bool();
  }
  if (const Json* inputs = find_member(body.root, "override_inputs")) {
    if (!inputs->is_object()) {
      return wrong_field("override_inputs", print_json(*inputs), "an object");
    }
    if (!inputs->get_object().empty()) wish.override_inputs = *inputs;
  }
  if (const Json* from = find_member(body.root, "from")) {
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
  auto trigger = make_replay(origin, records, std::move(program), wish);
  if (trigger) return std::move(*trigger);
  const Error error = trigger.error();
  if (error.code != ErrorCode::validation) return from_error(error);
  return OrbitError{422, "EXECUTION_REPLAY_NOT_REPLAYABLE", error.message};
}

}  // namespace millrace::http::orbit
