// Each request is one call of the journal and one message back.
#include "actors/store_reader.hpp"

#include "actors/guard.hpp"

#include <caf/send.hpp>

namespace millrace::actors {

std::optional<TriggerOutcome> outcome_of(const StoredRun& run) {
  TriggerOutcome outcome;
  outcome.execution = run.summary.id;
  outcome.flow_version = run.summary.flow_version;
  outcome.status = run.summary.status;
  for (const TurnRecord& record : run.records) {
    for (const Change& change : record.changes) {
      const auto* node = std::get_if<NodeEnded>(&change);
      if (node != nullptr && node->answer && !outcome.answer) outcome.answer = node->answer;
      if (const auto* end = std::get_if<RunEnded>(&change)) outcome.output = end->output;
    }
  }
  if (!outcome.answer && !has_ended(outcome.status)) return std::nullopt;
  return outcome;
}

void StoreReaderState::resume(const RunRequest& request) {
  const ExecutionId& id = request.id;
  auto loaded = std::make_shared<LoadedRun>();
  loaded->id = id;
  loaded->number = request.number;
  loaded->run = house->outside.journal.load(id);
  if (loaded->run) {
    const ExecutionSummary& summary = loaded->run->summary;
    loaded->program = house->outside.journal.program(summary.flow, summary.flow_version);
  }
  self->send(house->supervisor_of(id), std::move(loaded));
}

void StoreReaderState::look_up(const LookUpRequest& request) {
  auto found = std::make_shared<LookedUp>();
  found->id = request.id;
  auto run = house->outside.journal.load(request.id);
  if (!run) run = house->outside.journal.load_ended(request.workspace, request.id);
  if (run) {
    found->outcome = outcome_of(*run);
  } else {
    found->outcome = run.error();
  }
  self->send(house->writer, LookedUpPtr(std::move(found)));
}

void StoreReaderState::timers(const TimerRequest& request) {
  auto loaded = std::make_shared<LoadedTimers>();
  loaded->request = request;
  loaded->rows = house->outside.journal.timers(request.partition, request.from, request.count_max);
  self->send(house->keepers[static_cast<std::size_t>(request.partition)],
             LoadedTimersPtr(std::move(loaded)));
}

void StoreReaderState::open_runs(Partition partition) {
  auto open = std::make_shared<OpenRuns>();
  open->ids = house->outside.journal.open_runs(partition);
  self->send(house->supervisors[static_cast<std::size_t>(partition)], OpenRunsPtr(std::move(open)));
}

void StoreReaderState::schedules(const SchedulesRequest& request) {
  auto loaded = std::make_shared<LoadedSchedules>();
  loaded->only = request.only;
  loaded->schedules = house->outside.journal.schedules(request.only);
  self->send(house->cron, LoadedSchedulesPtr(std::move(loaded)));
}

void StoreReaderState::debounces(const DebouncesRequest& request) {
  if (request.only) {
    auto loaded = std::make_shared<LoadedDebounce>();
    loaded->name = *request.only;
    loaded->stored = house->outside.journal.debounce(*request.only);
    return self->send(house->debouncer, std::move(loaded));
  }
  auto loaded = std::make_shared<LoadedDebounces>();
  loaded->windows = house->outside.journal.debounces();
  self->send(house->debouncer, LoadedDebouncesPtr(std::move(loaded)));
}

store_reader_actor::behavior_type store_reader(
    store_reader_actor::stateful_pointer<StoreReaderState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](RunRequest request) { self->state.resume(request); },
      [self](const LookUpRequest& request) { self->state.look_up(request); },
      [self](const TimerRequest& request) { self->state.timers(request); },
      [self](const SchedulesRequest& request) { self->state.schedules(request); },
      [self](const DebouncesRequest& request) { self->state.debounces(request); },
      [self](Partition partition) { self->state.open_runs(partition); },
  };
}

}  // namespace millrace::actors
