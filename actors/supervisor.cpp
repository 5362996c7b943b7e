// Who may hold an actor, and who waits. Nothing here decides about flows.
#include "actors/supervisor.hpp"

#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {
namespace {

Error shutting_down() { return {ErrorCode::unavailable, "shutting down"}; }

}  // namespace

void SupervisorState::admit(AdmissionPtr admission) {
  if (stopping) return admission->caller.answer(shutting_down());
  admissions.push_back(std::move(admission));
  pump();
}

bool SupervisorState::waits() const {
  return !admissions.empty() || !wakes.empty() || (!reloads.empty() && house->gate.writable());
}

void SupervisorState::pump() {
  while (!stopping && waits()) {
    if (!house->live.enter(partition)) return;
    LiveSlot slot(house->live);
    if (!reloads.empty() && house->gate.writable()) {
      const ExecutionId id = reloads.front();
      reloads.pop_front();
      load(id, std::nullopt, std::move(slot));
    } else if (wakes.empty() || (triggers_turn && !admissions.empty())) {
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
  self->spawn(execution, house, std::move(start));
}

void SupervisorState::load(const ExecutionId& id, std::optional<TimerRow> row, LiveSlot slot) {
  if (runs.contains(id)) return;
  runs.emplace(id, Run{{}, std::move(slot), row});
  self->send(house->reader_of(partition), RunRequest{id});
}

void SupervisorState::on_loaded(LoadedRunPtr loaded) {
  const auto found = runs.find(loaded->id);
  if (found == runs.end() || found->second.execution) return;
  const bool ok = loaded->run.has_value() && loaded->program.has_value();
  if (!ok) {
    const Error& error = loaded->run ? loaded->program.error() : loaded->run.error();
    if (error.code != ErrorCode::not_found) {
      log(LogLevel::error, "run.not_loaded",
          {{"execution", to_base62(loaded->id.id)}, {"message", error.message}});
    }
  }
  if (!ok || draining) {
    runs.erase(found);
    return pump();
  }
  auto start = std::make_shared<Start>();
  start->loaded = std::move(loaded);
  start->slot = std::move(found->second.slot);
  if (found->second.row) start->due = found->second.row->due;
  found->second.execution = self->spawn(execution, house, std::move(start));
}

void SupervisorState::on_entered(const Entered& entered) {
  runs[entered.id].execution = entered.execution;
  if (stopping) self->send(entered.execution, atom::stop::value);
}

void SupervisorState::on_left(const Left& left) {
  runs.erase(left.id);
  if (left.reload && !draining) reloads.push_back(left.id);
  pump();
}

void SupervisorState::on_due(const TimerRow& row) {
  if (draining || runs.contains(row.execution)) return took_wake();
  wakes.push_back(row);
  pump();
}

void SupervisorState::on_open_runs(const OpenRuns& open) {
  if (!open.ids) return house->fail(open.ids.error());
  for (const ExecutionId& id : *open.ids) reloads.push_back(id);
  if (house->partitions_starting.fetch_sub(1) == 1) house->gate.open();
  pump();
}

void SupervisorState::on_room() {
  if (waits()) return pump();
  house->live.offer();
}

void SupervisorState::drain() {
  draining = true;
  wakes.clear();
  reloads.clear();
}

void SupervisorState::stop() {
  drain();
  stopping = true;
  const auto waiting = std::exchange(admissions, {});  // they leave the gate after they were told
  AnswerBatch answers;
  for (const AdmissionPtr& admission : waiting) {
    admission->caller.answer(shutting_down(), answers);
  }
  std::erase_if(runs, [](const auto& entry) { return !entry.second.execution; });
  for (const auto& [id, run] : runs) self->send(run.execution, atom::stop::value);
}

supervisor_actor::behavior_type supervisor(supervisor_actor::stateful_pointer<SupervisorState> self,
                                           House* house, Partition partition) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  self->state.partition = partition;
  return {
      [self](AdmissionPtr& admission) { self->state.admit(std::move(admission)); },
      [self](const Entered& entered) { self->state.on_entered(entered); },
      [self](const Left& left) { self->state.on_left(left); },
      [self](const Due& due) { self->state.on_due(due.row); },
      [self](LoadedRunPtr& loaded) { self->state.on_loaded(std::move(loaded)); },
      [self](const OpenRunsPtr& open) { self->state.on_open_runs(*open); },
      [self](atom::room) { self->state.on_room(); },
      [self](atom::writable) { self->state.pump(); },
      [self](atom::drain) { self->state.drain(); },
      [self](atom::stop) { self->state.stop(); },
  };
}

}  // namespace millrace::actors
