// Requests with an Idempotency-Key that are under way: who asks the same meanwhile waits for the
// first one's answer. Not thread-safe: the I/O thread's.
#pragma once

#include "http/message.hpp"
#include "runtime/base/crypto.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace millrace::http {

class PendingKeys {
 public:
  enum class Place {
    first,    ///< goes on, and leaves once it is answered
    behind,   ///< is answered when the first one leaves
    conflict  ///< another request has this key: nothing was kept of this one
  };

  /// `name` is the key with whose it is. A first one that was not heard of again for
  /// limits::sync_answer_deadline is given up: the next one takes its place. There are no more
  /// entries than open requests.
  Place enter(const std::string& name, const Sha256& fingerprint, MonotonicTime now,
              const Respond& respond);
  /// Who waits behind the first one; the name is free again.
  std::vector<Respond> leave(const std::string& name);
  std::size_t size() const { return pending_.size(); }

 private:
  struct Pending {
    Sha256 fingerprint{};
    MonotonicTime since{};
    std::vector<Respond> behind;
  };
  std::unordered_map<std::string, Pending> pending_;
};

}  // namespace millrace::http
