// Roots by name; the cache of costly ones lives with the state and is brought up to date here.
#include "runtime/engine/run_scope.hpp"

namespace millrace {
namespace {

std::string execution_text(const RunState& state) { return "exec_" + to_base62(state.id.id); }

Json entry_of(const NodeResult& result) {
  JsonObject entry;
  entry["output"] = result.output ? *result.output : Json();
  entry["status"] = to_string(result.status);
  entry["error"] = result.error ? to_json(*result.error) : Json();
  return entry;
}

}  // namespace

std::string default_idempotency_key(const RunState& state, NodeRunKey run) {
  return execution_text(state) + ":" + state.program->plan.nodes[run.node].id + ":" +
         std::to_string(run.iteration);
}

void RunScope::enter(std::optional<NodeRunKey> run) {
  run_ = run;
  node_.reset();
}

const Json* RunScope::root(std::string_view name) const {
  if (name == "trigger") return &state_.payload->root;
  if (name == "vars" || name == "variables") return &state_.vars;
  if (name == "nodes") return nodes_root();
  if (name == "contact" || name == "message" || name == "conversation") return payload_member(name);
  if (name == "execution") return execution_root();
  if (name == "flow") return flow_root();
  if (name == "node") return node_root();
  if (name == "env") return state_.env.get();
  if (name == "now") {
    if (!now_text_) now_text_.emplace(to_rfc3339(now_));
    return &*now_text_;
  }
  return nullptr;
}

const Json* RunScope::payload_member(std::string_view name) const {
  return find_member(state_.payload->root, name);
}

const Json* RunScope::node_root() const {
  if (!run_) return nullptr;
  if (!node_) {
    node_.emplace(JsonObject{{"id", state_.program->plan.nodes[run_->node].id},
                             {"iteration", run_->iteration},
                             {"resume_url", nullptr}});
  }
  return &*node_;
}

const Json* RunScope::nodes_root() const {
  const Plan& plan = state_.program->plan;
  ScopeCache& cache = state_.cache;
  if (!cache.nodes) {
    cache.nodes.emplace(boost::json::object_kind);
    for (NodeIndex node = 0; node < state_.results.size(); ++node) {
      if (state_.results[node].status != NodeRunStatus::running) cache.changed.push_back(node);
    }
  }
  JsonObject& nodes = cache.nodes->get_object();
  for (const NodeIndex node : cache.changed) {
    nodes[plan.nodes[node].id] = entry_of(state_.results[node]);
  }
  cache.changed.clear();
  return &*cache.nodes;
}

const Json* RunScope::execution_root() const {
  std::optional<Json>& execution = state_.cache.execution;
  if (!execution) {
    execution.emplace(JsonObject{{"id", execution_text(state_)},
                                 {"started_at", to_rfc3339(state_.started)},
                                 {"trigger_type", to_string(state_.trigger_type)}});
  }
  return &*execution;
}

const Json* RunScope::flow_root() const {
  std::optional<Json>& flow = state_.cache.flow;
  if (!flow) {
    flow.emplace(JsonObject{{"id", "flw_" + to_base62(state_.program->flow.id)},
                            {"name", state_.program->flow_name},
                            {"version", state_.program->version}});
  }
  return &*flow;
}

}  // namespace millrace
