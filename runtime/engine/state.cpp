// Every change checked against the state before it is made: records may come from a damaged disk.
#include "runtime/engine/state.hpp"

#include "runtime/engine/codec_parts.hpp"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

std::optional<std::size_t> measure_within(const Json& value, int depth_left) {
  if (const auto* text = value.if_string()) return text->size() + 2;
  std::size_t bytes = 8;
  if (const auto* array = value.if_array()) {
    if (depth_left == 0) return std::nullopt;
    for (const Json& item : *array) {
      const auto inner = measure_within(item, depth_left - 1);
      if (!inner) return std::nullopt;
      bytes += *inner;
    }
  } else if (const auto* object = value.if_object()) {
    if (depth_left == 0) return std::nullopt;
    for (const auto& member : *object) {
      const auto inner = measure_within(member.value(), depth_left - 1);
      if (!inner) return std::nullopt;
      bytes += *inner + member.key().size() + 4;
    }
  }
  return bytes;
}

Json sum(const Json& left, const Json& right) {
  if (left.is_int64() && right.is_int64()) {
    std::int64_t total = 0;
    if (!__builtin_add_overflow(left.get_int64(), right.get_int64(), &total)) return total;
  }
  return left.to_number<double>() + right.to_number<double>();
}

class Applier {
 public:
  Applier(RunState& state, Timestamp at, const OutputPtr& output)
      : state_(state), at_(at), output_(output) {}

  Result<void> operator()(const RunBegan& change) {
    if (state_.status != RunStatus::pending) return misfit("the run has begun already");
    if (!state_.payload) {
      auto payload = parse_document(change.payload, own_json_limits());
      if (!payload) return misfit("its payload is not JSON");
      state_.payload = *std::move(payload);
    }
    state_.trigger_type = change.trigger_type;
    state_.channel = change.channel;
    state_.started = at_;
    state_.status = RunStatus::running;
    state_.tokens.start();
    return {};
  }

  Result<void> operator()(const CallOpened& change) {
    if (!find_live(change.run)) return misfit("a call of no live node run");
    LiveRun& run = leave_queue(change.run);
    run.stage = RunStage::calling;
    run.attempt = change.attempt;
    run.request = std::make_unique<CallRequest>(change.request);
    return {};
  }

  Result<void> operator()(const SleepOpened& change) {
    if (!find_live(change.run)) return misfit("a sleep of no live node run");
    LiveRun& run = leave_queue(change.run);
    run.stage = RunStage::sleeping;
    run.due = change.until;
    run.request.reset();
    return {};
  }

  Result<void> operator()(const AttemptFailed& change) {
    if (!find_live(change.run)) return misfit("a failed attempt of no live node run");
    LiveRun& run = leave_queue(change.run);
    run.stage = RunStage::retrying;
    run.due = change.retry_at;
    run.attempt = change.error.attempt + 1;
    return {};
  }

  Result<void> operator()(const NodeEnded& change) {
    const LiveRun* run = find_live(change.run);
    if (run == nullptr) return misfit("the end of no live node run");
    const Plan& plan = state_.program->plan;
    for (const EdgeIndex edge : change.taken) {
      if (edge >= plan.edges.size() || plan.edges[edge].source != change.run.node) {
        return misfit("a token over an edge of another node");
      }
    }
    auto output = output_of(change, *run);
    if (!output) return output.error();
    if (run->stage == RunStage::ready) ++state_.node_runs;
    keep_result(change, *output);
    state_.tokens.finish(change.run, change.taken, *output);
    return {};
  }

  Result<void> operator()(const RunEnded& change) {
    if (state_.status != RunStatus::running) return misfit("the end of a run that does not run");
    state_.status = change.status;
    state_.error = change.error;
    state_.output = change.output;
    state_.paused = false;
    state_.tokens.clear();
    return {};
  }

  Result<void> operator()(const PauseChanged& change) {
    if (state_.status != RunStatus::running || state_.paused == change.paused) {
      return misfit("a pause or its end where it is so already");
    }
    state_.paused = change.paused;
    return {};
  }

  Result<void> operator()(const ResultHeld& change) {
    LiveRun* run = find_live(change.run);
    if (run == nullptr || run->stage != RunStage::calling) {
      return misfit("the result of no open call");
    }
    run->stage = RunStage::held;
    run->due = at_;
    run->result = std::make_unique<CallResult>(change.result);
    return {};
  }

 private:
  static Error misfit(const char* what) {
    return Error{ErrorCode::corrupt,
                 std::string("A turn record does not fit its execution: it has ") + what + "."};
  }

  LiveRun* find_live(NodeRunKey key) {
    if (state_.status != RunStatus::running || key.node >= state_.results.size()) return nullptr;
    return state_.tokens.find(key);
  }

  LiveRun& leave_queue(NodeRunKey key) {
    const bool begins = state_.tokens.find(key)->stage == RunStage::ready;
    LiveRun& run = state_.tokens.open(key);
    run.result.reset();
    if (begins) {
      ++state_.node_runs;
      run.started = at_;
    }
    return run;
  }

  Result<OutputPtr> output_of(const NodeEnded& change, const LiveRun& run) {
    if (output_) return output_;
    if (!change.output.empty()) {
      auto value = parse_json(change.output, own_json_limits());
      if (!value) return misfit("an output that is not JSON");
      return std::make_shared<const Json>(*std::move(value));
    }
    const Program& program = *state_.program;
    if (change.run.node == program.plan.trigger)
      return OutputPtr(state_.payload, &state_.payload->root);
    const bool passes = program.nodes[change.run.node].disabled && !change.error;
    return passes ? passed_through(program.plan, run.inputs) : OutputPtr();
  }

  void keep_result(const NodeEnded& change, const OutputPtr& output) {
    NodeResult& result = state_.results[change.run.node];
    result.iteration = change.run.iteration;
    result.status = change.status;
    result.output = output;
    result.error = change.error ? std::make_shared<const NodeError>(*change.error) : nullptr;
    if (state_.cache.nodes) state_.cache.changed.push_back(change.run.node);
    JsonObject& vars = state_.vars.get_object();
    state_.value_bytes += change.output.size();
    for (const Assignment& assignment : change.assignments) {
      state_.value_bytes += measure(assignment.value).value_or(0);
      assign(vars, assignment);
    }
    const std::string& save_as = state_.program->nodes[change.run.node].save_as;
    if (!save_as.empty() && !change.error) vars[save_as] = output ? *output : Json();
    state_.answered = state_.answered || change.answer.has_value();
    state_.cancelled = state_.cancelled || change.cancels_run;
    if (change.reached_end) state_.end_output = output;
  }

  RunState& state_;
  Timestamp at_;
  const OutputPtr& output_;
};

}  // namespace

RunState::RunState(ExecutionId execution_id, ProgramPtr run_program)
    : id(execution_id),
      program(std::move(run_program)),
      tokens(program->plan),
      results(program->plan.nodes.size()),
      vars(boost::json::object_kind) {}

Result<void> apply(RunState& state, const Change& change, Timestamp at, const OutputPtr& output) {
  return std::visit(Applier(state, at, output), change);
}

OutputPtr passed_through(const Plan& plan, std::span<const Token> inputs) {
  if (inputs.empty()) return {};
  if (inputs.size() == 1) return inputs.front().output;
  JsonObject together;
  for (const Token& input : inputs) {
    together[plan.nodes[input.run.node].id] = input.output ? *input.output : Json();
  }
  return std::make_shared<const Json>(std::move(together));
}

void assign(JsonObject& vars, const Assignment& assignment) {
  if (assignment.mode == Assignment::Mode::unset) {
    vars.erase(assignment.name);
    return;
  }
  Json& variable = vars[assignment.name];
  const Json& value = assignment.value;
  switch (assignment.mode) {
    case Assignment::Mode::append:
      if (variable.is_array()) {
        variable.get_array().push_back(value);
      } else if (variable.is_null()) {
        variable = JsonArray{value};
      } else {
        variable = JsonArray{std::move(variable), value};
      }
      return;
    case Assignment::Mode::merge:
      if (variable.is_object() && value.is_object()) {
        for (const auto& member : value.get_object()) {
          variable.get_object().insert_or_assign(member.key(), member.value());
        }
        return;
      }
      break;
    case Assignment::Mode::increment:
      if (variable.is_number() && value.is_number()) {
        variable = sum(variable, value);
        return;
      }
      break;
    case Assignment::Mode::set:
    case Assignment::Mode::unset:
      break;
  }
  variable = value;
}

std::optional<std::size_t> measure(const Json& value) {
  return measure_within(value, limits::value_depth_max);
}

std::optional<Timestamp> next_wake(const RunState& state) {
  if (state.status != RunStatus::running) return std::nullopt;
  std::optional<Timestamp> next;
  const auto consider = [&next](Timestamp time) { next = next ? std::min(*next, time) : time; };
  for (const LiveRun& run : state.tokens.waiting()) {
    if (run.stage != RunStage::calling && !state.paused) consider(run.due);
  }
  if (state.program->max_duration) consider(state.started + *state.program->max_duration);
  if (state.program->ttl) consider(state.started + *state.program->ttl);
  return next;
}

}  // namespace millrace
