// Depth-first search for back edges, then loops by reachability, one header at a time.
#include "runtime/flow/plan_loops.hpp"

#include "runtime/base/limits.hpp"

#include <algorithm>
#include <map>

namespace millrace {
namespace {

struct Adjacency {
  std::vector<std::vector<EdgeIndex>> out;  // in stored edge order
  std::vector<std::vector<EdgeIndex>> in;
};

Adjacency adjacency_of(const Plan& plan) {
  Adjacency adjacency{std::vector<std::vector<EdgeIndex>>(plan.nodes.size()),
                      std::vector<std::vector<EdgeIndex>>(plan.nodes.size())};
  for (EdgeIndex edge = 0; edge < plan.edges.size(); ++edge) {
    adjacency.out[plan.edges[edge].source].push_back(edge);
    adjacency.in[plan.edges[edge].target].push_back(edge);
  }
  return adjacency;
}

/// Marks back edges and reachable nodes. Returns the reachable nodes in the order of their
/// discovery.
std::vector<NodeIndex> search_depth_first(const Adjacency& adjacency, Plan& plan) {
  struct Step {
    NodeIndex node;
    std::size_t next_edge;
  };
  std::vector<NodeIndex> discovered{plan.trigger};
  std::vector<bool> on_stack(plan.nodes.size(), false);
  std::vector<Step> stack{{plan.trigger, 0}};
  on_stack[plan.trigger] = true;
  plan.nodes[plan.trigger].reachable = true;
  while (!stack.empty()) {
    Step& step = stack.back();
    if (step.next_edge == adjacency.out[step.node].size()) {
      on_stack[step.node] = false;
      stack.pop_back();
      continue;
    }
    PlanEdge& edge = plan.edges[adjacency.out[step.node][step.next_edge++]];
    if (on_stack[edge.target]) {
      edge.back = true;
    } else if (!plan.nodes[edge.target].reachable) {
      plan.nodes[edge.target].reachable = true;
      on_stack[edge.target] = true;
      discovered.push_back(edge.target);
      stack.push_back({edge.target, 0});
    }
  }
  return discovered;
}

std::vector<bool> reachable_from(NodeIndex start, const Adjacency& adjacency, const Plan& plan) {
  std::vector<bool> reached(plan.nodes.size(), false);
  std::vector<NodeIndex> pending{start};
  reached[start] = true;
  while (!pending.empty()) {
    const NodeIndex node = pending.back();
    pending.pop_back();
    for (const EdgeIndex edge : adjacency.out[node]) {
      const NodeIndex target = plan.edges[edge].target;
      if (reached[target]) continue;
      reached[target] = true;
      pending.push_back(target);
    }
  }
  return reached;
}

PlanLoop loop_of(NodeIndex header, const Adjacency& adjacency, const Plan& plan) {
  const std::vector<bool> below = reachable_from(header, adjacency, plan);
  std::vector<bool> inside(plan.nodes.size(), false);
  std::vector<NodeIndex> pending;
  const auto enter = [&](NodeIndex node) {
    if (inside[node] || !below[node] || !plan.nodes[node].reachable) return;
    inside[node] = true;
    pending.push_back(node);
  };
  inside[header] = true;
  for (const EdgeIndex edge : adjacency.in[header]) {
    if (plan.edges[edge].back) enter(plan.edges[edge].source);
  }
  while (!pending.empty()) {
    const NodeIndex node = pending.back();
    pending.pop_back();
    for (const EdgeIndex edge : adjacency.in[node]) enter(plan.edges[edge].source);
  }
  PlanLoop loop{header, {}, {}};
  for (NodeIndex node = 0; node < inside.size(); ++node) {
    if (inside[node]) loop.members.push_back(node);
  }
  return loop;
}

bool contains(const PlanLoop& loop, NodeIndex node) {
  return std::binary_search(loop.members.begin(), loop.members.end(), node);
}

void collect_loops(const std::vector<NodeIndex>& discovered, const Adjacency& adjacency,
                   Plan& plan) {
  for (const NodeIndex header : discovered) {
    const auto& into = adjacency.in[header];
    const auto is_back = [&](EdgeIndex edge) { return plan.edges[edge].back; };
    if (std::none_of(into.begin(), into.end(), is_back)) continue;
    const auto loop = static_cast<LoopIndex>(plan.loops.size());
    plan.loops.push_back(loop_of(header, adjacency, plan));
    for (const EdgeIndex edge : into) {
      if (plan.edges[edge].back) plan.edges[edge].loop = loop;
    }
    for (const NodeIndex member : plan.loops.back().members) {
      plan.nodes[member].loops.push_back(loop);
    }
  }
  for (EdgeIndex edge = 0; edge < plan.edges.size(); ++edge) {
    const PlanEdge& back = plan.edges[edge];
    if (!back.back) continue;
    for (LoopIndex outer = 0; outer < back.loop; ++outer) {
      PlanLoop& loop = plan.loops[outer];
      if (contains(loop, back.source) && contains(loop, back.target)) {
        loop.inner_back_edges.push_back(edge);
      }
    }
  }
}

void number_nests(Plan& plan) {
  std::map<std::vector<LoopIndex>, std::uint16_t> numbers{{{}, std::uint16_t{0}}};
  plan.nests.assign(1, {});
  for (PlanNode& node : plan.nodes) {
    const auto next = static_cast<std::uint16_t>(numbers.size());
    const auto [found, added] = numbers.emplace(node.loops, next);
    if (added) plan.nests.push_back(node.loops);
    node.nest = found->second;
  }
}

/// Whether the back edge closes a cycle on which nothing suspends and no other edge has a cap.
bool may_spin(const PlanEdge& back, const FlowDefinition& definition,
              const std::vector<bool>& suspends, const Adjacency& adjacency, const Plan& plan) {
  if (suspends[back.source] || suspends[back.target]) return false;
  std::vector<bool> reached(plan.nodes.size(), false);
  std::vector<NodeIndex> pending{back.target};
  reached[back.target] = true;
  while (!pending.empty()) {
    const NodeIndex node = pending.back();
    pending.pop_back();
    if (node == back.source) return true;
    for (const EdgeIndex index : adjacency.out[node]) {
      const PlanEdge& edge = plan.edges[index];
      const bool capped = edge.back && definition.edges[edge.definition].max_iterations.has_value();
      if (capped || suspends[edge.target] || reached[edge.target]) continue;
      reached[edge.target] = true;
      pending.push_back(edge.target);
    }
  }
  return false;
}

void check_caps(const FlowDefinition& definition, const std::vector<bool>& suspends,
                const Adjacency& adjacency, Plan& plan, Problems& problems) {
  for (PlanEdge& edge : plan.edges) {
    const EdgeDefinition& written = definition.edges[edge.definition];
    const std::string at = member_path(member_path(written.path, "data"), "max_iterations");
    if (!edge.back) {
      if (written.max_iterations && plan.nodes[edge.source].reachable) {
        problems.warn(at, "NOT_A_CYCLE", "This edge closes no cycle, so its cap has no effect.");
      }
      continue;
    }
    const std::int64_t cap = written.max_iterations.value_or(limits::cycle_iterations_default);
    if (cap < 1 || cap > limits::cycle_iterations_max) {
      problems.error(
          at, "INVALID_VALUE",
          "max_iterations is 1 to " + std::to_string(limits::cycle_iterations_max) + ".");
      continue;
    }
    edge.max_iterations = static_cast<std::uint32_t>(cap);
    if (!written.max_iterations && may_spin(edge, definition, suspends, adjacency, plan)) {
      problems.error(
          at, "CYCLE_WITHOUT_LIMIT",
          "This edge closes a cycle in which no node waits. Set data.max_iterations on it, "
          "at most " +
              std::to_string(limits::cycle_iterations_max) + ".");
    }
  }
}

}  // namespace

void find_loops(const FlowDefinition& definition, const std::vector<bool>& suspends, Plan& plan,
                Problems& problems) {
  const Adjacency adjacency = adjacency_of(plan);
  const std::vector<NodeIndex> discovered = search_depth_first(adjacency, plan);
  collect_loops(discovered, adjacency, plan);
  number_nests(plan);
  check_caps(definition, suspends, adjacency, plan, problems);
}

}  // namespace millrace
