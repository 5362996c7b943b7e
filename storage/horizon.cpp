// The rules of horizon.hpp.
#include "storage/horizon.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {

bool Horizon::hides(const ExecutionRow& run) const {
  if (run.summary.ended && hides(*run.summary.ended)) return true;
  return std::ranges::any_of(run.buckets, [this](LogBucket bucket) {
    return !std::ranges::binary_search(present_, bucket);
  });
}

ExecutionSummary Horizon::shown(ExecutionRow run) const {
  if (!hides(run)) return std::move(run.summary);
  ExecutionSummary left;
  left.id = run.summary.id;
  left.workspace = run.summary.workspace;
  left.flow = run.summary.flow;
  left.status = run.summary.status;
  left.started = run.summary.started;
  left.purged = true;
  return left;
}

Error purged() {
  return {ErrorCode::not_found, "purged: the run is older than the retention of its records"};
}

}  // namespace millrace::storage
