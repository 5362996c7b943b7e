// Orbit's answers about flows.
#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/envelope.hpp"

namespace millrace::http::orbit {
namespace {

void write_flow_members(JsonWriter& json, const StoredFlow& flow) {
  json.key("id").text(spell(flow.id)).key("name").text(flow.name);
  json.key("trigger_type").text(to_string(flow.trigger_type));
  json.key("status").text(flow.published_version == 0 ? "draft" : "published");
  json.key("version").number(flow.version).key("published_version");
  if (flow.published_version == 0) {
    json.null();
  } else {
    json.number(flow.published_version);
  }
  json.key("created_at").time(flow.created).key("updated_at").time(flow.updated);
}

void write_version_members(JsonWriter& json, const StoredFlow& flow,
                           const StoredFlowVersion& version) {
  const bool published = version.version == flow.published_version;
  json.key("flow_id").text(spell(flow.id)).key("version").number(version.version);
  json.key("status").text(published ? "published" : version.archived ? "archived" : "draft");
  json.key("name").text(version.name).key("trigger_type").text(to_string(version.trigger_type));
  json.key("created_at").time(version.created).key("archived_at").time(version.archived);
}

void write_schedule(JsonWriter& json, const ScheduleView& schedule) {
  json.key("schedule").open_object().key("timezone").text(schedule.timezone);
  json.key("next_fires").open_array();
  for (const Timestamp fire : schedule.next_fires) json.time(fire);
  json.close_array().close_object();
}

}  // namespace

std::string spell(FlowId flow) { return "flw_" + to_base62(flow.id); }

std::string flow_answer(const StoredFlow& flow, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  write_flow_members(json, flow);
  json.close_object();
  return close_with_meta(json, meta);
}

std::string flow_answer(const StoredFlow& flow, const StoredFlowVersion& newest,
                        const AnswerMeta& meta, const std::optional<ScheduleView>& schedule) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  write_flow_members(json, flow);
  if (schedule) write_schedule(json, *schedule);
  json.key("definition").raw(newest.definition).close_object();
  return close_with_meta(json, meta);
}

std::string published_answer(const StoredFlow& flow, const Problems& problems,
                             const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  write_flow_members(json, flow);
  json.key("warnings");
  write_problems(json, problems.warnings);
  json.close_object();
  return close_with_meta(json, meta);
}

std::string validated_answer(const Problems& problems, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  json.key("valid").boolean(problems.errors.empty()).key("errors");
  write_problems(json, problems.errors);
  json.key("warnings");
  write_problems(json, problems.warnings);
  json.close_object();
  return close_with_meta(json, meta);
}

std::string problem_details(const Problems& problems) {
  JsonWriter json;
  json.open_object().key("errors");
  write_problems(json, problems.errors);
  json.key("warnings");
  write_problems(json, problems.warnings);
  return json.close_object().take();
}

std::string flows_answer(const Page<StoredFlow>& page, const std::string& cursor,
                         const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_array();
  for (const auto& flow : page.rows) {
    json.open_object();
    write_flow_members(json, flow);
    json.close_object();
  }
  json.close_array();
  return close_with_page(json, meta, cursor, page.has_more);
}

std::string version_answer(const StoredFlow& flow, const StoredFlowVersion& version,
                           const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  write_version_members(json, flow, version);
  json.key("definition").raw(version.definition).close_object();
  return close_with_meta(json, meta);
}

std::string versions_answer(const Page<StoredFlowVersion>& page, const StoredFlow& flow,
                            const std::string& cursor, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_array();
  for (const auto& version : page.rows) {
    json.open_object();
    write_version_members(json, flow, version);
    json.close_object();
  }
  json.close_array();
  return close_with_page(json, meta, cursor, page.has_more);
}

}  // namespace millrace::http::orbit
