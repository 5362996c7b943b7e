// A window's run is a trigger whose key names the window as it was read, and whose commit ends it.
#include "actors/debouncer.hpp"

#include "actors/defaults.hpp"
#include "actors/gateway.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {
namespace {

TriggerKey key_of(const DebounceWindow& window) {
  const auto& hash = window.name.key;
  TriggerKey key;
  key.key = "debounce:" + to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()}) + ":" +
            std::to_string(window.first.time_since_epoch().count()) + ":" +
            std::to_string(window.events);
  key.settles = std::make_shared<const DebounceWindow>(window);
  return key;
}

}  // namespace

void DebouncerState::on_loaded_all(const LoadedDebounces& loaded) {
  if (!loaded.windows) {
    log(LogLevel::error, "debounce.not_loaded", {{"message", loaded.windows.error().message}});
    reload = true;
    return arm_tick();
  }
  for (const DebounceWindow& window : *loaded.windows) note(window);
  turn();
}

void DebouncerState::on_event(const DebounceWindow& window) {
  note(window);
  turn();
}

/// The load at start and the events since may tell the same window in any order.
void DebouncerState::note(const DebounceWindow& window) {
  const auto [found, added] = entries.try_emplace(window.name);
  Entry& entry = found->second;
  const bool newer = window.first > entry.window.first ||
                     (window.first == entry.window.first && window.events > entry.window.events);
  if (!added && !newer) return;
  const Clock& clock = house->outside.clock;
  entry.window = window;
  wait_until(window.name, entry, clock.monotonic() + (window.due - clock.now()));
  house->debounce_windows.store(entries.size());
}

void DebouncerState::wait_until(const DebounceName& which, Entry& entry, MonotonicTime deadline) {
  order.erase({entry.deadline, which});
  entry.deadline = deadline;
  if (!entry.busy) order.emplace(deadline, which);
}

void DebouncerState::turn() {
  const MonotonicTime now = house->outside.clock.monotonic();
  const bool still = house->paused.load() || house->gate.draining();
  while (!still && !order.empty() && order.begin()->first <= now) {
    const DebounceName which = order.begin()->second;
    order.erase(order.begin());
    entries.at(which).busy = true;
    self->send(house->readers.back(), DebouncesRequest{which});
  }
  arm_tick();
}

void DebouncerState::on_loaded(LoadedDebounce& loaded) {
  const auto found = entries.find(loaded.name);
  if (found == entries.end()) return;
  if (!loaded.stored) {
    log(LogLevel::error, "debounce.not_read", {{"message", loaded.stored.error().message}});
    return retry(loaded.name);
  }
  if (!*loaded.stored) return forget(loaded.name);
  const DebounceWindow& window = (*loaded.stored)->window;
  if (window != found->second.window) {
    // Another event was committed, and its word is on the way.
    found->second.busy = false;
    note(window);
    return turn();
  }
  if (!(*loaded.stored)->program) return drop(window);
  begin(std::move(**loaded.stored));
}

void DebouncerState::begin(StoredDebounce stored) {
  const auto tell = teller(stored.window);
  auto payload = parse_document(std::move(stored.payload));
  if (!payload) {
    log(LogLevel::error, "debounce.damaged", {{"message", payload.error().message}});
    return drop(stored.window);
  }
  Trigger trigger;
  trigger.workspace = stored.workspace;
  trigger.program = std::move(stored.program);
  trigger.type = TriggerType::event;
  trigger.payload = std::move(*payload);
  trigger.contact = std::move(stored.contact);
  const auto told = [tell](const Result<TriggerOutcome>& outcome) { tell(outcome.has_value()); };
  const auto refused = submit(*house, std::move(trigger), key_of(stored.window),
                              ResponseMode::immediate, {&house->mail_sink, told});
  if (refused) tell(false);
}

void DebouncerState::on_told(const DebounceTold& told) {
  const auto found = entries.find(told.window.name);
  if (found == entries.end()) return;
  if (!told.accepted) return retry(told.window.name);
  if (found->second.window == told.window) return forget(told.window.name);
  // Another event came while the run began: it waits for its own pause.
  found->second.busy = false;
  wait_until(told.window.name, found->second, found->second.deadline);
  turn();
}

std::function<void(bool)> DebouncerState::teller(const DebounceWindow& window) {
  return [to = debouncer_actor(self), window](bool accepted) {
    caf::anon_send(to, DebounceTold{window, accepted});
  };
}

/// Nobody waits for its events any more.
void DebouncerState::drop(const DebounceWindow& window) {
  auto request = std::make_shared<ChangeRequest>();
  request->change.what = DropDebounce{window};
  const auto told = [tell = teller(window)](const Result<ChangeOutcome>& outcome) {
    tell(outcome.has_value());
  };
  request->caller = Caller<ChangeOutcome>({&house->mail_sink, told});
  self->send(house->writer, std::move(request));
}

void DebouncerState::forget(const DebounceName& which) {
  const auto found = entries.find(which);
  order.erase({found->second.deadline, which});
  entries.erase(found);
  house->debounce_windows.store(entries.size());
}

void DebouncerState::retry(const DebounceName& which) {
  Entry& entry = entries.at(which);
  entry.busy = false;
  wait_until(which, entry, house->outside.clock.monotonic() + defaults::reload_pause);
  arm_tick();
}

void DebouncerState::on_tick(std::uint64_t tick_generation) {
  if (tick_generation != generation) return;
  tick_at.reset();
  if (std::exchange(reload, false)) self->send(house->readers.back(), DebouncesRequest{});
  turn();
}

void DebouncerState::arm_tick() {
  if ((order.empty() && !reload) || house->gate.draining() || house->paused.load()) return;
  const MonotonicTime now = house->outside.clock.monotonic();
  MonotonicTime next =
      now + (reload ? Duration{defaults::reload_pause} : Duration{defaults::arm_ahead_max});
  if (!order.empty()) next = std::min(next, order.begin()->first);
  next = std::max(next, now + Duration{1});
  if (tick_at && *tick_at <= next) return;
  tick_at = next;
  self->delayed_send(self, next - now, atom::tick::value, ++generation);
}

debouncer_actor::behavior_type debouncer(debouncer_actor::stateful_pointer<DebouncerState> self,
                                         House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](const LoadedDebouncesPtr& loaded) { self->state.on_loaded_all(*loaded); },
      [self](const DebounceWindow& window) { self->state.on_event(window); },
      [self](LoadedDebouncePtr& loaded) { self->state.on_loaded(*loaded); },
      [self](const DebounceTold& told) { self->state.on_told(told); },
      [self](atom::resume) { self->state.turn(); },
      [self](atom::tick, std::uint64_t generation) { self->state.on_tick(generation); },
  };
}

}  // namespace millrace::actors
