// Loads, fires, notes, and the one timer for whoever is next. Slots are instants of the wall clock,
// so the wall is looked at once a minute at least: it may have jumped.
#include "actors/cron.hpp"

#include "actors/defaults.hpp"
#include "actors/gateway.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {
namespace {

JsonDocumentPtr payload_of(const ScheduleFire& fire, Timestamp now) {
  JsonObject payload;
  payload["scheduled_at"] = to_rfc3339(fire.slot);
  payload["fired_at"] = to_rfc3339(now);
  payload["missed_count"] = fire.missed;
  return make_document(Json(std::move(payload)));
}

/// The flow stands in it so that schedules of one slot are spread over the partitions.
TriggerKey key_of(std::string_view seed, const ScheduleFire& fire, const ScheduleProgress& after) {
  TriggerKey key;
  key.key = "slot:" + std::to_string(fire.slot.time_since_epoch().count()) + ":";
  key.key += seed;
  key.progress = std::make_shared<const ScheduleProgress>(after);
  return key;
}

}  // namespace

void CronState::on_loaded(const LoadedSchedules& loaded) {
  if (!loaded.schedules) {
    log(LogLevel::error, "schedules.not_loaded", {{"message", loaded.schedules.error().message}});
    reload = true;
    return arm_tick();
  }
  std::set<FlowId> found;
  for (const StoredSchedule& stored : *loaded.schedules) found.insert(stored.program->flow);
  if (loaded.only) {
    if (!found.contains(*loaded.only)) forget(*loaded.only);
  } else {
    std::vector<FlowId> gone;
    for (const auto& [flow, entry] : entries)
      if (!found.contains(flow)) gone.push_back(flow);
    for (const FlowId flow : gone) forget(flow);
  }
  for (const StoredSchedule& stored : *loaded.schedules) take(stored);
  arm_tick();
}

void CronState::take(const StoredSchedule& stored) {
  const FlowId flow = stored.program->flow;
  const auto [found, added] = entries.try_emplace(flow);
  Entry& entry = found->second;
  entry.workspace = stored.workspace;
  entry.program = stored.program;
  if (added) {
    entry.seed = to_base62(flow.id);
    entry.progress = stored.progress;
    if (stored.run_open) {
      // Its end may have been told while the load was on its way: asked again, now that it would be
      // heard.
      entry.run = stored.run;
      self->send(house->readers.front(), SchedulesRequest{flow});
    }
  } else {
    entry.progress.seen = std::max(entry.progress.seen, stored.progress.seen);
    if (entry.run == stored.run && !stored.run_open) take_run(entry, std::nullopt);
  }
  look(flow, entry);
}

void CronState::take_run(Entry& entry, std::optional<ExecutionId> run) {
  entry.run = run;
  entry.cancelling = false;
}

void CronState::forget(FlowId flow) {
  const auto found = entries.find(flow);
  if (found == entries.end()) return;
  wake_at(flow, found->second, std::nullopt);
  entries.erase(found);
}

void CronState::look(FlowId flow, Entry& entry) {
  if (entry.ticket != 0 || house->gate.draining() || house->paused.load()) return;
  const Schedule& schedule = *entry.program->trigger.schedule;
  ScheduleDecision decision = decide(schedule, entry.seed, entry.progress,
                                     house->outside.clock.now(), entry.run.has_value());
  wake_at(flow, entry, decision.wake);
  if (!decision.fire && decision.after == entry.progress) {
    // What waits is on disk: now the run that is in its way may be cancelled.
    if (decision.cancel && !entry.cancelling) cancel(flow, entry);
    return;
  }
  entry.offered = std::move(decision.after);
  decision.fire ? fire(flow, entry, *decision.fire) : note(flow, entry);
}

std::function<void(ScheduleTold)> CronState::teller(FlowId flow, Entry& entry) {
  entry.ticket = ++tickets;
  return [to = cron_actor(self), flow, ticket = entry.ticket](ScheduleTold told) {
    told.flow = flow;
    told.ticket = ticket;
    caf::anon_send(to, told);
  };
}

void CronState::fire(FlowId flow, Entry& entry, const ScheduleFire& what) {
  Trigger trigger;
  trigger.workspace = entry.workspace;
  trigger.program = entry.program;
  trigger.type = TriggerType::schedule;
  trigger.payload = payload_of(what, house->outside.clock.now());
  const auto tell = teller(flow, entry);
  const auto told = [tell](const Result<TriggerOutcome>& outcome) {
    ScheduleTold what_became;
    what_became.accepted = outcome.has_value();
    what_became.known = outcome && outcome->duplicate;
    if (outcome && !outcome->duplicate && !has_ended(outcome->status))
      what_became.run = outcome->execution;
    tell(what_became);
  };
  const auto refused = submit(*house, std::move(trigger), key_of(entry.seed, what, entry.offered),
                              ResponseMode::immediate, {&house->mail_sink, told});
  if (refused) tell({});
}

void CronState::note(FlowId flow, Entry& entry) {
  const auto tell = teller(flow, entry);
  const auto told = [tell](const Result<ChangeOutcome>& outcome) {
    ScheduleTold what_became;
    what_became.accepted = outcome.has_value();
    tell(what_became);
  };
  auto request = std::make_shared<ChangeRequest>();
  request->change.what = NoteSchedule{flow, entry.offered};
  request->caller = Caller<ChangeOutcome>({&house->mail_sink, told});
  self->send(house->writer, std::move(request));
}

/// Its end is told by the writer, and begins what waits.
void CronState::cancel(FlowId flow, Entry& entry) {
  entry.cancelling = true;
  const ExecutionId run = *entry.run;
  const auto tell = [to = cron_actor(self), flow, run] {
    caf::anon_send(to, CancelRefused{flow, run});
  };
  const auto told = [tell](const Result<ControlOutcome>& outcome) {
    if (!outcome) tell();
  };
  const auto refused =
      control(*house, entry.workspace, run, Control::cancel, {&house->mail_sink, told});
  if (refused) tell();
}

/// It has ended meanwhile, or the gate is full, or the disk: the next look finds out.
void CronState::on_refused(const CancelRefused& refused) {
  const auto found = entries.find(refused.flow);
  if (found == entries.end() || found->second.run != refused.run) return;
  found->second.cancelling = false;
  look_again(refused.flow, found->second);
}

void CronState::look_again(FlowId flow, Entry& entry) {
  const Timestamp later = house->outside.clock.now() + Duration{defaults::reload_pause};
  wake_at(flow, entry, std::min(entry.wake.value_or(later), later));
  arm_tick();
}

void CronState::on_told(const ScheduleTold& told) {
  const auto found = entries.find(told.flow);
  if (found == entries.end() || found->second.ticket != told.ticket) return;
  Entry& entry = found->second;
  entry.ticket = 0;
  if (!told.accepted) return look_again(told.flow, entry);
  // A fire that was known already left the disk as it was.
  if (told.known) return note(told.flow, entry);
  const Timestamp seen = entry.progress.seen;
  entry.progress = std::move(entry.offered);
  entry.progress.seen = std::max(entry.progress.seen, seen);
  if (told.run) take_run(entry, told.run);
  look(told.flow, entry);
  arm_tick();
}

void CronState::on_ended(const ScheduledRunEnded& ended) {
  const auto found = entries.find(ended.flow);
  if (found == entries.end() || found->second.run != ended.run) return;
  take_run(found->second, std::nullopt);
  look(ended.flow, found->second);
  arm_tick();
}

void CronState::on_resume() {
  for (auto& [flow, entry] : entries) look(flow, entry);
  arm_tick();
}

void CronState::on_tick(std::uint64_t tick_generation) {
  if (tick_generation != generation) return;
  tick_at.reset();
  if (std::exchange(reload, false)) self->send(house->readers.front(), SchedulesRequest{});
  const Timestamp now = house->outside.clock.now();
  while (!wakes.empty() && wakes.begin()->first <= now) {
    const FlowId flow = wakes.begin()->second;
    Entry& entry = entries.at(flow);
    wake_at(flow, entry, std::nullopt);
    look(flow, entry);
  }
  arm_tick();
}

void CronState::wake_at(FlowId flow, Entry& entry, std::optional<Timestamp> at) {
  if (entry.wake) wakes.erase({*entry.wake, flow});
  entry.wake = at;
  if (at) wakes.emplace(*at, flow);
}

void CronState::arm_tick() {
  if ((wakes.empty() && !reload) || house->gate.draining()) return;
  const Clock& clock = house->outside.clock;
  Duration wait = reload ? Duration{defaults::reload_pause} : Duration{defaults::arm_ahead_max};
  if (!wakes.empty()) wait = std::min<Duration>(wait, wakes.begin()->first - clock.now());
  wait = std::max(wait, Duration{1});
  const MonotonicTime next = clock.monotonic() + wait;
  if (tick_at && *tick_at <= next) return;
  tick_at = next;
  self->delayed_send(self, wait, atom::tick::value, ++generation);
}

cron_actor::behavior_type cron(cron_actor::stateful_pointer<CronState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](const LoadedSchedulesPtr& loaded) { self->state.on_loaded(*loaded); },
      [self](const ScheduleTold& told) { self->state.on_told(told); },
      [self](const CancelRefused& refused) { self->state.on_refused(refused); },
      [self](const ScheduledRunEnded& ended) { self->state.on_ended(ended); },
      [self](atom::resume) { self->state.on_resume(); },
      [self](atom::tick, std::uint64_t generation) { self->state.on_tick(generation); },
  };
}

}  // namespace millrace::actors
