// How a node run is left: which edges get a token, with conditions and caps, and what is refused.
#include "runtime/engine/turn_maker.hpp"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

NodeError refusal(std::string code, std::string message, ErrorClass error_class) {
  NodeError error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.error_class = error_class;
  return error;
}

/// Shows the result of a node to the conditions of its edges before it is recorded, and takes it
/// back.
class Preview {
 public:
  Preview(RunState& state, const NodeEnded& ended, const OutputPtr& output)
      : state_(state), node_(ended.run.node), vars_(state.vars), result_(state.results[node_]) {
    NodeResult& shown = state.results[node_];
    shown.iteration = ended.run.iteration;
    shown.status = ended.status;
    shown.output = output;
    shown.error = ended.error ? std::make_shared<const NodeError>(*ended.error) : nullptr;
    JsonObject& vars = state.vars.get_object();
    for (const Assignment& assignment : ended.assignments) assign(vars, assignment);
    const std::string& save_as = state.program->nodes[node_].save_as;
    if (!save_as.empty() && !ended.error) vars[save_as] = output ? *output : Json();
    touch();
  }
  ~Preview() {
    state_.vars = std::move(vars_);
    state_.results[node_] = std::move(result_);
    touch();
  }
  Preview(const Preview&) = delete;
  Preview& operator=(const Preview&) = delete;

 private:
  void touch() {
    if (state_.cache.nodes) state_.cache.changed.push_back(node_);
  }

  RunState& state_;
  NodeIndex node_;
  Json vars_;
  NodeResult result_;
};

}  // namespace

Result<bool> TurnMaker::condition_holds(EdgeIndex edge) {
  if (!program_.plan.edges[edge].conditional) return true;
  const auto& condition = program_.edge_conditions[edge];
  if (!condition) return true;
  expr::Budget budget;
  auto holds = condition->evaluate(scope_, budget);
  steps_ += limits::turn_expression_steps_max - budget.steps_left;
  return holds;
}

std::optional<NodeError> TurnMaker::cycle_error(const std::vector<EdgeIndex>& taken) const {
  for (const EdgeIndex index : taken) {
    const PlanEdge& edge = program_.plan.edges[index];
    if (!edge.back || state_.tokens.taken_count(index) < edge.max_iterations) continue;
    return refusal("CYCLE_LIMIT",
                   "The edge back to '" + program_.plan.nodes[edge.target].id +
                       "' was taken max_iterations = " + std::to_string(edge.max_iterations) +
                       " times.",
                   ErrorClass::runtime);
  }
  return std::nullopt;
}

TurnMaker::Departure TurnMaker::depart(const NodeEnded& ended, const OutputPtr& output,
                                       std::span<const std::uint16_t> handles) {
  const PlanNode& node = program_.plan.nodes[ended.run.node];
  Departure departure;
  bool has_condition = false;
  for (const std::uint16_t handle : handles) {
    for (const EdgeIndex edge : node.out[handle]) {
      departure.taken.push_back(edge);
      has_condition = has_condition || program_.plan.edges[edge].conditional;
    }
  }
  if (has_condition) {
    const Preview preview(state_, ended, output);
    scope_.enter(ended.run);
    std::vector<EdgeIndex> holding;
    for (const EdgeIndex edge : departure.taken) {
      const auto holds = condition_holds(edge);
      if (!holds) {
        departure.error = to_node_error(holds.error());
        return departure;
      }
      if (*holds) holding.push_back(edge);
    }
    departure.taken = std::move(holding);
  }
  departure.error = cycle_error(departure.taken);
  return departure;
}

std::optional<NodeError> TurnMaker::value_error(const Json& output,
                                                const std::vector<Assignment>& assignments) const {
  auto bytes = measure(output);
  for (const Assignment& assignment : assignments) {
    const auto more = measure(assignment.value);
    bytes = bytes && more ? std::optional(*bytes + *more) : std::nullopt;
  }
  if (!bytes) {
    return refusal(
        "VALUE_TOO_DEEP",
        "A value is nested deeper than " + std::to_string(limits::value_depth_max) + " levels.",
        ErrorClass::validation);
  }
  if (state_.value_bytes + *bytes > limits::execution_value_bytes_max) {
    return refusal("EXECUTION_TOO_LARGE",
                   "The outputs and variables of an execution have at most " +
                       std::to_string(limits::execution_value_bytes_max) + " bytes in all.",
                   ErrorClass::validation);
  }
  return std::nullopt;
}

void TurnMaker::finish(NodeRunKey key, Finish finish) {
  const PlanNode& node = program_.plan.nodes[key.node];
  if (auto error = value_error(finish.output, finish.assignments)) {
    return fail(key, std::move(*error), false);
  }
  std::vector<std::uint16_t> handles;
  for (const std::string& name : finish.handles) {
    const auto handle = node.handle(name);
    if (!handle) {
      auto error =
          refusal("UNKNOWN_HANDLE", "The node has no handle '" + name + "'.", ErrorClass::runtime);
      return fail(key, std::move(error), false);
    }
    handles.push_back(*handle);
  }
  NodeEnded change = ended(key);
  if (!finish.output.is_null()) change.output = print_json(finish.output);
  change.assignments = std::move(finish.assignments);
  change.log = std::move(finish.log);
  if (finish.answer && state_.answered) {
    turn_.logs.push_back(
        {"warn", "Node '" + node.id + "' answered again; only the first is sent."});
  } else {
    change.answer = std::move(finish.answer);
  }
  const OutputPtr output = shared(std::move(finish.output));
  Departure departure = depart(change, output, handles);
  if (departure.taken.empty() && !departure.error && finish.needs_edge) {
    departure.error = refusal("NO_BRANCH_MATCHED", "No edge leaves by the branch that was chosen.",
                              ErrorClass::runtime);
  }
  if (departure.error) return fail(key, std::move(*departure.error), false);
  change.taken = std::move(departure.taken);
  if (change.log) turn_.logs.push_back(*change.log);
  if (change.answer) turn_.answer = change.answer;
  commit(std::move(change), output);
}

/// The trigger and disabled nodes: what came in goes out.
void TurnMaker::pass_through(NodeRunKey key) {
  const PlanNode& node = program_.plan.nodes[key.node];
  const LiveRun& run = *state_.tokens.find(key);
  const bool starts = key.node == program_.plan.trigger;
  const OutputPtr output = starts ? OutputPtr(state_.payload, &state_.payload->root)
                                  : passed_through(program_.plan, run.inputs);
  NodeEnded change = ended(key);
  std::vector<std::uint16_t> handles;
  if (!node.handles.empty()) handles.push_back(node.handle("default").value_or(0));
  Departure departure = depart(change, output, handles);
  if (departure.error) return fail(key, std::move(*departure.error), false);
  change.taken = std::move(departure.taken);
  commit(std::move(change), output);
}

}  // namespace millrace
