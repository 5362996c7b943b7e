// Outgoing webhooks read back: for lists, and for the sender at its start.
#pragma once

#include "runtime/ports/archive.hpp"
#include "storage/key_value.hpp"

#include <vector>

namespace millrace::storage {

// Errors: storage, corrupt.
/// Not deleted; also not_found.
Result<Webhook> read_webhook(const View& view, WorkspaceNumber workspace, WebhookId id);
/// Not deleted, newest first.
Result<std::vector<Webhook>> read_webhooks(const View& view, WorkspaceNumber workspace);
/// Of all workspaces, deleted ones too, with what waits.
Result<std::vector<StoredWebhook>> read_all_webhooks(const View& view);
Result<Page<Delivery>> read_deliveries(const View& view, const DeliveryQuery& query);

}  // namespace millrace::storage
