// Who may hold an actor, and who waits. Nothing here decides about flows.
#include "actors/supervisor.hpp"

#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace millrace::actors {
namespace {

Error shutting_down() { return {ErrorCode::unavailable, "shutting down"}; }

}  // namespace

void SupervisorState::admit(AdmissionPtr admission) {
  if (stopping) return admission->caller.answer(shutting_down());
  admissions.push_back(std::move(admission));
  pump();
}

void SupervisorState::on_control(ControlPtr control) {
  if (const auto found = runs.find(control->id); found != runs.end()) {
    return attach(found->second, std::move(control));
  }
  if (draining) return control->answer.caller.answer(shutting_down());
  controls.push_back(std::move(control));
  pump();
}

void SupervisorState::attach(Run& run, ControlPtr control) {
  std::erase_if(run.controls, [](const ControlPtr& earlier) { return earlier->taken.load(); });
  if (run.execution) self->send<caf::message_priority::high>(run.execution, control);
  run.controls.push_back(std::move(control));
}

bool SupervisorState::may_begin() const { return !admissions.empty() && returning.empty(); }

bool SupervisorState::waits() const {
  if (gathering) return false;
  if (held) return !admissions.empty() || !controls.empty();
  return may_begin() || !controls.empty() || !wakes.empty() ||
         (!reloads.empty() && house->gate.writable());
}

void SupervisorState::pump() {
  while (!stopping && waits()) {
    if (!house->live.enter(partition)) return;
    LiveSlot slot(house->live);
    if (!controls.empty()) {
      ControlPtr control = std::move(controls.front());
      controls.pop_front();
      load_for(std::move(control), std::move(slot));
    } else if (!held && !reloads.empty() && house->gate.writable()) {
      const Reload reload = reloads.front();
      reloads.pop_front();
      load(reload.id, reload.row, std::move(slot));
    } else if (may_begin() && (held || triggers_turn || wakes.empty())) {
      triggers_turn = false;
      AdmissionPtr admission = std::move(admissions.front());
      admissions.pop_front();
      begin(std::move(admission), std::move(slot));
    } else {
      triggers_turn = true;
      const TimerRow row = wakes.front();
      wakes.pop_front();
      took_wake();
      load(row.execution, row, std::move(slot));
    }
  }
}

void SupervisorState::took_wake() {
  self->send(house->keepers[static_cast<std::size_t>(partition)], atom::taken::value);
}

void SupervisorState::begin(AdmissionPtr admission, LiveSlot slot) {
  auto start = std::make_shared<Start>();
  start->admission = std::move(admission);
  start->slot = std::move(slot);
  start->held = held;
  self->spawn(execution, house, std::move(start));
}

void SupervisorState::load(const ExecutionId& id, std::optional<TimerRow> row, LiveSlot slot) {
  const auto [found, added] = runs.try_emplace(id);
  if (!added) {
    if (row) found->second.missed = row;
    returning.erase(id);
    return;
  }
  found->second.slot = std::move(slot);
  found->second.row = row;
  found->second.load = ++last_load;
  self->send(house->reader_of(partition), RunRequest{id, last_load});
}

void SupervisorState::load_for(ControlPtr control, LiveSlot slot) {
  const ExecutionId id = control->id;
  if (!runs.contains(id)) {
    const auto reload = take_reload(id);
    load(id, reload ? reload->row : std::nullopt, std::move(slot));
    runs.at(id).visit = !reload;
  }
  attach(runs.at(id), std::move(control));
}

std::optional<SupervisorState::Reload> SupervisorState::take_reload(const ExecutionId& id) {
  const auto is_it = [&](const Reload& reload) { return reload.id == id; };
  const auto found = std::find_if(reloads.begin(), reloads.end(), is_it);
  if (found == reloads.end()) return std::nullopt;
  const Reload reload = *found;
  reloads.erase(found);
  return reload;
}

void SupervisorState::on_loaded(LoadedRunPtr loaded) {
  const auto found = runs.find(loaded->id);
  if (found == runs.end() || found->second.execution || found->second.load != loaded->number) {
    return;
  }
  returning.erase(loaded->id);
  Run& run = found->second;
  const bool ok = loaded->run.has_value() && loaded->program.has_value();
  if (!ok || draining) {
    const Error error = ok            ? shutting_down()
                        : loaded->run ? loaded->program.error()
                                      : loaded->run.error();
    if (!ok && error.code != ErrorCode::not_found) {
      log(LogLevel::error, "run.not_loaded",
          {{"execution", to_base62(loaded->id.id)}, {"message", error.message}});
    }
    give_up(run, error);
    runs.erase(found);
  } else if (run.visit && !loaded->run->parked && !held) {
    run.slot.release();
  } else {
    start(run, std::move(loaded));
  }
  pump();
}

void SupervisorState::start(Run& run, LoadedRunPtr loaded) {
  if (run.missed) run.row = std::exchange(run.missed, std::nullopt);
  auto start = std::make_shared<Start>();
  start->loaded = std::move(loaded);
  start->slot = std::move(run.slot);
  start->controls = run.controls;
  start->held = held;
  if (run.row) start->due = run.row->due;
  run.execution = self->spawn(execution, house, std::move(start));
}

void SupervisorState::give_up(Run& run, const Error& error) {
  for (const ControlPtr& control : run.controls) {
    if (!control->taken) control->answer.caller.answer(error);
  }
}

void SupervisorState::on_entered(const Entered& entered) {
  Run& run = runs[entered.id];
  run.execution = entered.execution;
  run.slot.release();
  const auto waiting =
      std::stable_partition(controls.begin(), controls.end(),
                            [&](const ControlPtr& control) { return control->id != entered.id; });
  run.controls.insert(run.controls.end(), waiting, controls.end());
  controls.erase(waiting, controls.end());
  for (const ControlPtr& control : run.controls) self->send(run.execution, control);
  if (stopping) self->send(entered.execution, atom::stop::value);
}

void SupervisorState::on_left(const Left& left) {
  const auto found = runs.find(left.id);
  if (found == runs.end()) return pump();
  const Run run = std::move(found->second);
  runs.erase(found);
  const auto row = run.missed || !left.reload ? run.missed : run.row;
  if ((left.reload || row) && !draining) reloads.push_back({left.id, row});
  for (const ControlPtr& control : run.controls) {
    if (!control->taken) on_control(control);
  }
  pump();
}

void SupervisorState::on_due(const TimerRow& row) {
  const auto found = runs.find(row.execution);
  if (found != runs.end()) found->second.missed = row;
  if (draining || found != runs.end()) return took_wake();
  wakes.push_back(row);
  pump();
}

void SupervisorState::on_open_runs(const OpenRuns& open) {
  if (!open.ids) return house->fail(open.ids.error());
  if (!std::exchange(started, true) && house->partitions_starting.fetch_sub(1) == 1) {
    house->gate.open();
  }
  if (!held) {
    for (const ExecutionId& id : *open.ids) bring_back(id);
    gathering = false;
  }
  pump();
}

/// A run that stands open on disk. A control may have met it there, and wait for it.
void SupervisorState::bring_back(const ExecutionId& id) {
  if (const auto found = runs.find(id); found != runs.end()) {
    if (found->second.execution || !found->second.visit) return;
    const Run run = std::move(found->second);
    runs.erase(found);
    for (const ControlPtr& control : run.controls) {
      if (!control->taken) controls.push_back(control);
    }
  }
  reloads.push_back({id, std::nullopt});
  if (gathering) returning.insert(id);
}

void SupervisorState::on_held(const ExecutionId& id) {
  if (held || draining) return;
  bring_back(id);
  pump();
}

void SupervisorState::resume() {
  held = false;
  if (draining) return;
  gathering = true;
  self->send(house->reader_of(partition), partition);
}

void SupervisorState::on_room() {
  if (waits()) return pump();
  house->live.offer();
}

void SupervisorState::drain() {
  draining = true;
  wakes.clear();
  reloads.clear();
  returning.clear();
  for (const ControlPtr& control : std::exchange(controls, {})) {
    control->answer.caller.answer(shutting_down());
  }
}

void SupervisorState::stop() {
  drain();
  stopping = true;
  const auto waiting = std::exchange(admissions, {});  // they leave the gate after they were told
  AnswerBatch answers;
  for (const AdmissionPtr& admission : waiting) {
    admission->caller.answer(shutting_down(), answers);
  }
  for (auto& [id, run] : runs) {
    if (!run.execution) give_up(run, shutting_down());
  }
  std::erase_if(runs, [](const auto& entry) { return !entry.second.execution; });
  for (const auto& [id, run] : runs) self->send(run.execution, atom::stop::value);
}

supervisor_actor::behavior_type supervisor(supervisor_actor::stateful_pointer<SupervisorState> self,
                                           House* house, Partition partition) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  self->state.partition = partition;
  self->state.held = house->settings.paused;
  return {
      [self](AdmissionPtr& admission) { self->state.admit(std::move(admission)); },
      [self](ControlPtr& control) { self->state.on_control(std::move(control)); },
      [self](const Entered& entered) { self->state.on_entered(entered); },
      [self](const Left& left) { self->state.on_left(left); },
      [self](const Due& due) { self->state.on_due(due.row); },
      [self](LoadedRunPtr& loaded) { self->state.on_loaded(std::move(loaded)); },
      [self](const OpenRunsPtr& open) { self->state.on_open_runs(*open); },
      [self](const Held& run) { self->state.on_held(run.id); },
      [self](atom::resume) { self->state.resume(); },
      [self](atom::room) { self->state.on_room(); },
      [self](atom::writable) { self->state.pump(); },
      [self](atom::drain) { self->state.drain(); },
      [self](atom::stop) { self->state.stop(); },
  };
}

}  // namespace millrace::actors
