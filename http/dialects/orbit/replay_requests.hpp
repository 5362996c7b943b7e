// Orbit's replay, read into neutral form, and the trigger that it makes of an earlier run. Pure.
// Source: contracts «Orbit», replay; the published executions page.
#pragma once

#include "http/dialects/orbit/body.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "runtime/engine/replay.hpp"

#include <span>
#include <string_view>

namespace millrace::http::orbit {

/// `{use_latest_version?, override_inputs?, from?}`, or nothing at all. 422 for what does not go
/// together: from the failed node the inputs and the version are the first run's.
OrbitResult<ReplayWish> read_replay(std::string_view body);
/// The same members of a body that has others too.
OrbitResult<ReplayWish> read_replay_members(const Body& body);

/// What starts the new run; `program` is of the version that was asked for. `records` are all of
/// the first run. Errors: EXECUTION_REPLAY_NOT_REPLAYABLE.
OrbitResult<Trigger> replay_trigger(const ExecutionSummary& origin,
                                    std::span<const TurnRecord> records, ProgramPtr program,
                                    const ReplayWish& wish);

}  // namespace millrace::http::orbit
