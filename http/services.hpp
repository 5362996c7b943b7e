// What handlers may use, handed in by the wiring. All of it outlives the server.
#pragma once

#include "http/allowance.hpp"
#include "http/outbound/address_policy.hpp"
#include "http/pending_keys.hpp"
#include "http/router.hpp"
#include "http/sse/stream_slots.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/base/redaction.hpp"
#include "runtime/base/vault.hpp"
#include "runtime/ports/archive.hpp"
#include "runtime/ports/event_feed.hpp"
#include "runtime/ports/gateway.hpp"

#include <functional>
#include <memory>
#include <string>

namespace millrace::http {

struct Services {
  Gateway* gateway = nullptr;
  const Archive* archive = nullptr;
  EventFeed* feed = nullptr;
  std::shared_ptr<StreamSlots> streams;  ///< how many may be open; the I/O thread's
  const Clock* clock = nullptr;
  Random* random = nullptr;
  IdGenerator* ids = nullptr;
  std::uint16_t partitions = limits::partitions_default;
  ReplySink* sink = nullptr;  ///< answers come back on the I/O thread
  /// Runs `work` on the archive's thread and its response back on the I/O thread: for reads that
  /// may touch the disk. A full queue answers 503, in the voice of the request's row.
  std::function<void(MatchedPtr matched, std::function<Response()> work, Respond respond)> read;
  Allowance* replays = nullptr;  ///< per key; the I/O thread's
  std::shared_ptr<PendingKeys> pending = std::make_shared<PendingKeys>();  ///< the I/O thread's
  Duration idempotency_window{limits::idempotency_window};  ///< how long an answer is kept
  std::shared_ptr<const Json> env;  ///< the operator's [env] table, an object; null: none
  std::shared_ptr<const Redaction> redaction;  ///< which headers nobody may see; null: the usual
  AddressPolicy egress;                        ///< which addresses may be called
  std::shared_ptr<const Vault> vault;          ///< seals secrets that clients give into our keeping
  std::string cursor_secret;                   ///< 32 bytes from `meta`; signs list cursors
  std::string public_url;                      ///< base of URLs we print; no trailing slash
};

}  // namespace millrace::http
