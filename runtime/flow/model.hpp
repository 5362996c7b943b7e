// A flow definition as written: nodes, edges, settings, in stored order, with the JSON path of
// each. Source: contracts «Common shape». Unknown keys are kept in the raw text, which is stored
// verbatim.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/flow/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

enum class TriggerType : std::uint8_t {  // numbers are on disk: never renumber
  inbound_message = 1,
  webhook = 2,
  schedule = 3,
  api = 4,
  event = 5,
  call = 6,
  subflow = 7,
  mcp_tool = 8,
  flow_error = 9,
};
std::string_view to_string(TriggerType type);
/// Knows the aliases (`manual` = `api`).
std::optional<TriggerType> parse_trigger_type(std::string_view text);

struct NodeDefinition {
  std::string id;
  std::string type;       ///< as written; may be an alias
  std::string parent_id;  ///< empty: top level
  JsonObject data;
  std::string path;  ///< `$.nodes[3]`
};

struct EdgeDefinition {
  std::string id;  ///< may be empty
  std::string source;
  std::string target;
  std::string source_handle;  ///< empty: not given
  std::string label;
  Json condition;             ///< null: not given; else a condition group or a string expression
  std::int64_t priority = 0;  ///< smaller goes first, then stored order
  std::optional<std::int64_t> max_iterations;
  std::string path;  ///< `$.edges[3]`
};

struct FlowDefinition {
  std::vector<NodeDefinition> nodes;
  std::vector<EdgeDefinition> edges;
  JsonObject settings;
};

/// Reads a definition (`{nodes, edges, settings?}`). What cannot be read is a problem with its path
/// and is left out; limits of limits.hpp on counts apply here.
FlowDefinition read_definition(const Json& definition, Problems& problems);

}  // namespace millrace
