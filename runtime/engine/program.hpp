// A flow version ready to run: its graph, the compiled decision part of every node, edge
// conditions, retry policies, trigger options. Immutable, shared by all its runs, thread-safe.
#pragma once

#include "runtime/base/ids.hpp"
#include "runtime/engine/retry.hpp"
#include "runtime/expr/condition.hpp"
#include "runtime/flow/plan.hpp"
#include "runtime/flow/trigger_options.hpp"
#include "runtime/nodes/node_kind.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

struct Intake;  // intake.hpp

enum class OnError : std::uint8_t { fail, continue_run, branch };

struct ProgramNode {
  const NodeKind* kind = nullptr;
  std::shared_ptr<const CompiledNode> decide;  ///< null for the trigger and for disabled nodes
  OnError on_error = OnError::fail;
  RetryPolicy retry;
  Duration timeout{limits::node_timeout_default};
  std::string save_as;                            ///< empty: not saved
  std::optional<expr::Template> idempotency_key;  ///< when the flow gives its own
  bool disabled = false;
  bool calls_out = false;  ///< its decision part is given an idempotency key
};

struct Program {
  FlowId flow;
  std::uint32_t version = 0;
  std::string flow_name;
  Plan plan;
  std::vector<ProgramNode> nodes;                               ///< parallel to plan.nodes
  std::vector<std::optional<expr::Condition>> edge_conditions;  ///< parallel to plan.edges
  TriggerOptions trigger;
  std::shared_ptr<const Intake> intake;  ///< null: the trigger computes nothing
  std::optional<expr::Template> output;  ///< settings.output
  std::optional<Duration> max_duration;  ///< settings.max_duration_seconds → timed_out
  std::optional<Duration> ttl;           ///< settings.ttl_seconds → cancelled
};
using ProgramPtr = std::shared_ptr<const Program>;

struct CompiledFlow {
  ProgramPtr program;  ///< null when there is any error
  Problems problems;
};

/// Validates everything and compiles. `definition` is the client's JSON in canonical shape
/// (`{nodes, edges, settings?}`); problem paths start with `$`. Pure; the same input gives the same
/// program.
CompiledFlow compile_flow(FlowId flow, std::uint32_t version, std::string_view name,
                          TriggerType trigger_type, const Json& definition);

}  // namespace millrace
