// A run without consequences: the real engine on a simulated clock. Waits are over at once, calls
// are written down instead of made, nothing is stored. Pure: the same wish gives the same run.
#pragma once

#include "runtime/engine/execution.hpp"
#include "runtime/engine/trace.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Outputs that nodes are given instead of running: they leave by `default` and do nothing else. A
/// node that calls out still says what it would have asked.
using Pins = std::map<NodeIndex, Json>;

struct DryRunWish {
  Trigger trigger;  ///< with its program and its id
  Pins pins;
  Timestamp now{};  ///< when the simulated clock begins
  EnvPtr env;
  std::function<bool()> out_of_time;  ///< asked before every turn
};

/// A call that would have been made. Values of headers that hold secrets are hidden.
struct WouldCall {
  NodeRunKey run;
  int attempt = 1;
  Timestamp at{};
  bool pinned = false;  ///< else it was answered with the placeholder
  CallRequest request;
};

struct DryRun {
  Trace trace;
  RunStatus status = RunStatus::running;
  Timestamp started{};
  Timestamp ended{};  ///< by the simulated clock
  std::uint32_t node_runs = 0;
  std::optional<NodeError> error;
  std::optional<Answer> answer;
  std::vector<WouldCall> calls;
  std::vector<Problem> warnings;
};

/// The body of the reply that a call without a pin gets. Its status is the first of 200, 201, 202
/// and 204 that the node takes.
inline constexpr std::string_view placeholder_body = R"({"placeholder":true})";

/// Names of nodes to nodes; a problem at `$.pinned.<node>` for each that cannot be pinned.
Pins read_pins(const Program& program, const JsonObject& written, Problems& problems);

/// Error: too_large, when a bound of dry_run_limits.hpp is passed; `path` names it: turns, bytes,
/// time.
Result<DryRun> dry_run(DryRunWish wish);

}  // namespace millrace
