// How far each schedule has come: written with the turn that a fire begins, or alone when slots
// were put in line or given up. Rows of the open batch count before they are written.
#pragma once

#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <map>
#include <optional>
#include <string>

namespace millrace::storage {

/// On the committer's thread alone.
class ScheduleRows {
 public:
  explicit ScheduleRows(KeyValue& tables) : tables_(tables) {}

  /// The flow's schedule is published at `at`: no slot before counts. What waits in line is kept
  /// when it was published before (`goes_on`). Errors: storage, corrupt; so below.
  Result<void> publish(FlowId flow, Timestamp at, bool goes_on);
  /// `run`: the run that a fire began, nil when it has ended already; absent: none began. What is
  /// seen never goes back; of a flow that was never published nothing is kept.
  Result<void> note(FlowId flow, const ScheduleProgress& progress, std::optional<ExecutionId> run);
  /// The batch was written or given up.
  void forget_batch() { in_batch_.clear(); }

 private:
  Result<std::optional<ScheduleRow>> find(FlowId flow) const;
  void put(FlowId flow, ScheduleRow row);

  KeyValue& tables_;
  std::map<FlowId, ScheduleRow> in_batch_;
  std::string value_;
};

/// As it stands on disk.
Result<std::optional<ScheduleRow>> read_schedule_row(const KeyValue& tables, FlowId flow);

}  // namespace millrace::storage
