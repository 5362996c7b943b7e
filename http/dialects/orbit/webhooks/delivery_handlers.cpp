// Deliveries of a webhook: the list, a test, and sending again what was sent or given up.
#include "http/dialects/orbit/changes.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/webhooks/webhook_answers.hpp"
#include "http/dialects/orbit/webhooks/webhook_handlers.hpp"
#include "http/dialects/orbit/webhooks/webhook_requests.hpp"

namespace millrace::http::orbit {
namespace {

using Rendered = std::function<std::string(const ChangeOutcome&)>;

ChangeWish wish(const MatchedPtr& matched, WebhookChange change, Rendered rendered) {
  ChangeWish made;
  made.what = std::move(change);
  made.status = 202;
  made.render = std::move(rendered);
  made.refuse = [matched](const Error& error, Respond respond) {
    refuse_webhook_change(matched, error, respond);
  };
  return made;
}

Response deliveries_page(const Services& services, const Matched& matched, WebhookId id,
                         const DeliveriesQuery& asked) {
  DeliveryQuery query{matched.key->workspace, id, asked.status, asked.after, asked.limit};
  const auto page = services.archive->deliveries(query);
  if (!page && page.error().code == ErrorCode::not_found) {
    return render_missing_webhook(matched.request);
  }
  if (!page) return render_error(matched.request, page.error());
  const CursorKeeper keeper{services.cursor_secret, matched.key->workspace};
  Response response;
  response.body = deliveries_answer(*page, next_cursor(keeper, asked.filter, page->next),
                                    meta_of(matched.request));
  return response;
}

}  // namespace

void test_webhook(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  const auto bare = read_nothing(matched->request.body);
  if (!bare) return respond(render(matched->request, bare.error()));
  AddDelivery test;
  test.workspace = matched->key->workspace;
  test.delivery.id = DeliveryId{services.ids->next(Partition{0})};
  test.delivery.webhook = *id;
  test.delivery.created = matched->request.received;
  test.delivery.due = matched->request.received;
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return delivery_answer(outcome.webhook->pending.front(), meta);
  };
  submit_change(services, matched, wish(matched, std::move(test), std::move(rendered)),
                std::move(respond));
}

void list_deliveries(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  const CursorKeeper keeper{services.cursor_secret, matched->key->workspace};
  const auto query = read_deliveries_query(matched->request, keeper, *id);
  if (!query) return respond(render(matched->request, query.error()));
  services.read(
      matched,
      [&services, matched, id, query = *query] {
        return deliveries_page(services, *matched, *id, query);
      },
      std::move(respond));
}

void redeliver_one(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  const auto delivery = read_delivery_id(matched->capture("delivery"));
  if (!id || !delivery) return respond(render_missing_webhook(matched->request));
  const auto bare = read_nothing(matched->request.body);
  if (!bare) return respond(render(matched->request, bare.error()));
  Redeliver again{matched->key->workspace, *id, {*delivery}, true, matched->request.received};
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return delivery_answer(outcome.webhook->pending.front(), meta);
  };
  submit_change(services, matched, wish(matched, std::move(again), std::move(rendered)),
                std::move(respond));
}

void redeliver_many(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  auto ids = read_redelivery(matched->request.body);
  if (!ids) return respond(render(matched->request, ids.error()));
  Redeliver again{matched->key->workspace, *id, std::move(*ids), false, matched->request.received};
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return redelivered_answer(*outcome.webhook, meta);
  };
  submit_change(services, matched, wish(matched, std::move(again), std::move(rendered)),
                std::move(respond));
}

}  // namespace millrace::http::orbit
