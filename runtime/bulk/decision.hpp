// What a bulk job does next, and what its progress makes of it. Pure: the instant, the caller's key
// and what became of each run come in as arguments.
#pragma once

#include "runtime/bulk/bulk_job.hpp"
#include "runtime/engine/summary.hpp"
#include "runtime/engine/trigger.hpp"
#include "runtime/flow/catalog.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// Why the job must not touch anything more, as its caller stands now; `none`: it may.
BulkStop judge_caller(const std::optional<ApiKey>& key, const BulkJob& job);
/// The same, and whether it was asked to stop, or has lain too long.
BulkStop judge_job(const std::optional<ApiKey>& key, const BulkJob& job, Timestamp now);
/// Live triggers go first: bulk work begins something only where at most half is used.
constexpr bool has_room(std::size_t used, std::size_t most) { return used <= most / 2; }

/// What became of one run. `later`: nothing yet, it is to be tried again.
enum class BulkEnd : std::uint8_t { done, refused, later };
struct BulkResult {
  BulkEnd end = BulkEnd::done;
  BulkProblem problem = BulkProblem::unreadable;  ///< of what was refused
  bool operator==(const BulkResult&) const = default;
};
inline BulkResult refused(BulkProblem problem) { return {BulkEnd::refused, problem}; }

/// What to do with one run: nothing (its result is known), cancel it, or submit `trigger`.
struct BulkStep {
  ExecutionId run;
  std::optional<BulkResult> result;
  std::optional<Trigger> trigger;
};
/// Nothing: it is to be touched. `again`: the job may have touched it before a crash, so that a run
/// which is found cancelled was cancelled by it.
std::optional<BulkResult> judge_run(const BulkJob& job, const ExecutionSummary& run, bool again);
/// What became of a cancel: the status after it, or why not.
BulkResult cancel_result(const Result<RunStatus>& told);
/// What became of a replay's trigger.
BulkResult replay_result(const Result<void>& told);
/// Two replays of one run by one job have the same key, so that the second one finds the first.
std::string replay_key(const BulkJob& job, ExecutionId run);

/// With one more page of runs (`ids`, at most `items_max` in all); no `next`: it was the last.
/// `ids` is cut to what was taken in.
BulkJob with_page(BulkJob job, std::vector<ExecutionId>& ids, std::optional<ExecutionId> next,
                  Timestamp now, std::size_t items_max = limits::bulk_items_max);
/// With what became of the runs in line. A run without a result was not touched and remains.
/// `chunk_items`: how many the chunk holds that they stand in.
BulkJob with_results(BulkJob job, std::span<const BulkStep> steps, std::size_t chunk_items,
                     Timestamp now);
BulkJob with_stop(BulkJob job, BulkStop reason, Timestamp now);

}  // namespace millrace
