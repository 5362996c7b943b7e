// Orbit's answers about webhooks, and the words of what they are sent. Pure.
#pragma once

#include "http/dialects/idempotency.hpp"
#include "runtime/ports/archive.hpp"

#include <string>
#include <vector>

namespace millrace::http::orbit {

/// `whk_`, `dlv_` and 21 characters.
std::string spell(WebhookId webhook);
std::string spell(DeliveryId delivery);
/// `evt_…`: of an event on the stream the same id as there.
std::string webhook_event_id(const Delivery& delivery);
/// The body of `webhook.test`.
std::string test_event(const Delivery& delivery);

/// `{data: webhook, meta}`. `secret` is shown once, when it was made; else empty.
std::string webhook_answer(const Webhook& webhook, std::string_view secret, const AnswerMeta& meta);
std::string webhooks_answer(const std::vector<Webhook>& webhooks, const std::string& cursor,
                            const AnswerMeta& meta);
std::string deliveries_answer(const Page<Delivery>& page, const std::string& cursor,
                              const AnswerMeta& meta);
/// 202 of a test and of one redelivery.
std::string delivery_answer(const Delivery& delivery, const AnswerMeta& meta);
/// 202 of redelivery in bulk.
std::string redelivered_answer(const WebhookOutcome& outcome, const AnswerMeta& meta);

}  // namespace millrace::http::orbit
