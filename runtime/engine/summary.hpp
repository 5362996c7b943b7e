// What a list shows of an execution. Outlives the retention of its trace.
#pragma once

#include "runtime/engine/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

struct ExecutionSummary {
  ExecutionId id;
  WorkspaceNumber workspace{};
  FlowId flow;
  std::uint32_t flow_version = 0;
  TriggerType trigger_type = TriggerType::api;
  RunStatus status = RunStatus::running;
  bool waiting = false;
  bool paused = false;
  std::string channel, message_id;
  std::optional<ExecutionId> replay_of{};  ///< the run that this one repeats
  Timestamp started{};
  std::optional<Timestamp> ended;
  std::uint32_t node_runs = 0;
  std::uint32_t turns = 0;
  std::string error_node, error_code, error_message;  ///< all empty: no error
  /// Past its retention: of all this only id, workspace, flow, status and started are left.
  bool purged = false;
};

}  // namespace millrace
