// Joins are decided lazily: whether an edge is dead is asked only while a join waits for it.
#include "runtime/engine/tokens.hpp"

#include "runtime/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

/// A search for everything that the tokens of now can still reach within one era of a nest: without
/// the back edges of its loops, for they end that era.
class Reach {
 public:
  Reach(const Plan& plan, const std::vector<LoopIndex>& nest)
      : plan_(plan),
        nest_(nest),
        visited_(plan.nodes.size()),
        touched_(plan.nodes.size()),
        renewed_(plan.nodes.size()) {}

  void visit(NodeIndex node) {
    if (visited_[node]) return;
    visited_[node] = true;
    pending_.push_back(node);
  }

  template <class IsFired>
  std::vector<bool> run(const IsFired& is_fired) {
    while (!pending_.empty()) {
      const NodeIndex node = pending_.back();
      pending_.pop_back();
      for (const auto& edges : plan_.nodes[node].out) {
        for (const EdgeIndex index : edges) follow(plan_.edges[index], is_fired);
      }
    }
    return std::move(visited_);
  }

 private:
  template <class IsFired>
  void follow(const PlanEdge& edge, const IsFired& is_fired) {
    if (edge.back) return renew(edge);
    const NodeIndex target = edge.target;
    const bool open = plan_.nodes[target].join == JoinMode::each || !is_fired(target);
    if (open || renewed_[target]) return visit(target);
    touched_[target] = true;
  }

  void renew(const PlanEdge& back) {
    if (std::binary_search(nest_.begin(), nest_.end(), back.loop)) return;
    for (const NodeIndex member : plan_.loops[back.loop].members) {
      renewed_[member] = true;
      if (touched_[member]) visit(member);
    }
    visit(back.target);
  }

  const Plan& plan_;
  const std::vector<LoopIndex>& nest_;
  std::vector<bool> visited_;
  std::vector<bool> touched_;  // a token would come here, but the node has run
  std::vector<bool> renewed_;  // a loop around it may start anew before
  std::vector<NodeIndex> pending_;
};

}  // namespace

Tokens::Tokens(const Plan& plan)
    : plan_(&plan),
      nodes_(plan.nodes.size()),
      marks_(plan.edges.size()),
      back_counts_(plan.loops.empty() ? 0 : plan.edges.size()) {}

void Tokens::start() { activate(plan_->trigger, {}); }

LiveRun& Tokens::activate(NodeIndex node, std::vector<Token> inputs) {
  NodeState& state = nodes_[node];
  LiveRun run;
  run.key = {node, state.activations++};
  run.inputs = std::move(inputs);
  ++state.live;
  return ready_.emplace_back(std::move(run));
}

LiveRun* Tokens::find(NodeRunKey key) {
  for (std::size_t at = ready_first_; at < ready_.size(); ++at) {
    if (ready_[at].key == key) return &ready_[at];
  }
  for (LiveRun& run : waiting_) {
    if (run.key == key) return &run;
  }
  return nullptr;
}

LiveRun Tokens::take_ready(std::size_t at) {
  LiveRun run = std::move(ready_[at]);
  if (at != ready_first_) {
    ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(at));
  } else if (++ready_first_ == ready_.size()) {
    ready_.clear();
    ready_first_ = 0;
  }
  return run;
}

LiveRun& Tokens::open(NodeRunKey key) {
  LiveRun* run = find(key);
  MR_ASSERT(run != nullptr);
  if (run->stage != RunStage::ready) return *run;
  return waiting_.emplace_back(take_ready(static_cast<std::size_t>(run - ready_.data())));
}

void Tokens::remove(NodeRunKey key) {
  LiveRun* run = find(key);
  MR_ASSERT(run != nullptr);
  --nodes_[key.node].live;
  if (run->stage == RunStage::ready) {
    take_ready(static_cast<std::size_t>(run - ready_.data()));
  } else {
    waiting_.erase(waiting_.begin() + (run - waiting_.data()));
  }
}

void Tokens::clear() {
  ready_.clear();
  ready_first_ = 0;
  waiting_.clear();
  joining_.clear();
  for (NodeState& node : nodes_) node.live = 0;
  for (Token& mark : marks_) mark = {};
}

bool Tokens::is_in(NodeIndex node, LoopIndex loop) const {
  const auto& loops = plan_->nodes[node].loops;
  return std::binary_search(loops.begin(), loops.end(), loop);
}

void Tokens::finish(NodeRunKey key, std::span<const EdgeIndex> taken, const OutputPtr& output) {
  const Token token{key, output};
  remove(key);
  std::vector<EdgeIndex> back;
  for (const EdgeIndex edge : taken) {
    if (plan_->edges[edge].back) back.push_back(edge);
  }
  std::stable_sort(back.begin(), back.end(), [this](EdgeIndex left, EdgeIndex right) {
    return plan_->edges[left].loop < plan_->edges[right].loop;
  });
  std::vector<LoopIndex> renewed;
  const auto is_older = [&](NodeIndex target) {
    return std::any_of(renewed.begin(), renewed.end(),
                       [&](LoopIndex loop) { return is_in(target, loop); });
  };
  for (const EdgeIndex edge : back) {
    if (is_older(plan_->edges[edge].target)) continue;
    start_anew(edge, token);
    renewed.push_back(plan_->edges[edge].loop);
  }
  for (const EdgeIndex edge : taken) {
    if (!plan_->edges[edge].back && !is_older(plan_->edges[edge].target)) arrive(edge, token);
  }
  settle();
}

void Tokens::start_anew(EdgeIndex back_edge, const Token& token) {
  const PlanEdge& edge = plan_->edges[back_edge];
  const PlanLoop& loop = plan_->loops[edge.loop];
  ++back_counts_[back_edge];
  for (const EdgeIndex inner : loop.inner_back_edges) back_counts_[inner] = 0;
  drop_runs_in(edge.loop);
  for (const NodeIndex member : loop.members) {
    NodeState& state = nodes_[member];
    state.live = 0;
    state.taken = 0;
    state.fired = false;
    for (const EdgeIndex in : plan_->nodes[member].in) marks_[in] = {};
  }
  std::erase_if(joining_, [&](NodeIndex node) { return is_in(node, edge.loop); });
  nodes_[edge.target].fired = true;
  activate(edge.target, {token});
}

void Tokens::drop_runs_in(LoopIndex loop) {
  const auto inside = [&](const LiveRun& run) { return is_in(run.key.node, loop); };
  const auto first = ready_.begin() + static_cast<std::ptrdiff_t>(ready_first_);
  ready_.erase(std::remove_if(first, ready_.end(), inside), ready_.end());
  std::erase_if(waiting_, inside);
}

void Tokens::arrive(EdgeIndex edge, const Token& token) {
  const NodeIndex target = plan_->edges[edge].target;
  const PlanNode& node = plan_->nodes[target];
  NodeState& state = nodes_[target];
  if (node.join == JoinMode::each) {
    activate(target, {token});
    return;
  }
  if (state.fired) return;
  const bool first_is_enough = node.join == JoinMode::any ||
                               (node.join == JoinMode::all && node.in.size() == 1) ||
                               (node.join == JoinMode::count && node.join_count == 1);
  if (first_is_enough) {
    state.fired = true;
    activate(target, {token});
    return;
  }
  const bool is_new = marks_[edge].run.node == no_node;
  marks_[edge] = token;
  if (!is_new) return;
  if (++state.taken == 1) joining_.push_back(target);
  const std::size_t wanted = node.join == JoinMode::count ? node.join_count : node.in.size();
  if (state.taken == wanted) fire(target);
}

void Tokens::fire(NodeIndex node) {
  std::vector<Token> inputs;
  inputs.reserve(nodes_[node].taken);
  for (const EdgeIndex edge : plan_->nodes[node].in) {
    if (marks_[edge].run.node == no_node) continue;
    inputs.push_back(std::exchange(marks_[edge], {}));
  }
  nodes_[node].taken = 0;
  nodes_[node].fired = true;
  std::erase(joining_, node);
  const PlanNode& plan = plan_->nodes[node];
  const bool too_few = plan.join == JoinMode::count && inputs.size() < plan.join_count;
  activate(node, std::move(inputs)).join_failed = too_few;
}

std::vector<bool> Tokens::reachable_in(std::uint16_t nest) const {
  Reach reach(*plan_, plan_->nests[nest]);
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].live > 0) reach.visit(node);
  }
  for (const NodeIndex node : joining_) reach.visit(node);
  return reach.run([this](NodeIndex node) { return nodes_[node].fired; });
}

bool Tokens::may_get_more(NodeIndex node, std::vector<std::vector<bool>>& reached_by_nest) const {
  const PlanNode& plan = plan_->nodes[node];
  for (const EdgeIndex edge : plan.in) {
    const bool open = marks_[edge].run.node == no_node;
    if (open && nodes_[plan_->edges[edge].source].live > 0) return true;
  }
  if (reached_by_nest.empty()) reached_by_nest.resize(plan_->nests.size());
  std::vector<bool>& reached = reached_by_nest[plan.nest];
  if (reached.empty()) reached = reachable_in(plan.nest);
  return std::any_of(plan.in.begin(), plan.in.end(), [&](EdgeIndex edge) {
    return marks_[edge].run.node == no_node && reached[plan_->edges[edge].source];
  });
}

void Tokens::settle() {
  if (joining_.empty()) return;
  // Firing a join changes no answer for another: waiting or running, it may leave by all its edges.
  std::vector<std::vector<bool>> reached_by_nest;
  const std::vector<NodeIndex> candidates = joining_;
  for (const NodeIndex node : candidates) {
    if (!may_get_more(node, reached_by_nest)) fire(node);
  }
  MR_ASSERT(joining_.empty() || !none_left());  // see README: joins never wait for each other
}

}  // namespace millrace
