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

struct Trigger {
  WorkspaceNumber workspace{};
  ProgramPtr program;
  TriggerType type = TriggerType::api;
  JsonDocumentPtr payload;  ///< what `trigger` means in expressions
  std::string contact;      ///< contact id, else normalised phone; empty: none
  std::string channel;      ///< of an inbound message; empty: none
  std::string message_id;   ///< of an inbound message; empty: none
  // Stamped by the gateway:
  ExecutionId execution;
  Timestamp accepted_at{};
};
using TriggerPtr = std::shared_ptr<const Trigger>;

}  // namespace millrace
