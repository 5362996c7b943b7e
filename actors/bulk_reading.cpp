// Pages of the list while a job collects; afterwards the runs in line, each looked up anew, because
// what was found then may have ended since.
#include "actors/bulk_reading.hpp"

#include "runtime/engine/replay.hpp"

#include <algorithm>

namespace millrace::actors {
namespace {

void read_page(const Archive& archive, const BulkJob& job, BulkLoaded& loaded) {
  ExecutionQuery query = bulk_query(job.workspace, job.kind, job.filter);
  query.after = job.collected_to.value_or(bound_of(job));
  auto page = archive.executions(query);
  if (!page) {
    loaded.error = page.error();
    return;
  }
  for (const ExecutionSummary& run : page->rows) loaded.found.push_back(run.id);
  if (page->next) loaded.next = ExecutionId{*page->next};
}

BulkProblem problem_of(const Error& error) {
  return error.code == ErrorCode::not_found ? BulkProblem::not_found : BulkProblem::unreadable;
}

boost::system::result<ProgramPtr, BulkProblem> program_for(const Archive& archive,
                                                           const ExecutionSummary& run,
                                                           const ReplayWish& wish) {
  if (wish.latest()) {
    const auto published = archive.published(run.flow);
    if (!published || published->flow.workspace != run.workspace) return BulkProblem::not_published;
    return published->program;
  }
  auto program = archive.program(run.flow, run.flow_version);
  if (!program && program.error().code != ErrorCode::not_found) return BulkProblem::unreadable;
  const auto version = archive.version(run.flow, run.flow_version);
  const bool is_there = archive.flow(run.workspace, run.flow) && version && !version->archived;
  if (!program || !is_there) return BulkProblem::version_gone;
  return std::move(*program);
}

void prepare_replay(const Archive& archive, const ExecutionSummary& run, const ReplayWish& wish,
                    BulkStep& step) {
  const auto records = archive.records(run);
  if (!records) {
    step.result = refused(problem_of(records.error()));
    return;
  }
  auto program = program_for(archive, run, wish);
  if (!program) {
    step.result = refused(program.error());
    return;
  }
  auto trigger = make_replay(run, *records, std::move(*program), wish);
  if (trigger) {
    step.trigger = std::move(*trigger);
  } else if (trigger.error().code != ErrorCode::validation) {
    step.result = refused(BulkProblem::unreadable);
  } else {
    step.result =
        refused(wish.from_failed_node ? BulkProblem::no_failed_node : BulkProblem::needs_inputs);
  }
}

BulkStep step_for(const Archive& archive, const BulkRequest& request, const ReplayWish& wish,
                  ExecutionId id) {
  const BulkJob& job = *request.job;
  BulkStep step{id, std::nullopt, std::nullopt};
  const auto run = archive.execution(job.workspace, id);
  step.result = run ? judge_run(job, *run, request.again) : refused(problem_of(run.error()));
  if (!step.result && job.kind == BulkKind::replay) prepare_replay(archive, *run, wish, step);
  return step;
}

Result<ReplayWish> wish_of(const Archive& archive, const BulkJob& job) {
  ReplayWish wish{job.use_latest_version, std::nullopt, job.from_failed_node};
  if (!job.has_inputs) return wish;
  const auto text = archive.bulk_inputs(job.id);
  if (!text) return text.error();
  auto inputs = parse_json(*text);
  if (!inputs) return Error{ErrorCode::corrupt, "the inputs of a bulk job are no JSON"};
  wish.override_inputs = std::move(*inputs);
  return wish;
}

void read_window(const Archive& archive, const BulkRequest& request, BulkLoaded& loaded) {
  const BulkJob& job = *request.job;
  const auto items = archive.bulk_items(job.id, job.chunk_at);
  const auto wish = wish_of(archive, job);
  if (!items || !wish || job.item_at >= items->size()) {
    loaded.error = !items  ? items.error()
                   : !wish ? wish.error()
                           : Error{ErrorCode::corrupt, "a bulk job stands behind its runs"};
    return;
  }
  loaded.chunk_items = items->size();
  const std::size_t until = std::min(items->size(), job.item_at + limits::bulk_in_flight_max);
  for (std::size_t at = job.item_at; at < until; ++at)
    loaded.steps.push_back(step_for(archive, request, *wish, (*items)[at]));
}

}  // namespace

BulkLoaded read_bulk(const Archive& archive, const BulkRequest& request) {
  BulkLoaded loaded;
  loaded.number = request.number;
  if (request.job->status == BulkStatus::collecting) {
    read_page(archive, *request.job, loaded);
  } else {
    read_window(archive, request, loaded);
  }
  return loaded;
}

}  // namespace millrace::actors
