// Changes of outgoing webhooks: what clients ask for, and what the sender notes. Evaluated by the
// one committer like every change of the catalogue.
#pragma once

#include "runtime/ports/event_feed.hpp"
#include "runtime/webhooks/webhook.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace millrace {

struct CreateWebhook {
  Webhook webhook;  ///< events count from this commit on
};
struct UpdateWebhook {
  WorkspaceNumber workspace{};
  WebhookId webhook;
  std::optional<std::string> url;
  std::optional<std::string> description;
  std::optional<EventTypes> events;
  std::optional<bool> active;  ///< made active again, it hears what happens from then on
  Timestamp at{};
};
struct RotateWebhookSecret {
  WorkspaceNumber workspace{};
  WebhookId webhook;
  std::string secret;  ///< sealed
  Timestamp previous_expires{};
  Timestamp at{};
};
struct DeleteWebhook {
  WorkspaceNumber workspace{};
  WebhookId webhook;
};
struct AddDelivery {  ///< a test
  WorkspaceNumber workspace{};
  Delivery delivery;
};
/// Puts deliveries in line again that were delivered or are dead. Errors: busy (too many wait);
/// where it is strict also not_found and version_conflict (one waits already).
struct Redeliver {
  WorkspaceNumber workspace{};
  WebhookId webhook;
  std::vector<DeliveryId> ids;  ///< empty: the newest that are dead
  bool strict = false;          ///< all of them or none
  Timestamp at{};
};

/// How far an endpoint has looked through the feed.
struct WebhookProgress {
  EventPosition after;
  std::optional<Timestamp> gap;  ///< when events were last lost, because the feed had moved on
  bool operator==(const WebhookProgress&) const = default;
};
/// The sender's: deliveries as they stand, and how far the endpoint has come, in one commit.
struct NoteDeliveries {
  WorkspaceNumber workspace{};
  WebhookId webhook;
  std::vector<Delivery> rows;
  std::optional<WebhookProgress> progress;
  bool disable = false;
};
/// Erases some rows of a deleted webhook, with the last of them its own.
struct SweepWebhook {
  WorkspaceNumber workspace{};
  WebhookId webhook;
};
using WebhookChange = std::variant<CreateWebhook, UpdateWebhook, RotateWebhookSecret, DeleteWebhook,
                                   AddDelivery, Redeliver, NoteDeliveries, SweepWebhook>;

/// What stands afterwards.
struct WebhookOutcome {
  Webhook webhook;
  std::optional<WebhookProgress> progress;  ///< where the change set it
  std::vector<Delivery> pending;            ///< put in line by the change
  std::size_t missing = 0;                  ///< ids of Redeliver that are no deliveries
  std::size_t waiting = 0;                  ///< ids of Redeliver that are in line already
  bool has_more = false;                    ///< Redeliver, SweepWebhook: ask again
};

}  // namespace millrace
