// What starts a run, in neutral form: made by a dialect's codec, stamped by the gateway, decided by
// the engine.
#pragma once

#include "runtime/base/crypto.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/base/json.hpp"
#include "runtime/engine/program.hpp"

#include <memory>
#include <optional>
#include <string>

namespace millrace {

struct KeptChanges;

struct Trigger {
  WorkspaceNumber workspace{};
  ProgramPtr program;
  TriggerType type = TriggerType::api;
  JsonDocumentPtr payload;  ///< what `trigger` means in expressions
  std::string contact;      ///< contact id, else normalised phone; empty: none
  std::string channel;      ///< of an inbound message; empty: none
  std::string message_id;   ///< of an inbound message; empty: none
  /// The run that this one repeats; it gets an id in that run's partition.
  std::optional<ExecutionId> replay_of{};
  /// What that run did before it failed, to be kept instead of done again; of the same flow
  /// version. Null: the run starts at its trigger.
  std::shared_ptr<const KeptChanges> kept{};
  // Stamped by the gateway:
  ExecutionId execution;
  Timestamp accepted_at{};
};
using TriggerPtr = std::shared_ptr<const Trigger>;

}  // namespace millrace
