// The sender's attempts: how many may be under way, what is sent, and what became of it.
#include "actors/defaults.hpp"
#include "actors/webhooks/webhook_sender.hpp"
#include "runtime/webhooks/attempt.hpp"
#include "runtime/webhooks/webhook_limits.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <algorithm>

namespace millrace::actors {
namespace {

/// 53 random bits as [0, 1).
double jitter(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

bool is_lost_for_good(const Error& error) {
  return error.code == ErrorCode::not_found || error.code == ErrorCode::corrupt;
}

}  // namespace

void WebhookSenderState::look(Endpoint& endpoint) {
  if (house->gate.draining()) return;
  const WebhookId id = endpoint.row.id;
  const Timestamp now = house->outside.clock.now();
  if (house->paused.load()) return wake_at(id, now + Duration{defaults::reload_pause});
  while (attempts.size() < limits::webhook_calls_max) {
    auto delivery = endpoint.take_due(now);
    if (!delivery) break;
    start(endpoint, std::move(*delivery));
  }
  const auto next = endpoint.next_due();
  const bool crowded_out = next && *next <= now;
  if (crowded_out && std::ranges::find(lined_up, id) == lined_up.end()) lined_up.push_back(id);
  wake_at(id, crowded_out ? std::nullopt : next);
}

void WebhookSenderState::start(Endpoint& endpoint, Delivery delivery) {
  if (!endpoint.row.active && !delivery.is_test()) {
    return settle(endpoint, given_up(std::move(delivery), "the webhook is disabled"));
  }
  const std::uint64_t ticket = ++tickets;
  attempts.emplace(ticket, Attempt{endpoint.row.id, delivery.id});
  ++endpoint.open;
  self->send(house->webhook_reader,
             BodyRequest{ticket, endpoint.row.workspace, std::move(delivery)});
}

void WebhookSenderState::on_body(LoadedBody& loaded) {
  const auto attempt = attempts.find(loaded.ticket);
  if (attempt == attempts.end()) return;
  const auto found = endpoints.find(attempt->second.webhook);
  if (loaded.text && found != endpoints.end()) {
    return send(loaded.ticket, found->second, std::move(*loaded.text));
  }
  const auto [endpoint, delivery] = close(loaded.ticket);
  if (endpoint == nullptr || delivery == nullptr) return look_at_the_next_in_line();
  const Error error = loaded.text.error();
  if (is_lost_for_good(error)) {
    settle(*endpoint, given_up(*delivery, "the event is no longer kept"));
  } else {
    judge(*endpoint, *delivery, error);
  }
  look(*endpoint);
  look_at_the_next_in_line();
}

void WebhookSenderState::send(std::uint64_t ticket, Endpoint& endpoint, DeliveryText text) {
  const Timestamp now = house->outside.clock.now();
  const auto secrets = endpoint.secrets(*house->settings.vault, now);
  if (secrets.empty()) {
    const Error error{ErrorCode::configuration, "its secret cannot be opened: rotate it"};
    return on_done({ticket, std::make_shared<Result<CallReply>>(error)});
  }
  house->outside.outbound.perform(
      delivery_call(endpoint.row.url, std::move(text), secrets, now),
      Duration{limits::webhook_timeout}, [bridge = bridge, ticket](Result<CallReply> result) {
        bridge->deliver(
            DeliveryDone{ticket, std::make_shared<Result<CallReply>>(std::move(result))});
      });
}

std::pair<Endpoint*, const Delivery*> WebhookSenderState::close(std::uint64_t ticket) {
  const auto found = attempts.find(ticket);
  if (found == attempts.end()) return {nullptr, nullptr};
  const Attempt attempt = found->second;
  attempts.erase(found);
  const auto endpoint = endpoints.find(attempt.webhook);
  if (endpoint == endpoints.end()) return {nullptr, nullptr};
  --endpoint->second.open;
  return {&endpoint->second, endpoint->second.find(attempt.delivery)};
}

/// An attempt that was cancelled says nothing of its endpoint: this process is ending.
void WebhookSenderState::on_done(const DeliveryDone& done) {
  const auto [endpoint, delivery] = close(done.ticket);
  const Result<CallReply>& outcome = *done.result;
  const bool cancelled = !outcome && outcome.error().code == ErrorCode::cancelled;
  if (cancelled) return;
  if (endpoint != nullptr && delivery != nullptr) judge(*endpoint, *delivery, outcome);
  if (endpoint != nullptr) look(*endpoint);
  look_at_the_next_in_line();
  arm_tick();
}

void WebhookSenderState::judge(Endpoint& endpoint, const Delivery& delivery,
                               const Result<CallReply>& outcome) {
  AttemptVerdict verdict =
      after_attempt(delivery, outcome, house->outside.clock.now(), jitter(house->outside.random));
  endpoint.failing = verdict.delivery.status != DeliveryStatus::delivered;
  if (verdict.disables_endpoint) endpoint.row.active = false;
  settle(endpoint, std::move(verdict.delivery), verdict.disables_endpoint);
}

void WebhookSenderState::settle(const Endpoint& endpoint, Delivery delivery, bool disable) {
  note(NoteDeliveries{
      endpoint.row.workspace, endpoint.row.id, {std::move(delivery)}, std::nullopt, disable});
}

void WebhookSenderState::look_at_the_next_in_line() {
  while (!lined_up.empty() && attempts.size() < limits::webhook_calls_max) {
    const WebhookId id = lined_up.front();
    lined_up.pop_front();
    const auto found = endpoints.find(id);
    if (found != endpoints.end()) look(found->second);
  }
}

}  // namespace millrace::actors
