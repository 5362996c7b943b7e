// What a workspace's retention hides, at one moment. Hidden is hidden at once; the disk follows
// when the log bucket is dropped.
#pragma once

#include "storage/catalogue.hpp"
#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"

#include <vector>

namespace millrace::storage {

class Horizon {
 public:
  Horizon(const KeyValue& tables, const Catalogue& catalogue, WorkspaceNumber workspace,
          Timestamp now)
      : oldest_(now - catalogue.retention(workspace)), present_(tables.buckets()) {}

  /// What happened at `time`: a run's end, the commit of a turn.
  bool hides(Timestamp time) const { return time <= oldest_; }
  /// A run past its retention, or one whose first records have left the disk. What goes on is not
  /// past.
  bool hides(const ExecutionRow& run) const;
  /// The run as lists and reads show it.
  ExecutionSummary shown(ExecutionRow run) const;

 private:
  Timestamp oldest_;
  std::vector<LogBucket> present_;
};

/// What who asks for hidden records is told: not_found, saying `purged`.
Error purged();

}  // namespace millrace::storage
