// Orbit's live events. What a record holds only by reference is left out: the execution's trace has
// it.
#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"

namespace millrace::http::orbit {
namespace {

bool is_of_node(LiveEventType type) {
  return type == LiveEventType::node_started || type == LiveEventType::node_completed ||
         type == LiveEventType::node_failed;
}

void write_times(JsonWriter& json, Timestamp started, std::optional<Timestamp> ended) {
  json.key("started_at").time(started).key("ended_at").time(ended).key("duration_ms");
  if (ended) {
    json.number((*ended - started).count());
  } else {
    json.null();
  }
}

void write_values(JsonWriter& json, const LiveEvent& event) {
  if (event.request != nullptr) {
    json.key("input").raw(shown_request(*event.request));
  } else if (!event.input.empty()) {
    json.key("input").raw(shown_value(std::string(event.input)));
  }
  if (!event.output.empty()) json.key("output").raw(shown_value(std::string(event.output)));
  if (event.error != nullptr) json.key("error").raw(print_json(to_json(*event.error)));
}

}  // namespace

std::string event_id(ExecutionId execution, std::uint32_t turn, std::uint32_t index) {
  return "evt_" + to_base62(execution.id) + "_" + std::to_string(turn) + "_" +
         std::to_string(index);
}

std::string live_event(const FeedTurn& turn, const LiveEvent& event) {
  const ExecutionSummary& summary = turn.summary;
  JsonWriter json;
  json.open_object().key("id").text(event_id(summary.id, turn.record->turn, event.index));
  json.key("type").text(to_string(event.type)).key("created_at").time(turn.record->at);
  json.key("data").open_object().key("execution_id").text(spell(summary.id));
  json.key("flow_id").text(spell(summary.flow)).key("flow_version").number(summary.flow_version);
  json.key("status").text(event.status);
  if (is_of_node(event.type)) {
    json.key("node_id").text_or_null(event.node_id);
    json.key("node_type").text_or_null(event.node_type);
    json.key("iteration").number(event.iteration).key("attempt").number(event.attempt);
  } else {
    json.key("trigger_type").text(to_string(summary.trigger_type));
  }
  write_times(json, event.started.value_or(summary.started), event.ended);
  write_values(json, event);
  return json.close_object().close_object().take();
}

std::string stream_control(std::string_view type, Timestamp at, std::string_view details) {
  JsonWriter json;
  json.open_object().key("type").text(type).key("created_at").time(at);
  return json.key("data").raw(details).close_object().take();
}

}  // namespace millrace::http::orbit
