// The rules of bulk jobs, a function each.
#include "runtime/bulk/decision.hpp"

#include "runtime/base/assert.hpp"

#include <algorithm>

namespace millrace {
namespace {

void end(BulkJob& job, BulkStatus status, Timestamp now) {
  job.status = status;
  job.ended = now;
}

void count(BulkJob& job, const BulkStep& step) {
  const BulkResult& result = *step.result;
  if (result.end == BulkEnd::done) {
    ++job.done;
    return;
  }
  ++(is_skip(result.problem) ? job.skipped : job.failed);
  if (job.refusals.size() < limits::bulk_refusals_max)
    job.refusals.push_back({step.run, result.problem});
}

bool is_over(const BulkStep& step) { return step.result && step.result->end != BulkEnd::later; }

}  // namespace

BulkStop judge_caller(const std::optional<ApiKey>& key, const BulkJob& job) {
  if (!key || key->revoked || key->workspace != job.workspace) return BulkStop::key_revoked;
  if (!allows(key->scopes, Scope::executions_run)) return BulkStop::scope_lost;
  return BulkStop::none;
}

BulkStop judge_job(const std::optional<ApiKey>& key, const BulkJob& job, Timestamp now) {
  if (job.stop_asked) return BulkStop::asked;
  if (now - job.updated > limits::bulk_job_idle_max) return BulkStop::too_old;
  return judge_caller(key, job);
}

std::optional<BulkResult> judge_run(const BulkJob& job, const ExecutionSummary& run, bool again) {
  if (run.workspace != job.workspace) return refused(BulkProblem::not_found);
  if (job.kind == BulkKind::cancel && has_ended(run.status)) {
    if (again && run.status == RunStatus::cancelled) return BulkResult{};
    return refused(BulkProblem::already_finished);
  }
  if (job.filter.status && *job.filter.status != run.status) return refused(BulkProblem::changed);
  return std::nullopt;
}

BulkResult cancel_result(const Result<RunStatus>& told) {
  if (told) {
    if (*told == RunStatus::cancelled) return {};
    return refused(BulkProblem::already_finished);
  }
  const ErrorCode code = told.error().code;
  if (code == ErrorCode::not_found) return refused(BulkProblem::already_finished);
  if (code == ErrorCode::busy || code == ErrorCode::unavailable) return {BulkEnd::later};
  return refused(BulkProblem::unreadable);
}

BulkResult replay_result(const Result<void>& told) {
  if (told) return {};
  const ErrorCode code = told.error().code;
  if (code == ErrorCode::busy || code == ErrorCode::unavailable) return {BulkEnd::later};
  return refused(BulkProblem::unreadable);
}

std::string replay_key(const BulkJob& job, ExecutionId run) {
  return "bulk:" + to_base62(job.id.id) + ":" + to_base62(run.id);
}

BulkJob with_page(BulkJob job, std::vector<ExecutionId>& ids, std::optional<ExecutionId> next,
                  Timestamp now, std::size_t items_max) {
  MR_ASSERT(job.status == BulkStatus::collecting && job.total <= items_max);
  const auto room = static_cast<std::size_t>(items_max - job.total);
  job.truncated = ids.size() > room || (ids.size() == room && next);
  ids.resize(std::min(ids.size(), room));
  job.total += ids.size();
  job.updated = now;
  job.collected_to = next;
  if (!ids.empty()) ++job.chunks;
  if (next && !job.truncated) return job;
  job.status = BulkStatus::running;
  if (job.total == 0) end(job, BulkStatus::completed, now);
  return job;
}

BulkJob with_results(BulkJob job, std::span<const BulkStep> steps, std::size_t chunk_items,
                     Timestamp now) {
  MR_ASSERT(job.status == BulkStatus::running && job.item_at + steps.size() <= chunk_items);
  for (const BulkStep& step : steps)
    if (is_over(step)) count(job, step);
  job.updated = now;
  if (!std::ranges::all_of(steps, is_over)) return job;
  job.item_at += static_cast<std::uint32_t>(steps.size());
  if (job.item_at == chunk_items) {
    ++job.chunk_at;
    job.item_at = 0;
  }
  if (job.remaining() == 0) end(job, BulkStatus::completed, now);
  return job;
}

BulkJob with_stop(BulkJob job, BulkStop reason, Timestamp now) {
  job.reason = reason;
  job.updated = now;
  end(job, BulkStatus::stopped, now);
  return job;
}

}  // namespace millrace
