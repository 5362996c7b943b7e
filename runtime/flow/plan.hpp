// The compiled, immutable graph of one flow version: indexes instead of names, handles resolved,
// back edges and their loops found. Pure structure; what a node does is in nodes/, how tokens move
// is in engine/.
#pragma once

#include "runtime/flow/model.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

using NodeIndex = std::uint16_t;
using EdgeIndex = std::uint16_t;
using LoopIndex = std::uint16_t;
inline constexpr NodeIndex no_node = std::numeric_limits<NodeIndex>::max();
inline constexpr LoopIndex no_loop = std::numeric_limits<LoopIndex>::max();

enum class JoinMode : std::uint8_t { all, any, each, count };

struct PlanEdge {
  NodeIndex source = no_node;
  NodeIndex target = no_node;
  std::uint16_t handle = 0;          ///< index into the source's handles
  bool conditional = false;          ///< taken only if the definition's condition holds as well
  bool back = false;                 ///< closes a cycle: does not take part in joins
  LoopIndex loop = no_loop;          ///< of a back edge: the loop that it starts anew
  std::uint32_t max_iterations = 0;  ///< of a back edge: how often it may be taken per entry
  std::uint32_t definition = 0;      ///< index into FlowDefinition::edges
};

struct PlanNode {
  std::string id;
  std::uint32_t definition = 0;             ///< index into FlowDefinition::nodes
  std::vector<std::string> handles;         ///< declared by its kind for this data, and `error`
  std::vector<std::vector<EdgeIndex>> out;  ///< per handle, by priority, then stored order
  std::vector<EdgeIndex> in;                ///< forward edges from reachable nodes only
  std::vector<EdgeIndex> in_back;
  JoinMode join = JoinMode::all;
  std::uint32_t join_count = 0;  ///< for JoinMode::count
  std::vector<LoopIndex> loops;  ///< that it is a member of, ascending
  std::uint16_t nest = 0;        ///< equal for nodes with equal `loops`; 0: in none
  bool reachable = false;        ///< from the trigger

  std::optional<std::uint16_t> handle(std::string_view name) const;
};

/// All that a back edge to `header` starts anew: the header and what can reach the source of one of
/// its back edges without passing it, within one strongly connected component (the natural loops of
/// all back edges to one header, together).
struct PlanLoop {
  NodeIndex header = no_node;
  std::vector<NodeIndex> members;           ///< ascending, with the header
  std::vector<EdgeIndex> inner_back_edges;  ///< of loops inside: they count from 0 again
};

struct Plan {
  std::vector<PlanNode> nodes;
  std::vector<PlanEdge> edges;
  std::vector<PlanLoop>
      loops;  ///< in depth-first order of their headers: an outer loop comes first
  std::vector<std::vector<LoopIndex>> nests;  ///< loops of each nest; [0] is empty
  NodeIndex trigger = no_node;

  NodeIndex find(std::string_view id) const;  ///< no_node when there is none
};

/// What the graph must know of a node's kind; answered by nodes/registry, so that flow stays below
/// nodes.
struct NodeShape {
  bool known = false;
  bool on_canvas_only = false;  ///< note, group: never part of the plan's flow of tokens
  bool suspends = false;        ///< a cycle through it needs no explicit cap
  bool starts_flow = false;     ///< trigger
  /// An edge may leave by any handle that is_status_handle() knows (status_handle.hpp); the plan
  /// adds those that edges use to the node's handles.
  bool open_status_handles = false;
  std::vector<std::string> handles;
  JoinMode join = JoinMode::all;
  std::uint32_t join_count = 0;
};
using ShapeOf = std::function<NodeShape(const NodeDefinition&)>;

/// Builds the graph. Reports every error and warning of structure (unknown kinds and ends,
/// duplicates, unreachable nodes, missing trigger, cycles without a cap …); the plan is meaningful
/// only when there is no error.
///
/// The handle of an edge: `sourceHandle`, else `label` if it equals a declared handle, else
/// `default`; a condition on the edge must hold as well. Every node with any handle may also be
/// left by `error`. Back edges: depth-first from the trigger in stored edge order, edges to a node
/// on the stack.
Plan build_plan(const FlowDefinition& definition, const ShapeOf& shape_of, Problems& problems);

}  // namespace millrace
