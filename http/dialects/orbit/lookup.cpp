// Finding the flow that a path names, and compiling it.
#include "http/dialects/orbit/lookup.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"

#include <charconv>

namespace millrace::http::orbit {

std::optional<FlowId> flow_in_path(const Matched& matched) {
  const auto id = parse_id(matched.capture("id"));
  if (!id) return std::nullopt;
  return FlowId{*id};
}

OrbitError no_such_flow() { return {404, "NOT_FOUND", "no such flow"}; }

OrbitError no_such_version() { return {404, "NOT_FOUND", "no such flow version"}; }

OrbitError no_such_execution() { return {404, "EXECUTION_NOT_FOUND", "no such execution"}; }

Response render_missing_execution(const Request& request, const Error& error) {
  if (error.code == ErrorCode::not_found) return render(request, no_such_execution());
  return render_error(request, error);
}

OrbitError already_finished(RunStatus status) {
  return {409, "EXECUTION_ALREADY_FINISHED", "the execution has ended",
          JsonWriter().open_object().key("status").text(to_string(status)).close_object().take()};
}

OrbitResult<std::optional<TriggerKey>> trigger_key(const Matched& matched,
                                                   std::uint32_t flow_version) {
  auto key = idempotency_key(matched.request, matched.key->workspace, Dialect::orbit);
  if (!key) {
    OrbitError error = from_error(key.error());
    error.status = 400;
    return error;
  }
  if (!*key) return std::optional<TriggerKey>{};
  return std::optional(TriggerKey{"key:" + (*key)->key, (*key)->fingerprint,
                                  to_memo({meta_of(matched.request), flow_version})});
}

OrbitError version_archived() {
  return {409, "FLOW_VERSION_ARCHIVED", "the version is archived; restore it first"};
}

std::optional<std::uint32_t> version_in_path(const Matched& matched) {
  const auto text = matched.capture("version");
  std::uint32_t version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  return whole && version > 0 ? std::optional(version) : std::nullopt;
}

OrbitError version_conflict(std::uint32_t expected, std::uint32_t current) {
  JsonWriter details;
  details.open_object().key("expected").number(expected).key("current").number(current);
  return {409, "FLOW_VERSION_CONFLICT", "the flow has been changed since; read it and try again",
          details.close_object().take()};
}

OrbitResult<FoundFlow> find_flow(const Services& services, const Matched& matched, FlowId id) {
  auto flow = services.archive->flow(matched.key->workspace, id);
  if (!flow) return no_such_flow();
  auto newest = services.archive->version(id, flow->version);
  if (!newest) {
    return from_error({ErrorCode::corrupt, "the newest version of a flow is missing"});
  }
  return FoundFlow{std::move(*flow), std::move(*newest)};
}

CompiledFlow compiled_version(const StoredFlowVersion& version) {
  const auto definition = parse_json(version.definition);
  if (!definition) {
    CompiledFlow broken;
    broken.problems.error("$", "INVALID_JSON", definition.error().message);
    return broken;
  }
  return compile_flow(version.flow, version.version, version.name, version.trigger_type,
                      *definition);
}

Problems problems_of(const StoredFlowVersion& version) {
  return compiled_version(version).problems;
}

OrbitError not_publishable(const Problems& problems) {
  const auto count = problems.errors.size();
  return {422, "VALIDATION_ERROR",
          "the definition has " + std::to_string(count) + (count == 1 ? " error" : " errors"),
          problem_details(problems)};
}

}  // namespace millrace::http::orbit
