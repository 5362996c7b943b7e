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
/// 409 with `{expected, current}`. Any thread.
OrbitError version_conflict(std::uint32_t expected, std::uint32_t current);

struct FoundFlow {
  StoredFlow flow;
  StoredFlowVersion newest;
};
/// The caller's flow with its newest version.
OrbitResult<FoundFlow> find_flow(const Services& services, const Matched& matched, FlowId id);

/// The problems of a version as it would be published.
Problems problems_of(const StoredFlowVersion& version);
/// 422 with every error and warning.
OrbitError not_publishable(const Problems& problems);

}  // namespace millrace::http::orbit
