// The door into the house of actors. Asked by http, answered by actors. Thread-safe; nothing here
// blocks.
#pragma once

#include "runtime/engine/status.hpp"
#include "runtime/engine/trigger.hpp"
#include "runtime/ports/change.hpp"
#include "runtime/ports/reply.hpp"
#include "runtime/schedule/decision.hpp"

#include <memory>
#include <optional>
#include <string>

namespace millrace {

/// The caller's Idempotency-Key of a trigger, or the sender's message id. One scope per flow.
struct TriggerKey {
  std::string key;
  Sha256 fingerprint{};  ///< of the request; another one with the same key is a mismatch
  std::string
      memo;  ///< stored beside it and handed back to duplicates (request id and time of the first)
  /// Of a schedule's fire: how far the schedule has come with it, written in the same commit.
  std::shared_ptr<const ScheduleProgress> progress{};
  /// Of a debounced event: the window that ends in the same commit.
  std::shared_ptr<const DebounceWindow> settles{};
};

/// What became of a trigger. For ResponseMode::immediate told at the commit of the first turn, else
/// when the run has answered or ended, or at the deadline.
struct TriggerOutcome {
  ExecutionId execution;
  std::uint32_t flow_version = 0;
  RunStatus status = RunStatus::running;
  bool duplicate = false;        ///< `execution` is the one that the same key began earlier
  std::string memo;              ///< of a duplicate: the memo of the first
  std::optional<Answer> answer;  ///< of a `respond` node
  std::string output;            ///< JSON text, when the run has completed
  bool deadline_passed = false;  ///< the run goes on without this caller
};

/// What became of a wish to cancel, pause or resume a run: the run after it.
struct ControlOutcome {
  RunStatus status = RunStatus::running;
  bool waiting = false;
  bool paused = false;
};

class Gateway {
 public:
  virtual ~Gateway() = default;
  /// Takes the trigger in, or says at once that there is no room (busy) or that it must not
  /// (unavailable): then nothing was accepted and `reply` is dropped uncalled.
  virtual std::optional<Error> submit(Trigger trigger, std::optional<TriggerKey> key,
                                      ResponseMode mode, Reply<TriggerOutcome> reply) = 0;
  /// A change of the catalogue, through the one committer.
  virtual std::optional<Error> change(CatalogChange change, Reply<ChangeOutcome> reply) = 0;
  /// Cancels, pauses or resumes a run that goes on, durably before `reply`; what is so already is
  /// answered without a change. Errors in the reply: not_found (no such run of this workspace goes
  /// on: it may have ended), unavailable.
  virtual std::optional<Error> control(WorkspaceNumber workspace, ExecutionId execution,
                                       Control what, Reply<ControlOutcome> reply) = 0;
  /// False while starting, draining or unable to write; the reason is for people.
  virtual bool ready(std::string* reason = nullptr) const = 0;
  /// Triggers are accepted and journaled, and nothing runs until the operator says so.
  virtual bool paused() const { return false; }
};

}  // namespace millrace
