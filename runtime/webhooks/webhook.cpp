// Names of what stands in rows.
#include "runtime/webhooks/webhook.hpp"

namespace millrace {

std::string secret_context(WebhookId id) { return "webhook " + to_base62(id.id); }

std::string_view to_string(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::pending:
      return "pending";
    case DeliveryStatus::delivered:
      return "delivered";
    case DeliveryStatus::dead:
      return "dead";
  }
  return "";
}

std::optional<DeliveryStatus> parse_delivery_status(std::string_view text) {
  for (const auto status :
       {DeliveryStatus::pending, DeliveryStatus::delivered, DeliveryStatus::dead}) {
    if (to_string(status) == text) return status;
  }
  return std::nullopt;
}

std::string_view event_name(const Delivery& delivery) {
  return delivery.is_test() ? "webhook.test" : to_string(delivery.type);
}

}  // namespace millrace
