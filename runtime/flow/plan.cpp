// Names to indexes, edges to handles, every finding reported.
#include "runtime/flow/plan.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/flow/plan_loops.hpp"
#include "runtime/flow/status_handle.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace millrace {
namespace {

constexpr std::string_view default_handle = "default";
constexpr std::string_view error_handle = "error";

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text.empty() ? "none" : text;
}

class PlanBuilder {
 public:
  PlanBuilder(const FlowDefinition& definition, const ShapeOf& shape_of, Problems& problems)
      : definition_(definition), shape_of_(shape_of), problems_(problems) {}

  Plan build() {
    MR_ASSERT(definition_.nodes.size() < no_node && definition_.edges.size() < no_node);
    add_nodes();
    add_edges();
    if (plan_.trigger == no_node) return std::move(plan_);
    find_loops(definition_, suspends_, plan_, problems_);
    link_edges();
    report_unreachable();
    report_large_counts();
    return std::move(plan_);
  }

 private:
  void add_nodes() {
    for (std::uint32_t index = 0; index < definition_.nodes.size(); ++index) add_node(index);
    if (plan_.trigger == no_node && !bad_trigger_) {
      problems_.error("$.nodes", "MISSING_TRIGGER", "A flow needs one node of type trigger.");
    }
  }

  void add_node(std::uint32_t index) {
    const NodeDefinition& node = definition_.nodes[index];
    NodeShape shape = shape_of_(node);
    const bool canvas = shape.known && shape.on_canvas_only;
    const auto number = static_cast<NodeIndex>(plan_.nodes.size());
    if (!names_.emplace(node.id, canvas ? no_node : number).second) {
      bad_trigger_ = bad_trigger_ || shape.starts_flow;
      problems_.error(member_path(node.path, "id"), "DUPLICATE_NODE_ID",
                      "Another node has the id '" + node.id + "' already.");
      return;
    }
    if (!shape.known) {
      problems_.error(member_path(node.path, "type"), "UNKNOWN_NODE_TYPE",
                      "There is no node type '" + node.type + "'.");
    }
    if (canvas) return;
    if (shape.starts_flow) {
      if (plan_.trigger != no_node) {
        problems_.error(
            member_path(node.path, "type"), "SEVERAL_TRIGGERS",
            "A flow has one trigger; '" + plan_.nodes[plan_.trigger].id + "' is one already.");
      } else {
        plan_.trigger = number;
      }
    }
    const Json* disabled = node.data.if_contains("disabled");
    const bool passes = disabled != nullptr && disabled->is_bool() && disabled->get_bool();
    suspends_.push_back(shape.suspends && !passes);
    PlanNode planned;
    planned.id = node.id;
    planned.definition = index;
    planned.handles = shape.handles;
    planned.join = shape.join;
    planned.join_count = shape.join_count;
    plan_.nodes.push_back(std::move(planned));
    shapes_.push_back(std::move(shape));
  }

  void add_edges() {
    std::unordered_set<std::string_view> ids;
    for (std::uint32_t index = 0; index < definition_.edges.size(); ++index) {
      const EdgeDefinition& edge = definition_.edges[index];
      if (!edge.id.empty() && !ids.insert(edge.id).second) {
        problems_.warn(member_path(edge.path, "id"), "DUPLICATE_EDGE_ID",
                       "Another edge has the id '" + edge.id + "' already.");
      }
      add_edge(index);
    }
  }

  /// The index of an edge's end. Nothing, with a problem, when the edge cannot be part of the plan.
  std::optional<NodeIndex> find_end(const EdgeDefinition& edge, std::string_view key,
                                    const std::string& id) {
    const auto found = names_.find(id);
    if (found == names_.end()) {
      problems_.error(member_path(edge.path, key), "UNKNOWN_NODE",
                      "There is no node '" + id + "'.");
      return std::nullopt;
    }
    if (found->second == no_node) {
      problems_.warn(member_path(edge.path, key), "EDGE_ON_CANVAS_NODE",
                     "'" + id + "' is for the canvas only; the edge is ignored.");
      return std::nullopt;
    }
    return found->second;
  }

  void add_edge(std::uint32_t index) {
    const EdgeDefinition& written = definition_.edges[index];
    const auto source = find_end(written, "source", written.source);
    const auto target = find_end(written, "target", written.target);
    if (!source || !target) return;
    if (shapes_[*target].starts_flow) {
      problems_.error(member_path(written.path, "target"), "EDGE_INTO_TRIGGER",
                      "A trigger starts the flow; no edge may lead to it.");
      return;
    }
    const auto handle = handle_of(written, *source);
    if (!handle) return;
    PlanEdge edge;
    edge.source = *source;
    edge.target = *target;
    edge.handle = *handle;
    edge.conditional = !written.condition.is_null();
    edge.definition = index;
    plan_.edges.push_back(edge);
  }

  std::optional<std::uint16_t> handle_of(const EdgeDefinition& edge, NodeIndex source) {
    PlanNode& node = plan_.nodes[source];
    const NodeShape& shape = shapes_[source];
    if (edge.source_handle.empty()) {
      const auto labelled = std::find(shape.handles.begin(), shape.handles.end(), edge.label);
      if (labelled != shape.handles.end()) {
        return static_cast<std::uint16_t>(labelled - shape.handles.begin());
      }
      if (const auto plain = node.handle(default_handle)) return plain;
      if (!shape.known) return add_handle(node, std::string(default_handle));
      problems_.error(edge.path, "UNKNOWN_HANDLE",
                      "'" + node.id + "' has no handle 'default'. Set sourceHandle; it has: " +
                          joined(shape.handles) + ".");
      return std::nullopt;
    }
    if (const auto declared = node.handle(edge.source_handle)) return declared;
    const bool fails = !shape.starts_flow && !shape.handles.empty();
    const bool open = !shape.known || (fails && edge.source_handle == error_handle) ||
                      (shape.open_status_handles && is_status_handle(edge.source_handle));
    if (open) return add_handle(node, edge.source_handle);
    problems_.error(member_path(edge.path, "sourceHandle"), "UNKNOWN_HANDLE",
                    "'" + node.id + "' has no handle '" + edge.source_handle +
                        "'; it has: " + joined(shape.handles) + ".");
    return std::nullopt;
  }

  static std::uint16_t add_handle(PlanNode& node, std::string name) {
    node.handles.push_back(std::move(name));
    return static_cast<std::uint16_t>(node.handles.size() - 1);
  }

  void link_edges() {
    for (PlanNode& node : plan_.nodes) node.out.resize(node.handles.size());
    for (EdgeIndex index = 0; index < plan_.edges.size(); ++index) {
      const PlanEdge& edge = plan_.edges[index];
      PlanNode& source = plan_.nodes[edge.source];
      PlanNode& target = plan_.nodes[edge.target];
      source.out[edge.handle].push_back(index);
      if (!source.reachable) continue;
      (edge.back ? target.in_back : target.in).push_back(index);
    }
    const auto earlier = [&](EdgeIndex left, EdgeIndex right) {
      return definition_.edges[plan_.edges[left].definition].priority <
             definition_.edges[plan_.edges[right].definition].priority;
    };
    for (PlanNode& node : plan_.nodes) {
      for (auto& edges : node.out) std::stable_sort(edges.begin(), edges.end(), earlier);
    }
  }

  void report_unreachable() {
    for (const PlanNode& node : plan_.nodes) {
      if (node.reachable) continue;
      problems_.warn(definition_.nodes[node.definition].path, "UNREACHABLE_NODE",
                     "No path leads from the trigger to '" + node.id + "'; it never runs.");
    }
  }

  void report_large_counts() {
    for (const PlanNode& node : plan_.nodes) {
      if (!node.reachable || node.join != JoinMode::count) continue;
      if (node.join_count >= 1 && node.join_count <= node.in.size()) continue;
      problems_.error(definition_.nodes[node.definition].path, "JOIN_NEVER_REACHED",
                      "'" + node.id + "' waits for " + std::to_string(node.join_count) +
                          " edges, but " + std::to_string(node.in.size()) + " can bring a token.");
    }
  }

  const FlowDefinition& definition_;
  const ShapeOf& shape_of_;
  Problems& problems_;
  Plan plan_;
  std::vector<NodeShape> shapes_;                          // parallel to plan_.nodes
  std::vector<bool> suspends_;                             // parallel to plan_.nodes
  std::unordered_map<std::string_view, NodeIndex> names_;  // no_node: on the canvas only
  bool bad_trigger_ = false;
};

}  // namespace

std::optional<std::uint16_t> PlanNode::handle(std::string_view name) const {
  const auto found = std::find(handles.begin(), handles.end(), name);
  if (found == handles.end()) return std::nullopt;
  return static_cast<std::uint16_t>(found - handles.begin());
}

NodeIndex Plan::find(std::string_view id) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [id](const PlanNode& node) { return node.id == id; });
  return found == nodes.end() ? no_node : static_cast<NodeIndex>(found - nodes.begin());
}

Plan build_plan(const FlowDefinition& definition, const ShapeOf& shape_of, Problems& problems) {
  return PlanBuilder(definition, shape_of, problems).build();
}

}  // namespace millrace
