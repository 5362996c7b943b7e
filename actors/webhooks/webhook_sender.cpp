// Endpoints, their progress through the feed, and the one timer.
#include "actors/webhooks/webhook_sender.hpp"

#include "actors/defaults.hpp"
#include "actors/event_hub.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"
#include "runtime/webhooks/webhook_limits.hpp"

#include <algorithm>

namespace millrace::actors {
namespace {

/// Ids of one millisecond have no order: sorted, so that rows go out in the order of their events.
void put_ids(std::vector<Delivery>& rows, IdGenerator& ids) {
  std::vector<DeliveryId> made;
  for (std::size_t i = 0; i < rows.size(); ++i) made.push_back({ids.next(Partition{0})});
  std::sort(made.begin(), made.end());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = made[i];
}

}  // namespace

void WebhookSenderState::on_loaded(LoadedWebhooks& loaded) {
  if (!loaded.webhooks) {
    log(LogLevel::error, "webhooks.not_loaded", {{"message", loaded.webhooks.error().message}});
    reload = true;
    return arm_tick();
  }
  for (StoredWebhook& stored : *loaded.webhooks) add(std::move(stored));
  arm_tick();
}

/// What is known already is newer than what was read.
void WebhookSenderState::add(StoredWebhook stored) {
  const WebhookId id = stored.webhook.id;
  const WorkspaceNumber workspace = stored.webhook.workspace;
  if (stored.webhook.deleted) return note(SweepWebhook{workspace, id});
  const auto [found, added] = endpoints.try_emplace(id);
  if (!added) return;
  Endpoint& endpoint = found->second;
  endpoint.row = std::move(stored.webhook);
  endpoint.progress = stored.progress;
  endpoint.noted_at = house->outside.clock.monotonic();
  for (Delivery& delivery : stored.pending) put_in_line(endpoint, std::move(delivery));
  watch(workspace);
  collect(endpoint);
  look(endpoint);
}

void WebhookSenderState::on_news(const WebhookOutcome& news) {
  const WebhookId id = news.webhook.id;
  if (news.webhook.deleted) {
    forget(id);
    return note(SweepWebhook{news.webhook.workspace, id});
  }
  if (!endpoints.contains(id) && !news.progress) {
    self->send(house->webhook_reader, atom::load::value);
    return;
  }
  Endpoint& endpoint = endpoints[id];
  endpoint.row = news.webhook;
  if (news.progress) {
    endpoint.progress = *news.progress;
    endpoint.noted_at = house->outside.clock.monotonic();
    endpoint.stale = true;
  }
  for (const Delivery& delivery : news.pending) put_in_line(endpoint, delivery);
  watch(news.webhook.workspace);
  collect(endpoint);
  look(endpoint);
  arm_tick();
}

void WebhookSenderState::forget(WebhookId id) {
  const auto found = endpoints.find(id);
  if (found == endpoints.end()) return;
  const WorkspaceNumber workspace = found->second.row.workspace;
  pending -= found->second.pending();
  wake_at(id, std::nullopt);
  endpoints.erase(found);
  watch(workspace);
}

void WebhookSenderState::put_in_line(Endpoint& endpoint, Delivery delivery) {
  if (endpoint.put_in_line(std::move(delivery))) ++pending;
}

/// The hub is asked only for workspaces that somebody listens to.
void WebhookSenderState::watch(WorkspaceNumber workspace) {
  const bool wanted = std::any_of(endpoints.begin(), endpoints.end(), [&](const auto& entry) {
    return entry.second.row.workspace == workspace && entry.second.row.active;
  });
  if (!wanted) {
    watches.erase(workspace);
    return;
  }
  auto& watched = watches[workspace];
  if (watched) return;
  watched = Feed(*house).subscribe(workspace, [to = webhook_sender_actor(self), workspace] {
    caf::anon_send(to, FeedGrew{workspace});
  });
}

void WebhookSenderState::on_feed_grew(WorkspaceNumber workspace) {
  const auto found = watches.find(workspace);
  if (found == watches.end()) return;
  bool lagged = false;
  while (!found->second->take(limits::feed_events_per_subscriber_max, lagged).empty()) continue;
  for (auto& [id, endpoint] : endpoints) {
    if (endpoint.row.workspace != workspace) continue;
    endpoint.stale = true;
    collect(endpoint);
  }
}

void WebhookSenderState::collect(Endpoint& endpoint) {
  if (!endpoint.stale || endpoint.collecting || !endpoint.row.active) return;
  if (house->gate.draining() || !endpoint.has_room(pending)) return;
  endpoint.stale = false;
  endpoint.collecting = true;
  self->send(house->webhook_reader, CollectRequest{endpoint.row.id, endpoint.row.workspace,
                                                   endpoint.progress.after, endpoint.row.events});
}

void WebhookSenderState::on_collected(Collected& collected) {
  const auto found = endpoints.find(collected.webhook);
  if (found == endpoints.end()) return;
  Endpoint& endpoint = found->second;
  endpoint.collecting = false;
  if (!endpoint.row.active) return;
  if (!collected.events) {
    log(LogLevel::error, "webhooks.feed_not_read", {{"message", collected.events.error().message}});
    endpoint.stale = reload = true;
    return arm_tick();
  }
  CollectedEvents& events = *collected.events;
  const Timestamp now = house->outside.clock.now();
  endpoint.progress.after = events.end;
  endpoint.stale = endpoint.stale || events.has_more;
  if (events.gap) {
    endpoint.progress.gap = now;
    log(LogLevel::warn, "webhooks.gap", {{"webhook", to_base62(endpoint.row.id.id)}});
  }
  const Duration age = house->outside.clock.monotonic() - endpoint.noted_at;
  if (events.rows.empty() && !events.gap && age < limits::webhook_progress_age) {
    return collect(endpoint);
  }
  put_ids(events.rows, house->outside.ids);
  for (Delivery& row : events.rows) {
    row.created = now;
    row.due = now;
  }
  endpoint.collecting = true;
  note(NoteDeliveries{endpoint.row.workspace, endpoint.row.id, std::move(events.rows),
                      endpoint.progress, false});
}

void WebhookSenderState::note(WebhookChange change) {
  note(std::make_shared<const WebhookChange>(std::move(change)));
}

void WebhookSenderState::note(std::shared_ptr<const WebhookChange> change) {
  const auto told = [to = webhook_sender_actor(self),
                     change](const Result<ChangeOutcome>& outcome) {
    Noted noted{change, std::nullopt, false};
    if (!outcome) noted.failed = outcome.error().code;
    noted.has_more = outcome && outcome->webhook->has_more;
    caf::anon_send(to, std::move(noted));
  };
  auto request = std::make_shared<ChangeRequest>();
  request->change.what = *change;
  request->caller = Caller<ChangeOutcome>({&house->mail_sink, told});
  self->send(house->writer, std::move(request));
}

void WebhookSenderState::on_noted(const Noted& noted) {
  const auto* deliveries = std::get_if<NoteDeliveries>(noted.change.get());
  if (noted.failed == ErrorCode::not_found) {
    if (deliveries != nullptr) forget(deliveries->webhook);
    return;
  }
  if (noted.failed) {
    refused.push_back(noted.change);
    return arm_tick();
  }
  if (deliveries != nullptr) return on_noted_deliveries(*deliveries);
  if (noted.has_more) note(noted.change);
}

void WebhookSenderState::on_noted_deliveries(const NoteDeliveries& noted) {
  const auto found = endpoints.find(noted.webhook);
  if (found == endpoints.end()) return;
  Endpoint& endpoint = found->second;
  for (const Delivery& row : noted.rows) {
    if (row.status == DeliveryStatus::pending) {
      put_in_line(endpoint, row);
    } else {
      pending -= endpoint.settle(row.id);
    }
  }
  if (noted.disable) {
    endpoint.row.active = false;
    watch(noted.workspace);
  }
  if (noted.progress) {
    endpoint.collecting = false;
    endpoint.noted_at = house->outside.clock.monotonic();
  }
  collect(endpoint);
  look(endpoint);
  arm_tick();
}

void WebhookSenderState::keep_up(Endpoint& endpoint, MonotonicTime now) {
  if (now - endpoint.noted_at >= limits::webhook_progress_age) endpoint.stale = true;
  collect(endpoint);
}

void WebhookSenderState::on_tick(std::uint64_t tick_generation) {
  if (tick_generation != generation) return;
  tick_at.reset();
  for (const auto& change : std::exchange(refused, {})) note(change);
  const bool again = std::exchange(reload, false);
  if (again) self->send(house->webhook_reader, atom::load::value);
  const MonotonicTime steady = house->outside.clock.monotonic();
  for (auto& [id, endpoint] : endpoints) keep_up(endpoint, steady);
  const Timestamp now = house->outside.clock.now();
  while (!wakes.empty() && wakes.begin()->first <= now) {
    const WebhookId id = wakes.begin()->second;
    wake_at(id, std::nullopt);
    look(endpoints.at(id));
  }
  arm_tick();
}

void WebhookSenderState::wake_at(WebhookId id, std::optional<Timestamp> at) {
  if (const auto armed = wake_times.find(id); armed != wake_times.end()) {
    wakes.erase({armed->second, id});
    wake_times.erase(armed);
  }
  if (!at) return;
  wakes.emplace(*at, id);
  wake_times.emplace(id, *at);
}

/// Due times are instants of the wall clock: it is looked at once a minute at least, since it may
/// have jumped.
void WebhookSenderState::arm_tick() {
  if (house->gate.draining()) return;
  const bool retries = reload || !refused.empty();
  if (endpoints.empty() && !retries) return;
  const Clock& clock = house->outside.clock;
  Duration wait = retries ? Duration{defaults::reload_pause} : Duration{defaults::arm_ahead_max};
  if (!wakes.empty()) wait = std::min<Duration>(wait, wakes.begin()->first - clock.now());
  wait = std::max(wait, Duration{1});
  const MonotonicTime next = clock.monotonic() + wait;
  if (tick_at && *tick_at <= next) return;
  tick_at = next;
  self->delayed_send(self, wait, atom::tick::value, ++generation);
}

webhook_sender_actor::behavior_type webhook_sender(
    webhook_sender_actor::stateful_pointer<WebhookSenderState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  self->state.bridge = std::make_shared<Bridge<webhook_sender_actor>>(webhook_sender_actor(self));
  return {
      [self](const LoadedWebhooksPtr& loaded) { self->state.on_loaded(*loaded); },
      [self](const WebhookOutcomePtr& news) { self->state.on_news(*news); },
      [self](const FeedGrew& grew) { self->state.on_feed_grew(grew.workspace); },
      [self](const CollectedPtr& collected) { self->state.on_collected(*collected); },
      [self](const Noted& noted) { self->state.on_noted(noted); },
      [self](const LoadedBodyPtr& loaded) { self->state.on_body(*loaded); },
      [self](const DeliveryDone& done) { self->state.on_done(done); },
      [self](atom::tick, std::uint64_t generation) { self->state.on_tick(generation); },
  };
}

}  // namespace millrace::actors
