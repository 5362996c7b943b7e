// Who came first, and who waits for it.
#include "http/pending_keys.hpp"

#include "runtime/base/limits.hpp"

namespace millrace::http {

PendingKeys::Place PendingKeys::enter(const std::string& name, const Sha256& fingerprint,
                                      MonotonicTime now, const Respond& respond) {
  const auto [found, added] = pending_.try_emplace(name, Pending{fingerprint, now, {}});
  if (added) return Place::first;
  Pending& pending = found->second;
  if (pending.fingerprint != fingerprint) return Place::conflict;
  if (now - pending.since < limits::sync_answer_deadline) {
    pending.behind.push_back(respond);
    return Place::behind;
  }
  pending.since = now;
  return Place::first;
}

std::vector<Respond> PendingKeys::leave(const std::string& name) {
  auto taken = pending_.extract(name);
  return taken ? std::move(taken.mapped().behind) : std::vector<Respond>{};
}

}  // namespace millrace::http
