// The trace of an execution, read back from its records: node runs in order, with input and output.
#pragma once

#include "runtime/engine/record.hpp"

#include <span>
#include <vector>

namespace millrace {

struct NodeRunView {
  std::string node_id;
  std::string node_type;
  std::uint32_t iteration = 0;
  NodeRunStatus status = NodeRunStatus::running;
  int attempt = 1;
  std::string input;   ///< JSON text; the rendered request for kinds that call out
  std::string output;  ///< JSON text; empty: none (yet)
  Timestamp started{};
  std::optional<Timestamp> ended;
  std::optional<NodeError> error;
};

struct Trace {
  std::string trigger_payload;  ///< JSON text
  std::vector<NodeRunView> node_runs;
  std::string output;  ///< of the run; JSON text; empty: none
};

/// `records` in turn order, from turn 0. References are resolved; values larger than the trace
/// limit are replaced by `{"truncated":true,"bytes":N,"sha256":"…"}`.
Trace build_trace(const Program& program, std::span<const TurnRecord> records);

/// A value as answers and live events show it: replaced, as above, when it is too large.
std::string shown_value(std::string text);
/// What a node asked outside, as the input of its node run.
std::string shown_request(const CallRequest& request);

}  // namespace millrace
