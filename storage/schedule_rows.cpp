// Merging what is noted with what stands: a fire may be noted after its flow was published anew.
#include "storage/schedule_rows.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {

Result<std::optional<ScheduleRow>> read_schedule_row(const KeyValue& tables, FlowId flow) {
  const auto stored = tables.get(Family::catalog, schedule_key(flow));
  if (!stored) return stored.error();
  if (!*stored) return std::optional<ScheduleRow>();
  auto row = decode_schedule(**stored);
  if (!row) return row.error();
  return std::optional(std::move(*row));
}

Result<std::optional<ScheduleRow>> ScheduleRows::find(FlowId flow) const {
  if (const auto found = in_batch_.find(flow); found != in_batch_.end())
    return std::optional(found->second);
  return read_schedule_row(tables_, flow);
}

Result<void> ScheduleRows::publish(FlowId flow, Timestamp at, bool goes_on) {
  const auto stored = find(flow);
  if (!stored) return stored.error();
  ScheduleRow row = stored->value_or(ScheduleRow{});
  row.progress.seen = std::max(row.progress.seen, at);
  if (!goes_on) {
    row.progress.waiting.clear();
    row.progress.missed = 0;
  }
  put(flow, std::move(row));
  return {};
}

Result<void> ScheduleRows::note(FlowId flow, const ScheduleProgress& progress,
                                std::optional<ExecutionId> run) {
  auto stored = find(flow);
  if (!stored) return stored.error();
  if (!*stored) return {};
  ScheduleRow& row = **stored;
  const Timestamp seen = std::max(row.progress.seen, progress.seen);
  row.progress = progress;
  row.progress.seen = seen;
  if (run) row.run = *run;
  put(flow, std::move(row));
  return {};
}

void ScheduleRows::put(FlowId flow, ScheduleRow row) {
  encode_schedule(value_, row);
  tables_.put(Family::catalog, schedule_key(flow), value_);
  in_batch_.insert_or_assign(flow, std::move(row));
}

}  // namespace millrace::storage
