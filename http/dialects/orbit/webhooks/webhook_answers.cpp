// Orbit's answers about webhooks.
#include "http/dialects/orbit/webhooks/webhook_answers.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/envelope.hpp"

namespace millrace::http::orbit {
namespace {

void write_events(JsonWriter& json, EventTypes events) {
  json.key("events").open_array();
  if (events == all_event_types) {
    json.text("*");
  } else {
    for (const LiveEventType type : live_event_types)
      if (wants(events, type)) json.text(to_string(type));
  }
  json.close_array();
}

void write_webhook(JsonWriter& json, const Webhook& webhook, std::string_view secret) {
  json.open_object().key("id").text(spell(webhook.id)).key("url").text(webhook.url);
  write_events(json, webhook.events);
  json.key("description").text(webhook.description).key("active").boolean(webhook.active);
  if (!secret.empty()) json.key("signing_secret").text(secret);
  if (!webhook.previous_secret.empty()) {
    json.key("previous_secret_expires_at").time(webhook.previous_expires);
  }
  json.key("created_at").time(webhook.created).key("updated_at").time(webhook.updated);
  json.close_object();
}

void write_delivery(JsonWriter& json, const Delivery& delivery) {
  json.open_object().key("id").text(spell(delivery.id));
  json.key("webhook_id").text(spell(delivery.webhook));
  json.key("event_id").text(webhook_event_id(delivery));
  json.key("event_type").text(event_name(delivery));
  json.key("status").text(to_string(delivery.status)).key("attempts").number(delivery.attempts);
  json.key("response_status");
  if (delivery.response_status != 0) {
    json.number(delivery.response_status);
  } else {
    json.null();
  }
  json.key("error").text_or_null(delivery.error).key("created_at").time(delivery.created);
  json.key("last_attempt_at").time(delivery.attempted);
  json.key("next_attempt_at").time(delivery.due).close_object();
}

}  // namespace

std::string spell(WebhookId webhook) { return "whk_" + to_base62(webhook.id); }
std::string spell(DeliveryId delivery) { return "dlv_" + to_base62(delivery.id); }

std::string webhook_event_id(const Delivery& delivery) {
  if (delivery.is_test()) return "evt_" + to_base62(delivery.id.id);
  return event_id(delivery.execution, delivery.turn, delivery.event);
}

std::string test_event(const Delivery& delivery) {
  JsonWriter json;
  json.open_object().key("id").text(webhook_event_id(delivery));
  json.key("type").text(event_name(delivery)).key("created_at").time(delivery.created);
  json.key("data").open_object().key("webhook_id").text(spell(delivery.webhook)).close_object();
  return json.close_object().take();
}

std::string webhook_answer(const Webhook& webhook, std::string_view secret,
                           const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data");
  write_webhook(json, webhook, secret);
  return close_with_meta(json, meta);
}

std::string webhooks_answer(const std::vector<Webhook>& webhooks, const std::string& cursor,
                            const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_array();
  for (const Webhook& webhook : webhooks) write_webhook(json, webhook, {});
  json.close_array();
  return close_with_page(json, meta, cursor, !cursor.empty());
}

std::string deliveries_answer(const Page<Delivery>& page, const std::string& cursor,
                              const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_array();
  for (const Delivery& delivery : page.rows) write_delivery(json, delivery);
  json.close_array();
  return close_with_page(json, meta, cursor, page.has_more);
}

std::string delivery_answer(const Delivery& delivery, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data");
  write_delivery(json, delivery);
  return close_with_meta(json, meta);
}

std::string redelivered_answer(const WebhookOutcome& outcome, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  json.key("redelivered").number(static_cast<std::int64_t>(outcome.pending.size()));
  json.key("already_pending").number(static_cast<std::int64_t>(outcome.waiting));
  json.key("not_found").number(static_cast<std::int64_t>(outcome.missing));
  json.key("has_more").boolean(outcome.has_more).close_object();
  return close_with_meta(json, meta);
}

}  // namespace millrace::http::orbit
