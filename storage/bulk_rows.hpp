// Bulk jobs: the row of how far each has come, the chunks of runs that it is still to touch, its
// inputs. Rows of the open batch count before they are written.
#pragma once

#include "runtime/ports/archive.hpp"
#include "runtime/ports/change.hpp"
#include "storage/key_value.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace millrace::storage {

/// On the committer's thread alone.
class BulkRows {
 public:
  explicit BulkRows(KeyValue& tables) : tables_(tables) {}

  /// Each tells the job as it stands afterwards. Errors: as change.hpp says; storage, corrupt.
  Result<BulkJobPtr> create(const CreateBulk& change);
  Result<BulkJobPtr> stop(const StopBulk& change);
  Result<BulkJobPtr> save(const SaveBulk& change);
  /// The batch was written or given up.
  void forget_batch() { in_batch_.clear(); }

 private:
  using Place = std::pair<WorkspaceNumber, BulkId>;
  Result<std::optional<BulkJob>> find(WorkspaceNumber workspace, BulkId job) const;
  Result<void> make_room(WorkspaceNumber workspace);
  BulkJobPtr put(BulkJob job);
  void erase_items(const BulkJob& before, const BulkJob& after);

  KeyValue& tables_;
  std::map<Place, std::optional<BulkJob>> in_batch_;  ///< nothing: erased
  std::string value_;
};

// As they stand on disk, on any thread. Errors: storage, corrupt, and not_found where there is
// none.
Result<BulkJob> read_bulk_job(const KeyValue& tables, WorkspaceNumber workspace, BulkId job);
Result<Page<BulkJob>> read_bulk_jobs(const View& view, WorkspaceNumber workspace,
                                     std::optional<BulkId> after, int limit);
Result<std::vector<BulkJob>> read_open_bulk_jobs(const View& view);
Result<std::vector<ExecutionId>> read_bulk_items(const KeyValue& tables, BulkId job,
                                                 std::uint32_t chunk);
Result<std::string> read_bulk_inputs(const KeyValue& tables, BulkId job);

}  // namespace millrace::storage
