// Bulk jobs as answers. Pure.
#pragma once

#include "http/dialects/idempotency.hpp"
#include "runtime/bulk/bulk_job.hpp"
#include "runtime/ports/archive.hpp"

#include <string>
#include <vector>

namespace millrace::http::orbit {

/// With what could not be done, run by run.
std::string bulk_job_answer(const BulkJob& job, const AnswerMeta& meta);
/// Without; `cursor` is empty at the end.
std::string bulk_jobs_answer(const Page<BulkJob>& page, const std::string& cursor,
                             const AnswerMeta& meta);

/// What a dry run has counted.
struct BulkCount {
  BulkKind kind = BulkKind::cancel;
  std::size_t total = 0;
  bool at_least = false;  ///< a bound was met: there may be more
  std::vector<ExecutionSummary> sample;
};
std::string bulk_count_answer(const BulkCount& count, const AnswerMeta& meta);

}  // namespace millrace::http::orbit
