// The catalogue in memory: workspaces, keys, flows, and published flows ready to run. What the I/O
// threads ask on every request is answered by one look-up; what changes comes from the committer,
// after its commit.
#pragma once

#include "runtime/ports/archive.hpp"
#include "storage/key_value.hpp"
#include "storage/programs.hpp"
#include "storage/sharded_map.hpp"

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace millrace::storage {

/// What one commit changes in the catalogue. Later entries of the same id win.
struct CatalogueUpdate {
  std::vector<Workspace> workspaces;
  std::vector<ApiKey> keys;
  std::vector<StoredFlow> flows;
  /// Published anew, or renewed because the flow's row changed; null: no longer published.
  std::map<FlowId, std::shared_ptr<const PublishedFlow>> published;
};

/// Reads on any thread; load() and apply() on the committer's.
class Catalogue {
 public:
  /// `retention_days` is of workspaces that have none of their own.
  Catalogue(const KeyValue& tables, std::uint16_t retention_days)
      : tables_(tables), retention_days_(retention_days) {}

  /// Reads all rows and compiles what is published. A published flow that no longer compiles is
  /// logged and stays unpublished in memory.
  Result<void> load();
  void apply(const CatalogueUpdate& update);

  std::optional<ApiKey> key(const Sha256& hash) const;  ///< nothing when revoked
  std::optional<ApiKey> key(KeyId id) const;
  std::vector<ApiKey> keys() const;  ///< newest first, revoked ones too
  std::optional<Workspace> workspace(std::string_view name) const;
  std::optional<Workspace> workspace(WorkspaceNumber number) const;
  std::vector<Workspace> workspaces() const;  ///< by number
  WorkspaceNumber next_workspace() const;
  Duration retention(WorkspaceNumber number) const;  ///< its own, else the configured one
  std::uint16_t longest_retention_days() const;      ///< of all workspaces, and of new ones
  /// Of that workspace, and not deleted.
  std::optional<StoredFlow> flow(WorkspaceNumber workspace, FlowId flow) const;
  bool flow_exists(FlowId flow) const;  ///< in any workspace, deleted ones too
  Page<StoredFlow> flows(WorkspaceNumber workspace, std::optional<Dialect> dialect,
                         std::optional<FlowId> after, int limit) const;
  std::shared_ptr<const PublishedFlow> published(FlowId flow) const;
  std::vector<std::shared_ptr<const PublishedFlow>> published_by_trigger(WorkspaceNumber workspace,
                                                                         TriggerType type) const;
  /// Of all workspaces.
  std::vector<std::shared_ptr<const PublishedFlow>> published_by_trigger(TriggerType type) const;
  std::size_t schedules() const;  ///< how many published flows have one

  // May read the disk.
  Result<std::optional<StoredFlowVersion>> version(FlowId flow, std::uint32_t version) const;
  /// Errors: not_found, corrupt, storage.
  Result<ProgramPtr> program(FlowId flow, std::uint32_t version) const;
  Result<ProgramPtr> compile(const StoredFlowVersion& version) const;  ///< of any version; corrupt

 private:
  struct HashOfHash {
    std::size_t operator()(const Sha256& hash) const;
  };
  using TriggerList = std::vector<std::shared_ptr<const PublishedFlow>>;

  Result<void> load_rows(CatalogueUpdate& update) const;
  Result<void> load_published(CatalogueUpdate& update) const;
  void apply_published(FlowId id, const std::shared_ptr<const PublishedFlow>& published);

  const KeyValue& tables_;
  const std::uint16_t retention_days_;
  ShardedMap<Sha256, ApiKey, HashOfHash> keys_by_hash_;
  ShardedMap<FlowId, std::shared_ptr<const PublishedFlow>> published_;
  mutable ProgramCache programs_;

  mutable std::shared_mutex mutex_;  ///< of all below
  std::map<WorkspaceNumber, Workspace> workspaces_;
  std::map<Id, ApiKey, std::greater<>> keys_;
  std::map<WorkspaceNumber, std::map<Id, StoredFlow, std::greater<>>> flows_;
  std::map<Id, WorkspaceNumber> workspace_of_flow_;
  std::map<std::pair<WorkspaceNumber, TriggerType>, TriggerList> by_trigger_;
};

}  // namespace millrace::storage
