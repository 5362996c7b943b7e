// Each request is one read of the archive and one message back.
#include "actors/webhooks/webhook_reader.hpp"

#include "actors/guard.hpp"
#include "runtime/webhooks/webhook_limits.hpp"

namespace millrace::actors {
namespace {

Result<CollectedEvents> read_events(const Archive& archive, const CollectRequest& request) {
  const auto page = archive.feed({request.workspace, request.after, {}, {}});
  if (!page) return page.error();
  CollectedEvents found{{}, page->end, page->has_more, page->gap};
  EventPosition last = request.after;
  for (const FeedTurn& turn : page->turns) {
    for (const LiveEvent& event : live_events(*turn.record, nullptr)) {
      const EventPosition at = event_position(turn.position, event.index);
      if (at <= request.after || !wants(request.events, event.type)) continue;
      if (found.rows.size() == limits::webhook_page_events_max) {
        found.end = last;
        found.has_more = true;
        return found;
      }
      Delivery& row = found.rows.emplace_back();
      row.webhook = request.webhook;
      row.execution = turn.summary.id;
      row.turn = turn.record->turn;
      row.event = event.index;
      row.type = event.type;
      last = at;
    }
  }
  return found;
}

Result<DeliveryText> read_text(const Archive& archive, const WebhookVoice& voice,
                               const BodyRequest& request) {
  const Delivery& delivery = request.delivery;
  DeliveryText text{voice.event_id(delivery),
                    std::string(event_name(delivery)),
                    voice.delivery_id(delivery.id),
                    {}};
  if (delivery.is_test()) {
    text.body = voice.test(delivery);
    return text;
  }
  const auto turn = archive.turn(request.workspace, delivery.execution, delivery.turn);
  if (!turn) return turn.error();
  const auto program = archive.program(turn->summary.flow, turn->summary.flow_version);
  const Program* names = program ? program->get() : nullptr;
  for (const LiveEvent& event : live_events(*turn->record, names)) {
    if (event.index != delivery.event) continue;
    text.body = voice.event(*turn, event);
    return text;
  }
  return Error{ErrorCode::corrupt, "the turn has no such event"};
}

}  // namespace

void WebhookReaderState::load() {
  auto loaded = std::make_shared<LoadedWebhooks>();
  loaded->webhooks = house->outside.archive->all_webhooks();
  self->send(house->webhook_sender, std::move(loaded));
}

void WebhookReaderState::collect(const CollectRequest& request) {
  auto collected = std::make_shared<Collected>();
  collected->webhook = request.webhook;
  collected->events = read_events(*house->outside.archive, request);
  self->send(house->webhook_sender, std::move(collected));
}

void WebhookReaderState::make_body(const BodyRequest& request) {
  auto loaded = std::make_shared<LoadedBody>();
  loaded->ticket = request.ticket;
  loaded->text = read_text(*house->outside.archive, *house->settings.webhook_voice, request);
  self->send(house->webhook_sender, std::move(loaded));
}

webhook_reader_actor::behavior_type webhook_reader(
    webhook_reader_actor::stateful_pointer<WebhookReaderState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](atom::load) { self->state.load(); },
      [self](const CollectRequest& request) { self->state.collect(request); },
      [self](const BodyRequest& request) { self->state.make_body(request); },
  };
}

}  // namespace millrace::actors
