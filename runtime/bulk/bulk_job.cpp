// Names of a job's states, and the bound in time of what it may touch.
#include "runtime/bulk/bulk_job.hpp"

namespace millrace {

bool is_skip(BulkProblem problem) {
  switch (problem) {
    case BulkProblem::already_finished:
    case BulkProblem::changed:
    case BulkProblem::not_found:
      return true;
    case BulkProblem::not_published:
    case BulkProblem::version_gone:
    case BulkProblem::needs_inputs:
    case BulkProblem::no_failed_node:
    case BulkProblem::unreadable:
      return false;
  }
  return false;
}

std::string_view to_string(BulkKind kind) { return kind == BulkKind::cancel ? "cancel" : "replay"; }

std::string_view to_string(BulkStatus status) {
  switch (status) {
    case BulkStatus::collecting:
      return "collecting";
    case BulkStatus::running:
      return "running";
    case BulkStatus::completed:
      return "completed";
    case BulkStatus::stopped:
      return "stopped";
  }
  return "";
}

ExecutionId bound_of(const BulkJob& job) {
  constexpr std::uint64_t random_max = (std::uint64_t{1} << 60) - 1;
  return ExecutionId{
      Id::make(job.id.id.milliseconds(), Partition(limits::partitions_max - 1), random_max)};
}

}  // namespace millrace
