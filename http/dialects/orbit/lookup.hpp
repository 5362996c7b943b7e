// Finding the flow that a path names, and compiling it. On the archive's thread unless said
// otherwise.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "http/router.hpp"
#include "http/services.hpp"
#include "runtime/engine/program.hpp"

#include <optional>

namespace millrace::http::orbit {

/// The id in the path; any thread. Nothing when it is malformed: answered like a missing one.
std::optional<FlowId> flow_in_path(const Matched& matched);
/// 404, the same for missing, foreign and malformed ids. Any thread.
OrbitError no_such_flow();
OrbitError no_such_execution();
OrbitError no_such_version();
/// The execution could not be read: that 404, or what else went wrong. Any thread.
Response render_missing_execution(const Request& request, const Error& error);
/// 409: a run that has ended can no more be cancelled, paused or resumed. Any thread.
OrbitError already_finished(RunStatus status);
/// 409: the version was put away, and must be restored first. Any thread.
OrbitError version_archived();
/// The version number in the path; any thread. Nothing when it is none.
std::optional<std::uint32_t> version_in_path(const Matched& matched);
/// 409 with `{expected, current}`. Any thread.
OrbitError version_conflict(std::uint32_t expected, std::uint32_t current);

/// The request's Idempotency-Key as that of a trigger, if it has one. Any thread.
OrbitResult<std::optional<TriggerKey>> trigger_key(const Matched& matched,
                                                   std::uint32_t flow_version);

struct FoundFlow {
  StoredFlow flow;
  StoredFlowVersion newest;
};
/// The caller's flow with its newest version.
OrbitResult<FoundFlow> find_flow(const Services& services, const Matched& matched, FlowId id);

/// A version as it would be published, ready to run unless it has errors.
CompiledFlow compiled_version(const StoredFlowVersion& version);
/// Its problems alone.
Problems problems_of(const StoredFlowVersion& version);
/// 422 with every error and warning.
OrbitError not_publishable(const Problems& problems);

}  // namespace millrace::http::orbit
