// One endpoint as the sender sees it: what waits for it and how much of that may go. No actor in
// here.
#pragma once

#include "runtime/base/vault.hpp"
#include "runtime/ports/archive.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace millrace::actors {

class Endpoint {
 public:
  Webhook row;
  WebhookProgress progress;
  MonotonicTime noted_at{};  ///< when its progress was last known to be on disk
  bool stale = true;         ///< the feed may hold more for it
  bool collecting = false;   ///< from the question until what was found is on disk
  bool failing = false;      ///< its last attempt failed
  std::size_t open = 0;      ///< attempts under way

  /// Waits until it is due; replaces what is known of it. False: it was known.
  bool put_in_line(Delivery delivery);
  /// The next that may go at `now`. It stays in pending() until it is settled.
  std::optional<Delivery> take_due(Timestamp now);
  /// When take_due() has something next; nothing while the attempts under way are its most.
  std::optional<Timestamp> next_due() const;
  const Delivery* find(DeliveryId id) const;
  /// How many it knew: one or none.
  std::size_t settle(DeliveryId id) { return pending_.erase(id); }
  std::size_t pending() const { return pending_.size(); }
  /// Whether more may be put in line, where `all` wait for all endpoints.
  bool has_room(std::size_t all) const;
  /// The secrets that sign at `now`, newest first. Empty: they cannot be opened.
  std::vector<std::string> secrets(const Vault& vault, Timestamp now) const;

 private:
  bool may_start() const;

  std::map<DeliveryId, Delivery> pending_;              ///< waiting or under way
  std::set<std::pair<Timestamp, DeliveryId>> waiting_;  ///< by due time
};

}  // namespace millrace::actors
