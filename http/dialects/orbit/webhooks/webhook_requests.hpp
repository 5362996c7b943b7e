// Orbit's bodies about webhooks, read into neutral form. Pure.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "http/dialects/orbit/list_requests.hpp"
#include "http/outbound/address_policy.hpp"
#include "runtime/webhooks/webhook.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http::orbit {

/// `whk_` or `dlv_` and 21 characters, the prefix as good as none.
std::optional<WebhookId> read_webhook_id(std::string_view text);
std::optional<DeliveryId> read_delivery_id(std::string_view text);

struct WebhookDraft {
  std::string url;
  EventTypes events = 0;
  std::string description;
  std::optional<std::string> secret;
};
/// 422 `INVALID_WEBHOOK_URL` for a URL that may not be called: https alone, and nothing that
/// `policy` refuses by its address; http where the operator has exempted the address.
OrbitResult<WebhookDraft> read_webhook(std::string_view body, const AddressPolicy& policy);

struct WebhookChanges {
  std::optional<std::string> url;
  std::optional<EventTypes> events;
  std::optional<std::string> description;
  std::optional<bool> active;
};
OrbitResult<WebhookChanges> read_webhook_changes(std::string_view body,
                                                 const AddressPolicy& policy);

struct Rotation {
  std::chrono::seconds overlap{};
  std::optional<std::string> secret;
};
OrbitResult<Rotation> read_rotation(std::string_view body);

/// Empty: all that are dead.
OrbitResult<std::vector<DeliveryId>> read_redelivery(std::string_view body);

struct DeliveriesQuery {
  std::optional<DeliveryStatus> status;
  std::optional<DeliveryId> after;
  int limit = limits::page_size_default;
  std::string filter;
};
OrbitResult<DeliveriesQuery> read_deliveries_query(const Request& request,
                                                   const CursorKeeper& keeper, WebhookId webhook);

}  // namespace millrace::http::orbit
