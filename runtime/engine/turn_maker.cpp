// The loop of a turn, and what each decision of a node becomes.
#include "runtime/engine/turn_maker.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/flow/status_handle.hpp"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

const Json no_output;

std::string text_of(const Json& value) {
  return value.is_null() ? std::string() : print_json(value);
}

}  // namespace

NodeError engine_error(std::string code, std::string message, ErrorClass error_class) {
  NodeError error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.error_class = error_class;
  return error;
}

TurnMaker::TurnMaker(RunState& state, Timestamp now, double jitter)
    : state_(state), program_(*state.program), now_(now), jitter_(jitter), scope_(state, now) {
  turn_.record.turn = state.turns;
  turn_.record.at = now;
}

Turn TurnMaker::take() {
  if (!turn_.empty()) ++state_.turns;
  return std::move(turn_);
}

void TurnMaker::commit(Change change, const OutputPtr& output) {
  const Result<void> applied = apply(state_, change, now_, output);
  MR_ASSERT(applied.has_value());
  turn_.record.changes.push_back(std::move(change));
}

void TurnMaker::begin(const Trigger& trigger) {
  turn_.record.changes.reserve(program_.plan.nodes.size() < 8 ? program_.plan.nodes.size() + 2 : 8);
  RunBegan began;
  began.workspace = trigger.workspace;
  began.flow = program_.flow;
  began.flow_version = program_.version;
  began.trigger_type = trigger.type;
  began.contact = trigger.contact;
  began.channel = trigger.channel;
  began.message_id = trigger.message_id;
  state_.payload = trigger.payload ? trigger.payload : make_document(Json());
  // A secret can be escaped in more ways than anybody looks for: of this text there is one
  // spelling.
  const bool has_escapes =
      program_.may_hold_secrets && state_.payload->text.find('\\') != std::string::npos;
  if (has_escapes) state_.payload = make_document(state_.payload->root);
  began.payload = state_.payload->text;
  began.replay_of = trigger.replay_of;
  commit(std::move(began));
  if (trigger.kept) keep(*trigger.kept);
}

void TurnMaker::call_returned(const CallReturned& event) {
  const LiveRun* run = state_.tokens.find(event.run);
  if (run == nullptr || run->stage != RunStage::calling || run->attempt != event.attempt) return;
  if (end_at_cap()) return;
  if (state_.paused) return commit(ResultHeld{event.run, event.result});
  decide(event.run, ask(*run, &event.result));
  work();
}

bool TurnMaker::is_spent() const {
  return node_runs_ >= limits::turn_node_runs_max || steps_ >= limits::turn_expression_steps_max;
}

const LiveRun* TurnMaker::next_due() const {
  const LiveRun* next = nullptr;
  for (const LiveRun& run : state_.tokens.waiting()) {
    const bool is_held = run.stage == RunStage::held;
    if (run.stage == RunStage::calling || (run.due > now_ && !is_held)) continue;
    if (next == nullptr || run.due < next->due) next = &run;
  }
  return next;
}

void TurnMaker::work() {
  if (state_.status != RunStatus::running || end_at_cap() || state_.paused) return;
  while (state_.status == RunStatus::running) {
    const LiveRun* due = next_due();
    const auto ready = state_.tokens.ready();
    if (due == nullptr && ready.empty()) {
      if (state_.tokens.none_left()) complete();
      return;
    }
    if (is_spent()) {
      turn_.unfinished = true;
      return;
    }
    ++node_runs_;
    if (due != nullptr) {
      wake(due->key);
    } else {
      run_ready(ready.front().key);
    }
  }
}

void TurnMaker::wake(NodeRunKey key) {
  const LiveRun& run = *state_.tokens.find(key);
  if (run.stage == RunStage::retrying && run.request) {
    open_call(key, *run.request, run.attempt);
  } else {
    decide(key, ask(run, run.result.get()));
  }
}

void TurnMaker::run_ready(NodeRunKey key) {
  // Every waiting activation is a node run to come; `each` can multiply them.
  if (state_.node_runs >= limits::execution_node_runs_max ||
      state_.tokens.ready().size() > limits::execution_node_runs_max) {
    end_run(RunStatus::failed,
            engine_error("EXECUTION_TOO_LONG",
                         "An execution has at most " +
                             std::to_string(limits::execution_node_runs_max) + " node runs.",
                         ErrorClass::runtime),
            {});
    return;
  }
  const LiveRun& run = *state_.tokens.find(key);
  if (run.join_failed) {
    const PlanNode& node = program_.plan.nodes[key.node];
    fail(key,
         engine_error("JOIN_NOT_REACHED",
                      "Only " + std::to_string(run.inputs.size()) + " of the " +
                          std::to_string(node.join_count) + " tokens it waits for can come.",
                      ErrorClass::runtime),
         false);
  } else if (program_.nodes[key.node].decide == nullptr) {
    pass_through(key);
  } else {
    decide(key, ask(run, nullptr));
  }
}

/// Asks the node what to do: resume for a result, wake after a sleep, run otherwise.
Decision TurnMaker::ask(const LiveRun& run, const CallResult* result) {
  const ProgramNode& node = program_.nodes[run.key.node];
  std::vector<const Json*> inputs;
  std::vector<std::string_view> input_nodes;
  inputs.reserve(run.inputs.size());
  input_nodes.reserve(run.inputs.size());
  for (const Token& input : run.inputs) {
    inputs.push_back(input.output ? input.output.get() : &no_output);
    input_nodes.push_back(program_.plan.nodes[input.run.node].id);
  }
  // A budget of its own: a node decides the same wherever in a turn it stands.
  expr::Budget budget;
  scope_.enter(run.key);
  auto key = idempotency_key(run, budget);
  if (!key) return to_node_error(key.error());
  const NodeContext context{scope_, budget,      now_, state_.channel,
                            inputs, input_nodes, *key, node.timeout};
  Decision decision = result != nullptr                 ? node.decide->resume(context, *result)
                      : run.stage == RunStage::sleeping ? node.decide->wake(context)
                                                        : node.decide->run(context);
  steps_ += limits::turn_expression_steps_max - budget.steps_left;
  return decision;
}

Result<std::string> TurnMaker::idempotency_key(const LiveRun& run, expr::Budget& budget) {
  const ProgramNode& node = program_.nodes[run.key.node];
  if (!node.calls_out) return std::string();
  if (!node.idempotency_key) return default_idempotency_key(state_, run.key);
  auto value = node.idempotency_key->evaluate(scope_, budget);
  if (!value) return value.error();
  return expr::to_text(*value);
}

void TurnMaker::decide(NodeRunKey key, Decision decision) {
  if (auto* done = std::get_if<Finish>(&decision)) {
    finish(key, std::move(*done));
  } else if (auto* call = std::get_if<Call>(&decision)) {
    open_call(key, std::move(call->request), state_.tokens.find(key)->attempt);
  } else if (const auto* rest = std::get_if<Sleep>(&decision)) {
    sleep(key, rest->until);
  } else if (auto* end = std::get_if<EndRun>(&decision)) {
    end_by_node(key, std::move(*end));
  } else {
    fail(key, std::get<NodeError>(std::move(decision)), true);
  }
}

NodeEnded TurnMaker::ended(NodeRunKey key) {
  const LiveRun& run = *state_.tokens.find(key);
  NodeEnded ended;
  ended.run = key;
  ended.attempt = run.attempt;
  ended.started = run.stage == RunStage::ready ? now_ : run.started;
  ended.ended = now_;
  ended.input.reserve(run.inputs.size());
  for (const Token& input : run.inputs) ended.input.push_back(input.run);
  return ended;
}

void TurnMaker::open_call(NodeRunKey key, CallRequest request, int attempt) {
  CallOpened opened;
  opened.run = key;
  opened.attempt = attempt;
  for (const Token& input : state_.tokens.find(key)->inputs) opened.input.push_back(input.run);
  opened.request = request;
  commit(std::move(opened));
  turn_.calls.push_back({key, attempt, std::move(request)});
}

void TurnMaker::sleep(NodeRunKey key, Timestamp until) {
  SleepOpened opened;
  opened.run = key;
  for (const Token& input : state_.tokens.find(key)->inputs) opened.input.push_back(input.run);
  opened.until = until;
  commit(std::move(opened));
}

void TurnMaker::complete() {
  const RunStatus status = state_.cancelled ? RunStatus::cancelled : RunStatus::completed;
  if (!program_.output) {
    end_run(status, std::nullopt, state_.end_output ? text_of(*state_.end_output) : std::string());
    return;
  }
  expr::Budget budget;
  scope_.enter(std::nullopt);
  auto output = program_.output->evaluate(scope_, budget);
  if (output && measure(*output)) {
    end_run(status, std::nullopt, text_of(*output));
  } else if (output) {
    end_run(RunStatus::failed,
            engine_error("VALUE_TOO_DEEP", "The output of the run is nested too deeply.",
                         ErrorClass::validation),
            {});
  } else {
    end_run(RunStatus::failed, to_node_error(output.error()), {});
  }
}

void TurnMaker::end_run(RunStatus status, std::optional<NodeError> error, std::string output) {
  RunEnded ended;
  ended.status = status;
  ended.error = std::move(error);
  ended.output = std::move(output);
  commit(std::move(ended));
}

void TurnMaker::end_by_node(NodeRunKey key, EndRun end) {
  if (auto error = value_error(end.output, {})) return fail(key, std::move(*error), false);
  NodeEnded change = ended(key);
  change.output = text_of(end.output);
  change.reached_end = true;
  change.ends_run = end.terminate;
  change.cancels_run = end.cancelled;
  const bool ends_all = end.terminate;
  commit(std::move(change), shared(std::move(end.output)));
  if (ends_all) complete();
}

void TurnMaker::fail(NodeRunKey key, NodeError error, bool may_retry) {
  const ProgramNode& node = program_.nodes[key.node];
  const PlanNode& plan = program_.plan.nodes[key.node];
  error.node_id = plan.id;
  error.attempt = state_.tokens.find(key)->attempt;
  if (!measure(error.details)) error.details = nullptr;
  if (may_retry) {
    if (const auto delay = next_delay(node.retry, error, jitter_)) {
      commit(AttemptFailed{key, std::move(error), now_ + *delay});
      return;
    }
  }
  const auto handle = handle_for(node, plan, error);
  if (!handle) return fail_for_good(key, std::move(error));
  NodeEnded change = ended(key);
  change.status = NodeRunStatus::failed;
  const auto output = std::make_shared<const Json>(JsonObject{{"error", to_json(error)}});
  change.output = print_json(*output);
  change.error = std::move(error);
  Departure departure = depart(change, output, std::span(&*handle, 1));
  if (departure.error) {
    departure.error->node_id = plan.id;
    departure.error->attempt = change.attempt;
    return fail_for_good(key, std::move(*departure.error));
  }
  change.taken = std::move(departure.taken);
  commit(std::move(change), output);
}

void TurnMaker::fail_for_good(NodeRunKey key, NodeError error) {
  NodeEnded change = ended(key);
  change.status = NodeRunStatus::failed;
  change.error = error;
  commit(std::move(change));
  end_run(RunStatus::failed, std::move(error), {});
}

/// Where a failed node is left; nothing: the run fails with it.
std::optional<std::uint16_t> TurnMaker::handle_for(const ProgramNode& node, const PlanNode& plan,
                                                   const NodeError& error) const {
  if (error.status != 0) {
    if (const auto name = status_handle_of(error.status, plan.handles)) return plan.handle(*name);
  }
  switch (node.on_error) {
    case OnError::fail:
      return std::nullopt;
    case OnError::continue_run:
      return plan.handle("default");
    case OnError::branch: {
      const auto handle = plan.handle("error");
      return handle && !plan.out[*handle].empty() ? handle : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace millrace
