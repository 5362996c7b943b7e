// Outgoing webhooks within one commit: each change sees the ones before it. Rows of the open batch
// count before they are written.
#pragma once

#include "runtime/ports/webhook_change.hpp"
#include "storage/key_value.hpp"
#include "storage/log_buckets.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::storage {

/// What a change may know of the commit that it is part of.
struct CommitMoment {
  Timestamp now{};
  std::uint64_t commit = 0;  ///< the number it will have
  ClockAgreement* clocks = nullptr;
};

/// On the committer's thread alone.
class WebhookRows {
 public:
  explicit WebhookRows(KeyValue& tables) : tables_(tables) {}

  /// Puts the rows of `change`, or nothing and tells why not: not_found, configuration (too many
  /// webhooks), busy, storage, corrupt.
  Result<std::shared_ptr<const WebhookOutcome>> apply(const WebhookChange& change,
                                                      const CommitMoment& moment);
  /// The batch was written or given up.
  void forget_batch();

 private:
  Result<WebhookOutcome> apply_one(const CreateWebhook& change);
  Result<WebhookOutcome> apply_one(const UpdateWebhook& change);
  Result<WebhookOutcome> apply_one(const RotateWebhookSecret& change);
  Result<WebhookOutcome> apply_one(const DeleteWebhook& change);
  Result<WebhookOutcome> apply_one(const AddDelivery& change);
  Result<WebhookOutcome> apply_one(const Redeliver& change);
  Result<WebhookOutcome> apply_one(const NoteDeliveries& change);
  Result<WebhookOutcome> apply_one(const SweepWebhook& change);

  Result<void> redeliver_named(const Redeliver& change, std::size_t room, WebhookOutcome& outcome);
  Result<void> redeliver_dead(const Redeliver& change, std::size_t room, WebhookOutcome& outcome);
  Result<std::size_t> room_in_line(WebhookId webhook) const;
  Result<void> trim(WebhookId webhook, std::size_t count);
  Result<std::size_t> erase_range(std::string_view from, std::string_view prefix,
                                  std::size_t count_max);

  /// Errors: not_found when it is not there, foreign, or deleted.
  Result<Webhook> find(WorkspaceNumber workspace, WebhookId id) const;
  Result<std::optional<Delivery>> find(WebhookId webhook, DeliveryId id) const;
  Result<std::size_t> count_in(WorkspaceNumber workspace) const;
  void put(const Webhook& webhook);
  void put(WebhookId webhook, const WebhookProgress& progress);
  void put(const Delivery& delivery);
  void put_in_line(Delivery delivery, Timestamp at, WebhookOutcome& outcome);

  KeyValue& tables_;
  CommitMoment moment_;
  std::map<WebhookId, Webhook> webhooks_;      ///< of the open batch
  std::map<DeliveryId, Delivery> deliveries_;  ///< of the open batch
  std::string value_;
};

}  // namespace millrace::storage
