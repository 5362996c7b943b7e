// One function per change: check, then put rows; never rows without the check.
#include "storage/webhooks/webhook_rows.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/webhooks/webhook_limits.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::storage {
namespace {

constexpr std::array statuses{DeliveryStatus::pending, DeliveryStatus::delivered,
                              DeliveryStatus::dead};
constexpr std::size_t trimmed_rows_min = 64;

Error no_such_webhook() { return {ErrorCode::not_found, "no such webhook"}; }

/// Of the largest id that was made before `time`: rows from its key on are older.
DeliveryId oldest_kept(Timestamp time) {
  const auto milliseconds = std::max<std::int64_t>(time.time_since_epoch().count(), 0);
  return DeliveryId{Id::make(static_cast<std::uint64_t>(milliseconds), Partition{0}, 0)};
}

}  // namespace

Result<std::shared_ptr<const WebhookOutcome>> WebhookRows::apply(const WebhookChange& change,
                                                                 const CommitMoment& moment) {
  moment_ = moment;
  auto outcome = std::visit([this](const auto& what) { return apply_one(what); }, change);
  if (!outcome) return outcome.error();
  return std::make_shared<const WebhookOutcome>(std::move(*outcome));
}

void WebhookRows::forget_batch() {
  webhooks_.clear();
  deliveries_.clear();
}

Result<WebhookOutcome> WebhookRows::apply_one(const CreateWebhook& change) {
  const auto count = count_in(change.webhook.workspace);
  if (!count) return count.error();
  if (*count >= limits::webhooks_per_workspace_max) {
    return Error{ErrorCode::configuration, "this workspace has " +
                                               std::to_string(limits::webhooks_per_workspace_max) +
                                               " webhooks, its most; delete one first"};
  }
  WebhookOutcome outcome;
  outcome.webhook = change.webhook;
  outcome.progress = WebhookProgress{{moment_.commit, 0}, std::nullopt};
  put(outcome.webhook);
  put(change.webhook.id, *outcome.progress);
  return outcome;
}

Result<WebhookOutcome> WebhookRows::apply_one(const UpdateWebhook& change) {
  auto found = find(change.workspace, change.webhook);
  if (!found) return found.error();
  WebhookOutcome outcome;
  outcome.webhook = std::move(*found);
  Webhook& row = outcome.webhook;
  const bool wakes = change.active.value_or(false) && !row.active;
  if (change.url) row.url = *change.url;
  if (change.description) row.description = *change.description;
  if (change.events) row.events = *change.events;
  if (change.active) row.active = *change.active;
  row.updated = change.at;
  put(row);
  if (wakes) {
    outcome.progress = WebhookProgress{{moment_.commit, 0}, std::nullopt};
    put(row.id, *outcome.progress);
  }
  return outcome;
}

Result<WebhookOutcome> WebhookRows::apply_one(const RotateWebhookSecret& change) {
  auto found = find(change.workspace, change.webhook);
  if (!found) return found.error();
  WebhookOutcome outcome;
  outcome.webhook = std::move(*found);
  Webhook& row = outcome.webhook;
  row.previous_secret = std::exchange(row.secret, change.secret);
  row.previous_expires = change.previous_expires;
  row.updated = change.at;
  put(row);
  return outcome;
}

Result<WebhookOutcome> WebhookRows::apply_one(const DeleteWebhook& change) {
  auto found = find(change.workspace, change.webhook);
  if (!found) return found.error();
  WebhookOutcome outcome;
  outcome.webhook = std::move(*found);
  Webhook& row = outcome.webhook;
  row.deleted = true;
  row.active = false;
  row.secret.clear();
  row.previous_secret.clear();
  put(row);
  return outcome;
}

Result<WebhookOutcome> WebhookRows::apply_one(const AddDelivery& change) {
  auto found = find(change.workspace, change.delivery.webhook);
  if (!found) return found.error();
  const auto room = room_in_line(found->id);
  if (!room) return room.error();
  WebhookOutcome outcome;
  outcome.webhook = std::move(*found);
  put(change.delivery);
  outcome.pending.push_back(change.delivery);
  return outcome;
}

Result<WebhookOutcome> WebhookRows::apply_one(const Redeliver& change) {
  auto found = find(change.workspace, change.webhook);
  if (!found) return found.error();
  const auto room = room_in_line(change.webhook);
  if (!room) return room.error();
  WebhookOutcome outcome;
  outcome.webhook = std::move(*found);
  const auto done = change.ids.empty() ? redeliver_dead(change, *room, outcome)
                                       : redeliver_named(change, *room, outcome);
  if (!done) return done.error();
  return outcome;
}

Result<void> WebhookRows::redeliver_named(const Redeliver& change, std::size_t room,
                                          WebhookOutcome& outcome) {
  for (const DeliveryId id : change.ids) {
    auto found = find(change.webhook, id);
    if (!found) return found.error();
    if (!*found && change.strict) return Error{ErrorCode::not_found, "no such delivery"};
    if (*found && (*found)->status == DeliveryStatus::pending && change.strict)
      return Error{ErrorCode::version_conflict, "the delivery waits for its next attempt"};
    if (!*found) {
      ++outcome.missing;
    } else if ((*found)->status == DeliveryStatus::pending) {
      ++outcome.waiting;
    } else if (outcome.pending.size() == room) {
      outcome.has_more = true;
    } else {
      put_in_line(std::move(**found), change.at, outcome);
    }
  }
  return {};
}

Result<void> WebhookRows::redeliver_dead(const Redeliver& change, std::size_t room,
                                         WebhookOutcome& outcome) {
  const auto view = tables_.view();
  const Key prefix = delivery_prefix(change.webhook, DeliveryStatus::dead);
  const auto cursor = view->cursor(Family::outbox, prefix, end_of_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    auto row = decode_delivery(cursor->key(), cursor->value());
    if (!row) return row.error();
    const auto changed = deliveries_.find(row->id);
    if (changed != deliveries_.end() && changed->second.status != DeliveryStatus::dead) continue;
    if (outcome.pending.size() == room) {
      outcome.has_more = true;
      return {};
    }
    put_in_line(std::move(*row), change.at, outcome);
  }
  return cursor->result();
}

Result<WebhookOutcome> WebhookRows::apply_one(const NoteDeliveries& change) {
  auto found = find(change.workspace, change.webhook);
  if (!found) return found.error();
  WebhookOutcome outcome;
  outcome.webhook = std::move(*found);
  for (const Delivery& row : change.rows) put(row);
  if (change.progress) {
    put(change.webhook, *change.progress);
    const auto trimmed = trim(change.webhook, std::max(2 * change.rows.size(), trimmed_rows_min));
    if (!trimmed) return trimmed.error();
  }
  if (change.disable && outcome.webhook.active) {
    outcome.webhook.active = false;
    outcome.webhook.updated = moment_.now;
    put(outcome.webhook);
  }
  return outcome;
}

/// What was settled long ago is no longer listed. While the clocks disagree nothing is past.
Result<void> WebhookRows::trim(WebhookId webhook, std::size_t count) {
  if (!moment_.clocks->agrees()) return {};
  const std::array<std::pair<DeliveryStatus, Duration>, 2> ages{
      {{DeliveryStatus::delivered, limits::webhook_delivered_age},
       {DeliveryStatus::dead, limits::webhook_dead_age}}};
  for (const auto& [status, age] : ages) {
    const Key from = delivery_key(webhook, status, oldest_kept(moment_.now - age));
    const auto erased = erase_range(from, delivery_prefix(webhook, status), count);
    if (!erased) return erased.error();
  }
  return {};
}

Result<WebhookOutcome> WebhookRows::apply_one(const SweepWebhook& change) {
  MR_ASSERT(!find(change.workspace, change.webhook));
  const Key key = webhook_key(change.workspace, change.webhook);
  const Key prefix = delivery_prefix(change.webhook);
  const auto erased = erase_range(prefix, prefix, limits::webhook_swept_rows_max);
  if (!erased) return erased.error();
  WebhookOutcome outcome;
  outcome.webhook.id = change.webhook;
  outcome.webhook.workspace = change.workspace;
  outcome.webhook.deleted = true;
  outcome.has_more = *erased == limits::webhook_swept_rows_max;
  if (outcome.has_more) return outcome;
  tables_.erase(Family::catalog, key);
  tables_.erase(Family::catalog, webhook_progress_key(change.webhook));
  return outcome;
}

Result<std::size_t> WebhookRows::erase_range(std::string_view from, std::string_view prefix,
                                             std::size_t count_max) {
  const auto view = tables_.view();
  const auto cursor = view->cursor(Family::outbox, from, end_of_prefix(prefix));
  std::size_t erased = 0;
  for (; cursor->valid() && erased < count_max; cursor->next(), ++erased)
    tables_.erase(Family::outbox, cursor->key());
  if (auto read = cursor->result(); !cursor->valid() && !read) return read.error();
  return erased;
}

/// How many deliveries may still be put in line. Errors: busy when none.
Result<std::size_t> WebhookRows::room_in_line(WebhookId webhook) const {
  const auto view = tables_.view();
  const Key prefix = delivery_prefix(webhook, DeliveryStatus::pending);
  const auto cursor = view->cursor(Family::outbox, prefix, end_of_prefix(prefix));
  std::size_t waiting = 0;
  for (; cursor->valid() && waiting < limits::webhook_pending_max; cursor->next()) ++waiting;
  if (auto read = cursor->result(); !cursor->valid() && !read) return read.error();
  if (waiting == limits::webhook_pending_max)
    return Error{ErrorCode::busy, "too many deliveries of this webhook wait; try again later"};
  return std::min(limits::webhook_redelivered_max, limits::webhook_pending_max - waiting);
}

Result<Webhook> WebhookRows::find(WorkspaceNumber workspace, WebhookId id) const {
  if (const auto changed = webhooks_.find(id); changed != webhooks_.end()) {
    if (changed->second.deleted || changed->second.workspace != workspace) return no_such_webhook();
    return changed->second;
  }
  const Key key = webhook_key(workspace, id);
  const auto row = tables_.get(Family::catalog, key);
  if (!row) return row.error();
  if (!*row) return no_such_webhook();
  auto webhook = decode_webhook(key, **row);
  if (webhook && webhook->deleted) return no_such_webhook();
  return webhook;
}

Result<std::optional<Delivery>> WebhookRows::find(WebhookId webhook, DeliveryId id) const {
  if (const auto changed = deliveries_.find(id); changed != deliveries_.end()) {
    if (changed->second.webhook != webhook) return std::optional<Delivery>();
    return std::optional(changed->second);
  }
  for (const DeliveryStatus status : statuses) {
    const Key key = delivery_key(webhook, status, id);
    const auto row = tables_.get(Family::outbox, key);
    if (!row) return row.error();
    if (!*row) continue;
    auto delivery = decode_delivery(key, **row);
    if (!delivery) return delivery.error();
    return std::optional(std::move(*delivery));
  }
  return std::optional<Delivery>();
}

Result<std::size_t> WebhookRows::count_in(WorkspaceNumber workspace) const {
  std::map<WebhookId, bool> present;
  const auto view = tables_.view();
  const Key prefix = webhook_key(workspace, WebhookId{});
  const std::string_view of_workspace = std::string_view(prefix).substr(0, 1 + sizeof workspace);
  const auto cursor = view->cursor(Family::catalog, of_workspace, end_of_prefix(of_workspace));
  for (; cursor->valid(); cursor->next()) {
    const auto webhook = decode_webhook(cursor->key(), cursor->value());
    if (!webhook) return webhook.error();
    present[webhook->id] = !webhook->deleted;
  }
  if (auto read = cursor->result(); !read) return read.error();
  for (const auto& [id, webhook] : webhooks_)
    if (webhook.workspace == workspace) present[id] = !webhook.deleted;
  const auto is_there = [](const auto& entry) { return entry.second; };
  return static_cast<std::size_t>(std::ranges::count_if(present, is_there));
}

void WebhookRows::put(const Webhook& webhook) {
  encode_webhook(value_, webhook);
  tables_.put(Family::catalog, webhook_key(webhook.workspace, webhook.id), value_);
  webhooks_.insert_or_assign(webhook.id, webhook);
}

void WebhookRows::put(WebhookId webhook, const WebhookProgress& progress) {
  encode_webhook_progress(value_, progress);
  tables_.put(Family::catalog, webhook_progress_key(webhook), value_);
}

/// What is settled was pending before.
void WebhookRows::put(const Delivery& delivery) {
  if (delivery.status != DeliveryStatus::pending) {
    tables_.erase(Family::outbox,
                  delivery_key(delivery.webhook, DeliveryStatus::pending, delivery.id));
  }
  encode_delivery(value_, delivery);
  tables_.put(Family::outbox, delivery_key(delivery.webhook, delivery.status, delivery.id), value_);
  deliveries_.insert_or_assign(delivery.id, delivery);
}

void WebhookRows::put_in_line(Delivery delivery, Timestamp at, WebhookOutcome& outcome) {
  tables_.erase(Family::outbox, delivery_key(delivery.webhook, delivery.status, delivery.id));
  delivery.status = DeliveryStatus::pending;
  delivery.attempts = 0;
  delivery.due = at;
  put(delivery);
  outcome.pending.push_back(std::move(delivery));
}

}  // namespace millrace::storage
