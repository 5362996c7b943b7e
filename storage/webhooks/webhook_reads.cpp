// Ranges of keys as lists; deliveries are merged from a range per status.
#include "storage/webhooks/webhook_reads.hpp"

#include "storage/rows/bytes.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {
namespace {

Result<std::vector<Webhook>> read_range(const View& view, std::string_view prefix) {
  const auto cursor = view.cursor(Family::catalog, prefix, end_of_prefix(prefix));
  std::vector<Webhook> webhooks;
  for (; cursor->valid(); cursor->next()) {
    auto webhook = decode_webhook(cursor->key(), cursor->value());
    if (!webhook) return webhook.error();
    webhooks.push_back(std::move(*webhook));
  }
  if (auto read = cursor->result(); !read) return read.error();
  return webhooks;
}

Result<StoredWebhook> with_what_waits(const View& view, Webhook webhook) {
  StoredWebhook stored;
  const auto progress = view.get(Family::catalog, webhook_progress_key(webhook.id));
  if (!progress) return progress.error();
  if (*progress) {
    const auto decoded = decode_webhook_progress(**progress);
    if (!decoded) return decoded.error();
    stored.progress = *decoded;
  }
  const Key prefix = delivery_prefix(webhook.id, DeliveryStatus::pending);
  const auto cursor = view.cursor(Family::outbox, prefix, end_of_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    auto delivery = decode_delivery(cursor->key(), cursor->value());
    if (!delivery) return delivery.error();
    stored.pending.push_back(std::move(*delivery));
  }
  if (auto read = cursor->result(); !read) return read.error();
  stored.webhook = std::move(webhook);
  return stored;
}

/// The ranges of the statuses asked for, newest first each, merged into one order.
class Merge {
 public:
  Merge(const View& view, const DeliveryQuery& query) {
    for (const auto status :
         {DeliveryStatus::pending, DeliveryStatus::delivered, DeliveryStatus::dead}) {
      if (query.status && *query.status != status) continue;
      const Key prefix = delivery_prefix(query.webhook, status);
      Key from = prefix;
      if (query.after) {
        ByteWriter<Key>(from).inverted_id(query.after->id);
        from.push_back('\0');
      }
      cursors_.push_back(view.cursor(Family::outbox, from, end_of_prefix(prefix)));
    }
  }

  Result<std::optional<Delivery>> next() {
    std::optional<DeliveryId> newest;
    Cursor* from = nullptr;
    for (const auto& cursor : cursors_) {
      if (!cursor->valid()) {
        if (auto read = cursor->result(); !read) return read.error();
        continue;
      }
      const auto key = read_delivery_key(cursor->key());
      if (!key) return Error{ErrorCode::corrupt, "a key of outbox is damaged"};
      if (newest && key->delivery <= *newest) continue;
      newest = key->delivery;
      from = cursor.get();
    }
    if (from == nullptr) return std::optional<Delivery>();
    auto delivery = decode_delivery(from->key(), from->value());
    if (!delivery) return delivery.error();
    from->next();
    return std::optional(std::move(*delivery));
  }

 private:
  std::vector<std::unique_ptr<Cursor>> cursors_;
};

}  // namespace

Result<Webhook> read_webhook(const View& view, WorkspaceNumber workspace, WebhookId id) {
  const Key key = webhook_key(workspace, id);
  const auto row = view.get(Family::catalog, key);
  if (!row) return row.error();
  const Error missing{ErrorCode::not_found, "no such webhook"};
  if (!*row) return missing;
  auto webhook = decode_webhook(key, **row);
  if (webhook && webhook->deleted) return missing;
  return webhook;
}

Result<std::vector<Webhook>> read_webhooks(const View& view, WorkspaceNumber workspace) {
  const Key first = webhook_key(workspace, WebhookId{});
  auto webhooks = read_range(view, std::string_view(first).substr(0, 1 + sizeof workspace));
  if (!webhooks) return webhooks.error();
  std::erase_if(*webhooks, [](const Webhook& webhook) { return webhook.deleted; });
  std::ranges::reverse(*webhooks);
  return webhooks;
}

Result<std::vector<StoredWebhook>> read_all_webhooks(const View& view) {
  auto webhooks = read_range(view, catalog_prefix(CatalogKind::webhook));
  if (!webhooks) return webhooks.error();
  std::vector<StoredWebhook> all;
  for (Webhook& webhook : *webhooks) {
    auto stored = with_what_waits(view, std::move(webhook));
    if (!stored) return stored.error();
    all.push_back(std::move(*stored));
  }
  return all;
}

Result<Page<Delivery>> read_deliveries(const View& view, const DeliveryQuery& query) {
  const auto known = read_webhook(view, query.workspace, query.webhook);
  if (!known) return known.error();
  const auto count_max =
      static_cast<std::size_t>(std::clamp(query.limit, 1, limits::page_size_max));
  Page<Delivery> page;
  Merge merge(view, query);
  for (;;) {
    auto delivery = merge.next();
    if (!delivery) return delivery.error();
    if (!*delivery) return page;
    if (page.rows.size() == count_max) break;
    page.rows.push_back(std::move(**delivery));
  }
  page.has_more = true;
  page.next = page.rows.back().id.id;
  return page;
}

}  // namespace millrace::storage
