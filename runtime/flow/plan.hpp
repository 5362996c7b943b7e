// The compiled, immutable graph of one flow version: indexes instead of names, handles resolved, back edges
// found. Pure structure; what a node does is in nodes/, how tokens move is in engine/.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "runtime/flow/model.hpp"

namespace millrace {

using NodeIndex = std::uint16_t;
using EdgeIndex = std::uint16_t;
inline constexpr NodeIndex no_node = std::numeric_limits<NodeIndex>::max();

enum class JoinMode : std::uint8_t { all, any, each, count };

struct PlanEdge {
  NodeIndex source = no_node;
  NodeIndex target = no_node;
  std::uint16_t handle = 0;  ///< index into the source's handles
  bool conditional = false;  ///< leaves by `default` and is taken only if the definition's condition holds
  bool back = false;         ///< closes a cycle: does not take part in joins
  bool leaves_cycle = false; ///< source is in a cycle that the target is not in
  std::uint32_t max_iterations = 0;  ///< of a back edge
  std::uint32_t definition = 0;      ///< index into FlowDefinition::edges
};

struct PlanNode {
  std::string id;
  std::uint32_t definition = 0;             ///< index into FlowDefinition::nodes
  std::vector<std::string> handles;         ///< declared by its kind for this data
  std::vector<std::vector<EdgeIndex>> out;  ///< per handle, by priority, then stored order
  std::vector<EdgeIndex> in;                ///< forward edges only
  std::vector<EdgeIndex> in_back;
  JoinMode join = JoinMode::all;
  std::uint32_t join_count = 0;  ///< for JoinMode::count
  std::uint16_t cycle = 0;       ///< number of its strongly connected component with a cycle; 0: none
};

struct Plan {
  std::vector<PlanNode> nodes;
  std::vector<PlanEdge> edges;
  std::vector<std::vector<NodeIndex>> cycles;  ///< members per cycle number; [0] is empty
  NodeIndex trigger = no_node;

  NodeIndex find(std::string_view id) const;  ///< no_node when there is none
};

/// What the graph must know of a node's kind; answered by nodes/registry, so that flow stays below nodes.
struct NodeShape {
  bool known = false;
  bool on_canvas_only = false;  ///< note, group: never part of the plan's flow of tokens
  bool suspends = false;        ///< a cycle through it needs no explicit cap
  bool starts_flow = false;     ///< trigger
  /// An edge may leave by any handle that is_status_handle() knows (status_handle.hpp); the plan adds those
  /// that edges use to the node's handles.
  bool open_status_handles = false;
  std::vector<std::string> handles;
  JoinMode join = JoinMode::all;
  std::uint32_t join_count = 0;
};
using ShapeOf = std::function<NodeShape(const NodeDefinition&)>;

/// Builds the graph. Reports every error and warning of structure (unknown ends, duplicates, unreachable
/// nodes, missing trigger, cycles without a cap …); the plan is meaningful only when there is no error.
Plan build_plan(const FlowDefinition& definition, const ShapeOf& shape_of, Problems& problems);

}  // namespace millrace
