// Changes of the catalogue. Evaluated in order by the one committer, so checks and effects cannot
// race.
#pragma once

#include "runtime/flow/catalog.hpp"
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

/// What the catalogue holds afterwards.
struct ChangeOutcome {
  std::optional<Workspace> workspace;
  std::optional<StoredFlow> flow;
  std::optional<StoredFlowVersion> version;
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
               DeleteFlow, NoteSchedule, ArchiveVersion>
      what;
  std::optional<RequestKey> request_key{};
};

}  // namespace millrace
