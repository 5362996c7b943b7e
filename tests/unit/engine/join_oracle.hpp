// An independent reading of the rules of tokens, joins, dead paths and loops, written to be
// obviously right and not fast: nothing is ever cleared or cached. Every token carries the
// iteration numbers of the loops around it; what is stale, complete or dead is worked out anew from
// all arrivals so far.
#pragma once

#include "runtime/flow/plan.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace millrace::testing {

class JoinOracle {
 public:
  struct Run {
    int node;
    std::uint32_t iteration;
    auto operator<=>(const Run&) const = default;
  };

  explicit JoinOracle(const Plan& plan) : plan_(plan), restarts_(plan.loops.size(), 0) {
    for (const PlanLoop& loop : plan.loops) members_.push_back(members_of(loop.header));
  }

  void begin() { start(plan_.trigger); }

  /// The run leaves over these edges. False: a back edge was taken too often, the run fails.
  bool end(Run run, const std::vector<EdgeIndex>& edges) {
    const Tags old = live_.at(run);
    for (const EdgeIndex edge : edges) {
      if (plan_.edges[edge].back && times_taken(edge) >= plan_.edges[edge].max_iterations)
        return false;
    }
    live_.erase(run);
    for (int loop = 0; loop < loop_count(); ++loop) {
      for (const EdgeIndex edge : edges) {
        if (plan_.edges[edge].back && plan_.edges[edge].loop == loop) take_back(edge, old);
      }
    }
    for (const EdgeIndex edge : edges) {
      if (!plan_.edges[edge].back) arrive(edge, old);
    }
    fire_what_is_complete();
    return true;
  }

  /// Runs that are live: none of their loops has started anew since they began.
  std::set<Run> live() const {
    std::set<Run> runs;
    for (const auto& [run, tags] : live_) {
      if (tags == tags_now(run.node)) runs.insert(run);
    }
    return runs;
  }
  const std::vector<Run>& all() const { return all_; }
  /// A join ran because too few tokens could come: that run fails at once.
  bool ran_short() const { return ran_short_; }

 private:
  using Tags = std::map<int, std::uint32_t>;  // loop -> how often it had started anew
  struct Arrival {
    EdgeIndex edge;
    Tags tags;  // of the target's loops
  };
  struct Firing {
    int node;
    Tags tags;
  };
  struct BackTaken {
    EdgeIndex edge;
    Tags outer;
  };

  int loop_count() const { return static_cast<int>(plan_.loops.size()); }
  int node_count() const { return static_cast<int>(plan_.nodes.size()); }
  bool inside(int node, int loop) const {
    return members_[static_cast<std::size_t>(loop)].contains(node);
  }

  /// A node is in the loop of a header if it lies between the header and the source of one of its
  /// back edges on a path that does not pass the header again.
  std::set<int> members_of(int header) const {
    const auto size = static_cast<std::size_t>(node_count());
    std::vector<std::vector<bool>> all(size, std::vector<bool>(size, false));
    std::vector<std::vector<bool>> avoiding = all;
    for (std::size_t node = 0; node < size; ++node) all[node][node] = avoiding[node][node] = true;
    for (const PlanEdge& edge : plan_.edges) {
      if (!plan_.nodes[edge.source].reachable) continue;
      all[edge.source][edge.target] = true;
      if (edge.source != header && edge.target != header) avoiding[edge.source][edge.target] = true;
    }
    for (std::size_t via = 0; via < size; ++via) {
      for (std::size_t from = 0; from < size; ++from) {
        for (std::size_t to = 0; to < size; ++to) {
          if (all[from][via] && all[via][to]) all[from][to] = true;
          if (avoiding[from][via] && avoiding[via][to]) avoiding[from][to] = true;
        }
      }
    }
    std::set<int> members{header};
    for (const PlanEdge& edge : plan_.edges) {
      if (!edge.back || edge.target != header || edge.source == header) continue;
      for (std::size_t node = 0; node < size; ++node) {
        if (node != static_cast<std::size_t>(header) && avoiding[node][edge.source] &&
            all[static_cast<std::size_t>(header)][node]) {
          members.insert(static_cast<int>(node));
        }
      }
    }
    return members;
  }

  Tags tags_now(int node) const {
    Tags tags;
    for (int loop = 0; loop < loop_count(); ++loop) {
      if (inside(node, loop)) tags[loop] = restarts_[static_cast<std::size_t>(loop)];
    }
    return tags;
  }

  /// A token is stale where a loop that holds both its ends has started anew since.
  bool is_stale(const Tags& old, int target) const {
    return std::any_of(old.begin(), old.end(), [&](const auto& tag) {
      return inside(target, tag.first) &&
             restarts_[static_cast<std::size_t>(tag.first)] != tag.second;
    });
  }

  void start(int node) {
    const Run run{node, activations_[node]++};
    live_[run] = tags_now(node);
    all_.push_back(run);
  }

  Tags outer_tags(EdgeIndex edge) const {
    Tags tags;
    for (int loop = 0; loop < plan_.edges[edge].loop; ++loop) {
      if (inside(plan_.edges[edge].source, loop) && inside(plan_.edges[edge].target, loop)) {
        tags[loop] = restarts_[static_cast<std::size_t>(loop)];
      }
    }
    return tags;
  }

  std::uint32_t times_taken(EdgeIndex edge) const {
    return static_cast<std::uint32_t>(
        std::count_if(back_taken_.begin(), back_taken_.end(), [&](const BackTaken& taken) {
          return taken.edge == edge && taken.outer == outer_tags(edge);
        }));
  }

  void take_back(EdgeIndex edge, const Tags& old) {
    const int header = plan_.edges[edge].target;
    if (is_stale(old, header)) return;
    back_taken_.push_back({edge, outer_tags(edge)});
    ++restarts_[plan_.edges[edge].loop];
    firings_.push_back({header, tags_now(header)});
    start(header);
  }

  bool has_fired(int node) const {
    return std::any_of(firings_.begin(), firings_.end(), [&](const Firing& firing) {
      return firing.node == node && firing.tags == tags_now(node);
    });
  }

  std::set<EdgeIndex> arrived(int node) const {
    std::set<EdgeIndex> edges;
    for (const Arrival& arrival : arrivals_) {
      const bool here = plan_.edges[arrival.edge].target == node;
      if (here && arrival.tags == tags_now(node)) edges.insert(arrival.edge);
    }
    return edges;
  }

  void arrive(EdgeIndex edge, const Tags& old) {
    const int target = plan_.edges[edge].target;
    if (is_stale(old, target)) return;
    if (plan_.nodes[static_cast<std::size_t>(target)].join == JoinMode::each) return start(target);
    if (has_fired(target)) return;
    arrivals_.push_back({edge, tags_now(target)});
    const PlanNode& node = plan_.nodes[static_cast<std::size_t>(target)];
    const std::size_t wanted = node.join == JoinMode::any     ? 1
                               : node.join == JoinMode::count ? node.join_count
                                                              : forward_into(target).size();
    if (arrived(target).size() >= wanted) fire(target);
  }

  void fire(int node) {
    firings_.push_back({node, tags_now(node)});
    start(node);
  }

  std::vector<EdgeIndex> forward_into(int node) const {
    std::vector<EdgeIndex> edges;
    for (std::size_t edge = 0; edge < plan_.edges.size(); ++edge) {
      const PlanEdge& planned = plan_.edges[edge];
      if (planned.target == node && !planned.back && plan_.nodes[planned.source].reachable) {
        edges.push_back(static_cast<EdgeIndex>(edge));
      }
    }
    return edges;
  }

  /// Joins with some tokens that have not run, in order of their first token.
  std::vector<int> waiting() const {
    std::vector<int> nodes;
    for (const Arrival& arrival : arrivals_) {
      const int node = plan_.edges[arrival.edge].target;
      if (arrival.tags != tags_now(node) || has_fired(node)) continue;
      if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
    }
    return nodes;
  }

  /// Nodes that can still run before a loop around `join` starts anew: the least set that holds
  /// what runs or waits now and follows every edge, computed by going over all edges until nothing
  /// is new.
  std::set<int> can_still_run(int join) const {
    std::set<int> possible;
    for (const Run& run : live()) possible.insert(run.node);
    for (const int node : waiting()) possible.insert(node);
    std::set<int> renewed;
    for (std::size_t before = SIZE_MAX; before != possible.size() + renewed.size();) {
      before = possible.size() + renewed.size();
      for (const PlanEdge& edge : plan_.edges) {
        if (!possible.contains(edge.source)) continue;
        if (edge.back) {
          if (inside(join, edge.loop)) continue;
          renewed.insert(members_[edge.loop].begin(), members_[edge.loop].end());
          possible.insert(edge.target);
        } else if (plan_.nodes[edge.target].join == JoinMode::each || !has_fired(edge.target) ||
                   renewed.contains(edge.target)) {
          possible.insert(edge.target);
        }
      }
    }
    return possible;
  }

  bool is_complete(int join) const {
    const std::set<int> possible = can_still_run(join);
    const std::set<EdgeIndex> present = arrived(join);
    const auto edges = forward_into(join);
    return std::none_of(edges.begin(), edges.end(), [&](EdgeIndex edge) {
      return !present.contains(edge) && possible.contains(plan_.edges[edge].source);
    });
  }

  void fire_what_is_complete() {
    for (bool fired = true; fired;) {
      fired = false;
      for (const int node : waiting()) {
        if (!is_complete(node)) continue;
        ran_short_ =
            ran_short_ || plan_.nodes[static_cast<std::size_t>(node)].join == JoinMode::count;
        fire(node);
        fired = true;
      }
    }
  }

  const Plan& plan_;
  std::vector<std::set<int>> members_;
  std::vector<std::uint32_t> restarts_;
  std::map<int, std::uint32_t> activations_;
  std::map<Run, Tags> live_;
  std::vector<Run> all_;
  std::vector<Arrival> arrivals_;
  std::vector<Firing> firings_;
  std::vector<BackTaken> back_taken_;
  bool ran_short_ = false;
};

}  // namespace millrace::testing
