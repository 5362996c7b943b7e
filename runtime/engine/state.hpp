// All that an execution remembers, and the one function that changes it. Deciding and replaying
// both go through apply(), so the state is a function of the records alone.
#pragma once

#include "runtime/engine/execution.hpp"
#include "runtime/engine/tokens.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What the last ended run of a node left behind.
struct NodeResult {
  std::uint32_t iteration = 0;
  NodeRunStatus status = NodeRunStatus::running;  ///< running: none has ended
  OutputPtr output;
  std::shared_ptr<const NodeError> error;
};

/// Roots of expressions that are built when first asked for; never part of the state.
struct ScopeCache {
  std::optional<Json> execution;
  std::optional<Json> flow;
  std::optional<Json> nodes;
  std::vector<NodeIndex> changed;  ///< since `nodes` was brought up to date
};

struct RunState {
  RunState(ExecutionId execution_id, ProgramPtr run_program);

  ExecutionId id;
  ProgramPtr program;
  EnvPtr env;  ///< handed in; never recorded
  Tokens tokens;
  std::vector<NodeResult> results;  ///< parallel to plan.nodes
  JsonDocumentPtr payload;
  TriggerType trigger_type = TriggerType::api;
  std::string channel;
  Json vars;  ///< an object
  RunStatus status = RunStatus::pending;
  std::uint32_t turns = 0;
  std::uint32_t node_runs = 0;
  std::uint64_t value_bytes = 0;  ///< of outputs and assigned values recorded so far
  Timestamp started{};
  bool answered = false;
  bool cancelled = false;  ///< an `end` said so
  bool paused = false;
  OutputPtr end_output;  ///< of the last `end`
  std::optional<NodeError> error;
  std::string output;
  ScopeCache cache;
};

/// Makes the change at time `at`. `output` is the parsed form of a NodeEnded's output text where
/// the caller has it. Error: corrupt, when the change does not fit the state; the state is then
/// unusable.
Result<void> apply(RunState& state, const Change& change, Timestamp at, const OutputPtr& output);

/// The output of a disabled node: its input as it is, several as an object by node id.
OutputPtr passed_through(const Plan& plan, std::span<const Token> inputs);

/// Assignments change variables here; see README for what each mode does to each type.
void assign(JsonObject& vars, const Assignment& assignment);

/// Bytes of the value's text, nearly; nothing when it is deeper than limits::value_depth_max.
std::optional<std::size_t> measure(const Json& value);

/// All sleeps, retries and caps: when something is due next.
std::optional<Timestamp> next_wake(const RunState& state);

}  // namespace millrace
