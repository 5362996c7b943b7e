// What stands behind Orbit's rows about webhooks.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

namespace millrace::http::orbit {

void create_webhook(const Services& services, const MatchedPtr& matched, Respond respond);
void list_webhooks(const Services& services, const MatchedPtr& matched, Respond respond);
void read_one_webhook(const Services& services, const MatchedPtr& matched, Respond respond);
void update_webhook(const Services& services, const MatchedPtr& matched, Respond respond);
void delete_webhook(const Services& services, const MatchedPtr& matched, Respond respond);
void rotate_webhook_secret(const Services& services, const MatchedPtr& matched, Respond respond);

void test_webhook(const Services& services, const MatchedPtr& matched, Respond respond);
void list_deliveries(const Services& services, const MatchedPtr& matched, Respond respond);
void redeliver_one(const Services& services, const MatchedPtr& matched, Respond respond);
void redeliver_many(const Services& services, const MatchedPtr& matched, Respond respond);

/// 404, the same for missing, foreign and malformed ids.
Response render_missing_webhook(const Request& request);
/// How a refused change is told.
void refuse_webhook_change(const MatchedPtr& matched, const Error& error, const Respond& respond);

}  // namespace millrace::http::orbit
