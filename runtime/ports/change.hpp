// Changes of the catalogue. Evaluated in order by the one committer, so checks and effects cannot
// race.
#pragma once

#include "runtime/flow/catalog.hpp"
#include "runtime/ports/debounce.hpp"
#include "runtime/schedule/decision.hpp"

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace millrace {

struct EnsureWorkspace {
  std::string name;
};  ///< number assigned when new
struct CreateKey {
  ApiKey key;
};
struct RevokeKey {
  KeyId key;
  Timestamp at{};
};
struct CreateFlow {
  StoredFlow flow;
  StoredFlowVersion version;
};
struct UpdateFlow {  ///< makes the next version from what is given and the newest version
  WorkspaceNumber workspace{};
  FlowId flow;
  std::optional<std::uint32_t> expected_version;  ///< else version_conflict
  std::optional<std::string> name;
  std::optional<TriggerType> trigger_type;
  std::optional<std::string> definition;
  Timestamp at{};
  std::optional<std::uint32_t> restores{};  ///< whose content it is: archived no longer
};
/// Puts a version away; what is put away already stays so. Error: version_conflict, when it is the
/// published one.
struct ArchiveVersion {
  WorkspaceNumber workspace{};
  FlowId flow;
  std::uint32_t version = 0;
  Timestamp at{};
};
/// `version` was compiled without errors by the caller; 0 unpublishes. Error: version_conflict,
/// when it is archived.
struct PublishFlow {
  WorkspaceNumber workspace{};
  FlowId flow;
  std::uint32_t version = 0;
  Timestamp at{};
};
struct DeleteFlow {
  WorkspaceNumber workspace{};
  FlowId flow;
  Timestamp at{};
};

/// How far a schedule has come without a fire: slots were put in line or given up.
struct NoteSchedule {
  FlowId flow;
  ScheduleProgress progress;
};

/// An event of a flow that waits for a pause: the last one of its window. Errors: not_published,
/// idempotency_mismatch.
struct DebounceEvent {
  WorkspaceNumber workspace{};
  FlowId flow;
  std::string contact;  ///< events of one contact share a window, those of none too
  std::string payload;  ///< JSON text
  Timestamp at{};
  Duration pause{};
  std::string name;  ///< by which it is known again; empty: not
  Sha256 fingerprint{};
  Timestamp expires{};  ///< of the name
  std::string memo;     ///< the stored answer of who sends it again
};
/// The window's flow waits for no events any more; one that has got another event stays.
struct DropDebounce {
  DebounceWindow window;
};

/// What the catalogue holds afterwards.
struct ChangeOutcome {
  std::optional<Workspace> workspace;
  std::optional<StoredFlow> flow;
  std::optional<StoredFlowVersion> version;
  std::optional<DebounceWindow> debounced;  ///< of a known event: nothing when its run has begun
  bool replayed =
      false;  ///< the request key was known: nothing changed, `stored_answer` is the first answer
  std::string stored_answer;
};

/// Makes a repeated request answer the same: scope is the caller's key id.
struct RequestKey {
  KeyId caller;
  std::string key;
  Sha256 fingerprint{};
  Timestamp expires{};
  /// Renders the answer to store beside the change; pure, runs on the committer's thread.
  std::function<std::string(const ChangeOutcome&)> render;
};

struct CatalogChange {
  std::variant<EnsureWorkspace, CreateKey, RevokeKey, CreateFlow, UpdateFlow, PublishFlow,
               DeleteFlow, NoteSchedule, ArchiveVersion, DebounceEvent, DropDebounce>
      what;
  std::optional<RequestKey> request_key{};
};

}  // namespace millrace
