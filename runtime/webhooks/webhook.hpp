// Outgoing webhooks as rows: the endpoints that a workspace registered, and what each is sent.
#pragma once

#include "runtime/base/ids.hpp"
#include "runtime/engine/live_events.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

using WebhookId = TypedId<struct WebhookTag>;
using DeliveryId = TypedId<struct DeliveryTag>;

/// A bit per LiveEventType.
using EventTypes = std::uint8_t;
inline constexpr EventTypes all_event_types = 0xff;  ///< those of later versions too
constexpr EventTypes bit_of(LiveEventType type) {
  return static_cast<EventTypes>(1u << static_cast<unsigned>(type));
}
constexpr bool wants(EventTypes types, LiveEventType type) { return (types & bit_of(type)) != 0; }

struct Webhook {
  WebhookId id;
  WorkspaceNumber workspace{};
  std::string url;
  std::string description;
  EventTypes events = 0;
  bool active = true;
  bool deleted = false;  ///< gone for everybody; only its deliveries are still to be erased
  // Sealed by a Vault for the webhook's id.
  std::string secret;
  std::string previous_secret;   ///< empty: none
  Timestamp previous_expires{};  ///< until then both sign
  Timestamp created{};
  Timestamp updated{};
};
/// What its secrets are sealed for.
std::string secret_context(WebhookId id);

/// Numbers are on disk, in keys.
enum class DeliveryStatus : std::uint8_t { pending = 1, delivered = 2, dead = 3 };
std::string_view to_string(DeliveryStatus status);
std::optional<DeliveryStatus> parse_delivery_status(std::string_view text);

/// One event for one endpoint. It names the event; the body is made anew from the turn's record for
/// every attempt, so that nothing is stored twice and what retention purges is gone.
struct Delivery {
  DeliveryId id;
  WebhookId webhook;
  ExecutionId execution;  ///< nil: a test
  std::uint32_t turn = 0;
  std::uint32_t event = 0;  ///< its index within the turn
  LiveEventType type = LiveEventType::execution_started;
  Timestamp created{};
  DeliveryStatus status = DeliveryStatus::pending;
  std::uint32_t attempts = 0;  ///< made since it was last put in line
  std::optional<Timestamp> attempted;
  std::optional<Timestamp> due;  ///< while pending
  int response_status = 0;       ///< of the last attempt; 0: there was none
  std::string error;             ///< of the last attempt; empty: none

  bool is_test() const { return execution.id.is_nil(); }
  bool operator==(const Delivery&) const = default;
};
/// `execution.completed`, `webhook.test`.
std::string_view event_name(const Delivery& delivery);

}  // namespace millrace
