// A job member by member; why runs were not touched in Orbit's codes.
#include "http/dialects/orbit/bulk/answers.hpp"

#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/bulk/requests.hpp"
#include "http/dialects/orbit/envelope.hpp"

namespace millrace::http::orbit {
namespace {

struct Told {
  std::string_view code;
  std::string_view message;
};

Told told_of(BulkProblem problem) {
  switch (problem) {
    case BulkProblem::already_finished:
      return {"EXECUTION_ALREADY_FINISHED", "it had ended when its turn came"};
    case BulkProblem::changed:
      return {"EXECUTION_CHANGED", "its status was no longer the filter's when its turn came"};
    case BulkProblem::not_found:
      return {"EXECUTION_NOT_FOUND", "it, or what it recorded, was gone when its turn came"};
    case BulkProblem::not_published:
      return {"FLOW_NOT_PUBLISHED", "its flow is not published"};
    case BulkProblem::version_gone:
      return {"EXECUTION_REPLAY_TOO_OLD", "the flow version that ran no longer exists"};
    case BulkProblem::needs_inputs:
      return {"EXECUTION_REPLAY_NOT_REPLAYABLE",
              "a webhook's signature is good for one use: pass override_inputs"};
    case BulkProblem::no_failed_node:
      return {"EXECUTION_REPLAY_NOT_REPLAYABLE", "the run was not failed by one of its nodes"};
    case BulkProblem::unreadable:
      return {"INTERNAL_ERROR", "something went wrong on our side"};
  }
  return {};
}

std::string_view reason_text(BulkStop reason) {
  switch (reason) {
    case BulkStop::none:
      return {};
    case BulkStop::asked:
      return "stop_requested";
    case BulkStop::key_revoked:
      return "key_revoked";
    case BulkStop::scope_lost:
      return "scope_lost";
    case BulkStop::too_old:
      return "too_old";
    case BulkStop::unreadable:
      return "unreadable";
  }
  return {};
}

std::string_view status_text(const BulkJob& job) {
  return job.stop_asked && !has_ended(job.status) ? "stopping" : to_string(job.status);
}

void write_filter(JsonWriter& json, const BulkFilter& filter) {
  json.key("filter").open_object();
  if (filter.flow) json.key("flow_id").text(spell(*filter.flow));
  if (filter.status) json.key("status").text(to_string(*filter.status));
  if (filter.trigger_type) json.key("trigger_type").text(to_string(*filter.trigger_type));
  if (filter.started_from) json.key("started_after").time(filter.started_from);
  if (filter.started_before) json.key("started_before").time(filter.started_before);
  json.close_object();
}

JsonWriter& write_count(JsonWriter& json, std::string_view name, std::uint64_t count) {
  return json.key(name).number(static_cast<std::int64_t>(count));
}

/// Leaves the object open.
void write_job(JsonWriter& json, const BulkJob& job) {
  json.open_object().key("id").text(spell(job.id)).key("kind").text(to_string(job.kind));
  json.key("status").text(status_text(job)).key("reason").text_or_null(reason_text(job.reason));
  write_count(json, "total", job.total);
  write_count(json, "done", job.done);
  write_count(json, "failed", job.failed);
  write_count(json, "skipped", job.skipped);
  write_count(json, "remaining", job.remaining()).key("truncated").boolean(job.truncated);
  write_filter(json, job.filter);
  if (job.kind == BulkKind::replay) {
    json.key("from").text(job.from_failed_node ? "failed_node" : "start");
    json.key("use_latest_version");
    json.boolean(job.use_latest_version.value_or(!job.from_failed_node));
  }
  json.key("created_at").time(job.created).key("updated_at").time(job.updated);
  json.key("ended_at").time(job.ended);
}

void write_errors(JsonWriter& json, const BulkJob& job) {
  json.key("errors").open_array();
  for (const BulkRefusal& refusal : job.refusals) {
    const Told told = told_of(refusal.problem);
    json.open_object().key("execution_id").text(spell(refusal.run));
    json.key("outcome").text(is_skip(refusal.problem) ? "skipped" : "failed");
    json.key("code").text(told.code).key("message").text(told.message).close_object();
  }
  const bool all = job.refusals.size() == job.failed + job.skipped;
  json.close_array().key("errors_truncated").boolean(!all);
}

}  // namespace

std::string bulk_job_answer(const BulkJob& job, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data");
  write_job(json, job);
  write_errors(json, job);
  json.close_object();
  return close_with_meta(json, meta);
}

std::string bulk_jobs_answer(const Page<BulkJob>& page, const std::string& cursor,
                             const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_array();
  for (const BulkJob& job : page.rows) {
    write_job(json, job);
    json.close_object();
  }
  json.close_array();
  return close_with_page(json, meta, cursor, page.has_more);
}

std::string bulk_count_answer(const BulkCount& count, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object().key("dry_run").boolean(true);
  json.key("kind").text(to_string(count.kind));
  write_count(json, "total", count.total).key("at_least").boolean(count.at_least);
  json.key("sample").open_array();
  for (const ExecutionSummary& run : count.sample) {
    json.open_object().key("id").text(spell(run.id)).key("flow_id").text(spell(run.flow));
    json.key("status").text(to_string(run.status));
    json.key("trigger_type").text(to_string(run.trigger_type));
    json.key("started_at").time(run.started).close_object();
  }
  json.close_array().close_object();
  return close_with_meta(json, meta);
}

}  // namespace millrace::http::orbit
