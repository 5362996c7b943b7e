// Changes of the catalogue within one commit: evaluated in order, each sees the ones before it, and
// nothing of them is seen by anyone else before the commit.
#pragma once

#include "runtime/ports/change.hpp"
#include "storage/catalogue.hpp"
#include "storage/debounce_rows.hpp"
#include "storage/dedup.hpp"
#include "storage/key_value.hpp"
#include "storage/schedule_rows.hpp"

#include <map>
#include <string>
#include <utility>

namespace millrace::storage {

/// One per commit, on the committer's thread.
class Changes {
 public:
  Changes(const Catalogue& catalogue, KeyValue& tables, Dedup& dedup, ScheduleRows& schedules,
          DebounceRows& debounces, Timestamp now)
      : catalogue_(catalogue),
        tables_(tables),
        dedup_(dedup),
        schedules_(schedules),
        debounces_(debounces),
        now_(now) {}

  /// Puts the rows of `change` into the open batch and tells what the catalogue will hold; or puts
  /// nothing and tells why not: not_found, version_conflict, idempotency_mismatch, corrupt,
  /// storage.
  Result<ChangeOutcome> evaluate(const CatalogChange& change);

  bool empty() const { return !wrote_; }  ///< nothing has been put
  std::uint64_t last_milliseconds() const { return last_milliseconds_; }
  /// To apply to the catalogue once the batch is durable.
  const CatalogueUpdate& update() const { return update_; }

 private:
  Result<ChangeOutcome> apply(const EnsureWorkspace& change);
  Result<ChangeOutcome> apply(const CreateKey& change);
  Result<ChangeOutcome> apply(const RevokeKey& change);
  Result<ChangeOutcome> apply(const CreateFlow& change);
  Result<ChangeOutcome> apply(const UpdateFlow& change);
  Result<ChangeOutcome> apply(const PublishFlow& change);
  Result<ChangeOutcome> apply(const DeleteFlow& change);
  Result<ChangeOutcome> apply(const NoteSchedule& change);
  Result<ChangeOutcome> apply(const ArchiveVersion& change);
  Result<ChangeOutcome> apply(const DebounceEvent& change);
  Result<ChangeOutcome> apply(const DropDebounce& change);
  Result<std::optional<ChangeOutcome>> known_event(const DebounceEvent& change);
  Result<void> bring_back(FlowId flow, std::uint32_t version);
  Result<void> begin_schedule(const StoredFlow& flow, Timestamp at);

  // As of this point of the commit.
  std::optional<Workspace> workspace(std::string_view name) const;
  std::optional<Workspace> workspace(WorkspaceNumber number) const;
  std::optional<ApiKey> key(KeyId id) const;
  Result<StoredFlow> flow(WorkspaceNumber workspace, FlowId id) const;
  bool flow_exists(FlowId id) const;
  Result<StoredFlowVersion> version(FlowId id, std::uint32_t number) const;
  std::shared_ptr<const PublishedFlow> published(FlowId id) const;

  void put(const Workspace& workspace);
  void put(const ApiKey& key);
  void put(const StoredFlow& flow);
  void put(const StoredFlowVersion& version);
  void note_id(const Id& id);

  const Catalogue& catalogue_;
  KeyValue& tables_;
  Dedup& dedup_;
  ScheduleRows& schedules_;
  DebounceRows& debounces_;
  const Timestamp now_;
  CatalogueUpdate update_;
  std::map<std::pair<FlowId, std::uint32_t>, StoredFlowVersion> versions_;
  std::string value_;
  bool wrote_ = false;
  std::uint64_t last_milliseconds_ = 0;
};

}  // namespace millrace::storage
