// The line of one endpoint.
#include "actors/webhooks/endpoint.hpp"

#include "runtime/webhooks/webhook_limits.hpp"

namespace millrace::actors {

bool Endpoint::put_in_line(Delivery delivery) {
  const DeliveryId id = delivery.id;
  const auto known = pending_.find(id);
  if (known != pending_.end() && known->second.due) waiting_.erase({*known->second.due, id});
  waiting_.emplace(delivery.due.value_or(delivery.created), id);
  return pending_.insert_or_assign(id, std::move(delivery)).second;
}

bool Endpoint::may_start() const {
  return open <
         (failing ? limits::webhook_calls_failing_max : limits::webhook_calls_per_endpoint_max);
}

std::optional<Delivery> Endpoint::take_due(Timestamp now) {
  if (!may_start() || waiting_.empty() || waiting_.begin()->first > now) return std::nullopt;
  const DeliveryId id = waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  return pending_.at(id);
}

std::optional<Timestamp> Endpoint::next_due() const {
  if (!may_start() || waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

const Delivery* Endpoint::find(DeliveryId id) const {
  const auto found = pending_.find(id);
  return found == pending_.end() ? nullptr : &found->second;
}

bool Endpoint::has_room(std::size_t all) const {
  if (pending() < limits::webhook_pending_share) return true;
  return pending() < limits::webhook_pending_max && all < limits::webhook_pending_all_max;
}

std::vector<std::string> Endpoint::secrets(const Vault& vault, Timestamp now) const {
  std::vector<std::string> opened;
  const std::string context = secret_context(row.id);
  auto secret = vault.open(row.secret, context);
  if (!secret) return opened;
  opened.push_back(std::move(*secret));
  if (row.previous_secret.empty() || now >= row.previous_expires) return opened;
  if (auto previous = vault.open(row.previous_secret, context))
    opened.push_back(std::move(*previous));
  return opened;
}

}  // namespace millrace::actors
