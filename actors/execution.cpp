// One turn at a time: decide, hand to the writer, wait, act.
#include "actors/execution.hpp"

#include "actors/guard.hpp"
#include "runtime/base/assert.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {

void ExecutionState::start(House& shared, Start from) {
  house = &shared;
  slot = std::move(from.slot);
  held = from.held;
  if (from.admission) return begin(std::move(from.admission));
  in_table = true;
  controls = std::move(from.controls);
  resume(*from.loaded, from.due);
}

void ExecutionState::begin(AdmissionPtr admission) {
  const Trigger& trigger = *admission->trigger;
  summary.id = trigger.execution;
  summary.workspace = trigger.workspace;
  summary.flow = trigger.program->flow;
  summary.flow_version = trigger.program->version;
  summary.trigger_type = trigger.type;
  summary.channel = trigger.channel;
  summary.message_id = trigger.message_id;
  summary.replay_of = trigger.replay_of;
  engine.emplace(trigger.execution, trigger.program, house->settings.env);
  const Timestamp now = house->outside.clock.now();
  commit(held ? engine->accept(trigger, now) : engine->begin(trigger, now, jitter()),
         std::move(admission));
}

Result<void> ExecutionState::restore(const StoredRun& run, const ProgramPtr& program) {
  if (run.snapshot.empty()) {
    engine.emplace(run.summary.id, program, house->settings.env);
  } else {
    auto restored = Execution::restore(run.summary.id, program, run.snapshot, house->settings.env);
    if (!restored) return restored.error();
    engine.emplace(std::move(*restored));
  }
  for (const TurnRecord& record : run.records) {
    if (auto replayed = engine->replay(record); !replayed) return replayed;
  }
  return {};
}

void ExecutionState::resume(LoadedRun& loaded, std::optional<Timestamp> due) {
  StoredRun& run = *loaded.run;
  summary = run.summary;
  if (auto restored = restore(run, *loaded.program); !restored) {
    log(LogLevel::error, "execution.not_restored",
        {{"execution", to_base62(summary.id.id)}, {"message", restored.error().message}});
    refuse_controls(restored.error());
    return leave();
  }
  if (has_ended(engine->status())) {
    refuse_controls({ErrorCode::not_found, "the run has ended"});
    return leave();
  }
  was_parked = run.parked;
  was_wake = run.wake;
  if (run.wake != due) due.reset();  // of a wait that is over
  visiting = run.parked && !due;
  withheld = (held || engine->paused()) && !engine->open_calls().empty();
  if (!withheld) issue(engine->open_calls());
  wake_or_leave(due);
}

void ExecutionState::wake_or_leave(std::optional<Timestamp> due) {
  const Timestamp now = std::max(house->outside.clock.now(), due.value_or(Timestamp{}));
  const auto next = engine->next_wake();
  unfinished = engine->has_ready() && !held;
  if (next && *next <= now && !visiting && !held) inbox.push_back({Woken{}, now});
  go_on();
}

void ExecutionState::handle(Pending pending) {
  const Timestamp now = std::max(house->outside.clock.now(), pending.at_least);
  Turn turn = engine->handle(pending.event, now, jitter());
  if (turn.empty()) return go_on();
  commit(std::move(turn), nullptr);
}

void ExecutionState::refresh_summary(Timestamp at) {
  summary.status = engine->status();
  summary.waiting = engine->waiting();
  summary.paused = engine->paused();
  summary.started = engine->started();
  if (has_ended(summary.status)) summary.ended = at;
  summary.node_runs = engine->node_runs();
  summary.turns = engine->turns();
  if (const auto& error = engine->error()) {
    summary.error_node = error->node_id;
    summary.error_code = error->code;
    summary.error_message = error->message;
  }
}

TurnWrite ExecutionState::make_write(Turn& turn, bool parks) {
  TurnWrite write;
  const Timestamp at = turn.record.at;
  refresh_summary(at);
  if (held && turn.record.turn == 0 && !has_ended(summary.status)) {
    summary.status = RunStatus::pending;
  }
  write.summary = summary;
  write.bytes = encode_record(turn.record);
  write.record = std::make_shared<const TurnRecord>(std::move(turn.record));
  write.ended = has_ended(summary.status);
  write.parked = parks;
  if (parks) write.wake = engine->next_wake();
  write.was_parked = std::exchange(was_parked, false);
  write.was_wake = std::exchange(was_wake, std::nullopt);
  if (!write.ended && summary.turns % house->settings.snapshot_turns == 0) {
    write.snapshot = engine->snapshot();
  }
  return write;
}

void ExecutionState::commit(Turn turn, AdmissionPtr admission, ControlAnswerPtr control) {
  const bool ended = has_ended(engine->status());
  effects = std::move(turn.calls);
  if (withheld && !engine->paused() && !held) {
    withheld = false;
    effects = engine->open_calls();
  }
  const auto wake = engine->next_wake();
  const bool parks = !ended && !turn.unfinished && !stopping && inbox.empty() && calls_open == 0 &&
                     effects.empty() && controls.empty() &&
                     (!wake || *wake > turn.record.at + house->settings.park_after);
  leaves = ended || parks || (held && controls.empty());
  returns = leaves && !ended && !parks;
  unfinished = turn.unfinished;
  auto append = std::make_shared<Append>();
  append->answer = std::move(turn.answer);
  append->logs = std::move(turn.logs);
  append->write = make_write(turn, parks);
  const bool asked = !admission || admission->mode != ResponseMode::immediate;
  if (ended && asked) append->output = engine->output();
  if (admission) {
    append->write.key = std::move(admission->key);
    append->write.key_expires = summary.started + house->settings.idempotency_window;
  }
  append->held = held && admission != nullptr;
  append->admission = std::move(admission);
  append->control = std::move(control);
  // A first turn that leaves nothing to do needs no word from the writer: the record carries its
  // reply. A later one stays in its supervisor's table until it is durable, so that its old timer
  // row cannot wake it twice.
  const bool done = leaves && !in_table;
  if (!done) append->execution = execution_actor(self);
  uncommitted = !done;
  caf::anon_send(house->writer, std::move(append));
  if (done) leave();
}

void ExecutionState::on_committed() {
  MR_ASSERT(uncommitted);
  uncommitted = false;
  if (!in_table) {
    in_table = true;
    self->send(house->supervisor_of(summary.id), Entered{summary.id, execution_actor(self)});
  }
  if (leaves || stopping) return leave(returns);
  const bool is_cancelled = !controls.empty() && controls.front()->what == Control::cancel &&
                            controls.front()->workspace == summary.workspace;
  if (!is_cancelled) issue(std::exchange(effects, {}));
  go_on();
}

void ExecutionState::go_on() {
  if (!controls.empty()) return handle_control();
  if (std::exchange(unfinished, false)) return handle({Continued{}, {}});
  if (inbox.empty()) return rest();
  Pending next = std::move(inbox.front());
  inbox.pop_front();
  handle(std::move(next));
}

void ExecutionState::rest() {
  if (visiting && was_parked) return leave();
  if (held) return leave(true);
  arm_wake();
}

/// Where nobody who comes after could do better: a control that is not taken comes back.
void ExecutionState::refuse_controls(const Error& error) {
  for (const ControlPtr& request : controls) {
    request->answer.caller.answer(error);
    request->taken = true;
  }
}

void ExecutionState::handle_control() {
  const ControlPtr request = std::move(controls.front());
  controls.erase(controls.begin());
  auto answer = std::make_shared<ControlAnswer>(std::move(request->answer));
  request->taken = true;
  if (request->workspace != summary.workspace) {
    answer->caller.answer(Error{ErrorCode::not_found, "no such run"});
    return go_on();
  }
  if (held && engine->paused() && request->what == Control::resume) {
    answer->caller.answer(Error{ErrorCode::unavailable, "the server is paused"});
    return go_on();
  }
  Turn turn = engine->handle(ControlAsked{request->what}, house->outside.clock.now(), jitter());
  if (turn.empty()) {
    answer->caller.answer(ControlOutcome{engine->status(), engine->waiting(), engine->paused()});
    return go_on();
  }
  if (engine->paused()) {
    std::erase_if(
        inbox, [](const Pending& pending) { return std::holds_alternative<Woken>(pending.event); });
  }
  commit(std::move(turn), nullptr, std::move(answer));
}

void ExecutionState::issue(std::vector<CallEffect> calls) {
  calls_open += calls.size();
  for (CallEffect& call : calls) {
    const bool http = std::holds_alternative<HttpCall>(call.request.what);
    self->send(
        http ? house->http_worker : house->channel_worker,
        CallTask{execution_actor(self), std::make_shared<const CallEffect>(std::move(call))});
  }
}

void ExecutionState::arm_wake() {
  const auto next = engine->next_wake();
  if (next == armed) return;
  if (next) {
    self->send(house->keeper_of(summary.id), Arm{summary.id, *next, execution_actor(self)});
  } else {
    self->send(house->keeper_of(summary.id), Disarm{summary.id});
  }
  armed = next;
}

void ExecutionState::on_call(CallReturned result) {
  MR_ASSERT(calls_open > 0);
  --calls_open;
  inbox.push_back({std::move(result), {}});
  if (!uncommitted) go_on();
}

void ExecutionState::on_wake(Timestamp due) {
  if (armed == due) armed.reset();
  inbox.push_back({Woken{}, due});
  if (!uncommitted) go_on();
}

void ExecutionState::on_control(ControlPtr control) {
  controls.push_back(std::move(control));
  if (!uncommitted) go_on();
}

void ExecutionState::on_not_committed(bool reload) {
  uncommitted = false;
  leave(reload);
}

void ExecutionState::on_stop() {
  stopping = true;
  if (!uncommitted) leave();
}

void ExecutionState::on_exception() { leave(); }

void ExecutionState::leave(bool reload) {
  if (armed) self->send(house->keeper_of(summary.id), Disarm{summary.id});
  if (in_table) self->send(house->supervisor_of(summary.id), Left{summary.id, reload});
  slot.release();
  gone = true;
  self->quit();
}

double ExecutionState::jitter() const {
  const std::uint64_t turn = engine ? engine->turns() : 0;
  std::uint64_t mixed = summary.id.id.random() + (turn + 1) * 0x9E3779B97F4A7C15ull;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ull;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBull;
  return static_cast<double>((mixed ^ (mixed >> 31)) >> 11) * 0x1.0p-53;
}

execution_actor::behavior_type execution(execution_actor::stateful_pointer<ExecutionState> self,
                                         House* house, StartPtr start) {
  guard(self, [self](const Error&) { self->state.on_exception(); });
  self->state.start(*house, std::move(*start));
  if (self->state.gone) return execution_actor::behavior_type::make_empty_behavior();
  return {
      [self](CallReturnedPtr& result) { self->state.on_call(std::move(*result)); },
      [self](Wake wake) { self->state.on_wake(wake.due); },
      [self](ControlPtr& control) { self->state.on_control(std::move(control)); },
      [self](atom::committed) { self->state.on_committed(); },
      [self](NotCommitted failure) { self->state.on_not_committed(failure.reload); },
      [self](atom::stop) { self->state.on_stop(); },
  };
}

}  // namespace millrace::actors
