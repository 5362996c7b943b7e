// Orbit's answers about executions: the union of what its two documents show.
#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/envelope.hpp"

namespace millrace::http::orbit {
namespace {

void write_duration(JsonWriter& json, Timestamp started, std::optional<Timestamp> ended) {
  json.key("duration_ms");
  if (ended) {
    json.number((*ended - started).count());
  } else {
    json.null();
  }
}

void write_error(JsonWriter& json, const ExecutionSummary& summary, bool as_string) {
  const bool failed = !summary.error_code.empty() || !summary.error_message.empty();
  json.key("error");
  if (!failed) {
    json.null();
  } else if (as_string) {
    json.text(summary.error_message);
  } else {
    json.open_object().key("node_id").text_or_null(summary.error_node);
    json.key("code").text(summary.error_code);
    json.key("message").text(summary.error_message).close_object();
  }
  json.key("error_message").text_or_null(failed ? summary.error_message : std::string{});
}

void write_status(JsonWriter& json, const ExecutionSummary& summary) {
  json.key("status").text(to_string(summary.status));
  if (summary.paused) {
    json.key("substatus").text("paused");
  } else if (summary.waiting) {
    json.key("substatus").text("waiting");
  }
}

void write_summary(JsonWriter& json, const ExecutionSummary& summary, const ExecutionView& view) {
  const auto type = to_string(summary.trigger_type);
  const auto name = view.flow_names.find({summary.flow, summary.flow_version});
  json.key("id").text(spell(summary.id)).key("flow_id").text(spell(summary.flow));
  json.key("flow_name");
  json.text_or_null(name == view.flow_names.end() ? std::string_view{} : name->second);
  json.key("flow_version").number(summary.flow_version);
  json.key("trigger_type").text(type).key("trigger").open_object().key("type").text(type);
  if (!summary.channel.empty()) json.key("channel").text(summary.channel);
  if (!summary.message_id.empty()) json.key("message_id").text(summary.message_id);
  json.close_object();
  write_status(json, summary);
  json.key("steps_executed").number(summary.node_runs);
  json.key("node_count").number(summary.node_runs);
  if (summary.replay_of) json.key("replay_of").text(spell(*summary.replay_of));
  json.key("started_at").time(summary.started);
  json.key("completed_at").time(summary.ended).key("ended_at").time(summary.ended);
  write_duration(json, summary.started, summary.ended);
  write_error(json, summary, view.error_as_string);
}

void write_node_error(JsonWriter& json, const std::optional<NodeError>& error, bool as_string) {
  json.key("error");
  if (!error) {
    json.null();
  } else if (as_string) {
    json.text(error->message);
  } else {
    json.raw(print_json(to_json(*error)));
  }
}

void write_node_run(JsonWriter& json, const NodeRunView& run, bool error_as_string) {
  json.open_object().key("node_id").text(run.node_id).key("node_type").text(run.node_type);
  json.key("iteration").number(run.iteration).key("status").text(to_string(run.status));
  json.key("attempt").number(run.attempt);
  json.key("input").raw(run.input).key("output").raw(run.output);
  json.key("started_at").time(run.started).key("ended_at").time(run.ended);
  write_node_error(json, run.error, error_as_string);
  json.close_object();
}

void write_answer(JsonWriter& json, const std::optional<Answer>& answer) {
  json.key("answer");
  if (!answer) {
    json.null();
    return;
  }
  json.open_object().key("status").number(answer->status);
  json.key("content_type").text(answer->content_type);
  json.key("body").text(answer->body).close_object();
}

/// JSON as it is, any other text as a string; cut like a trace's values.
void write_body(JsonWriter& json, const std::string& body) {
  std::string text = body;
  if (!body.empty() && !parse_json(body)) {
    text.clear();
    append_json_string(text, body);
  }
  json.key("body").raw(shown_value(std::move(text)));
}

void write_request(JsonWriter& json, const HttpCall& call) {
  json.key("method").text(call.method).key("url").text(call.url).key("headers").open_object();
  for (const auto& [name, value] : call.headers) json.key(name).text(value);
  json.close_object();
  write_body(json, call.body);
}

void write_request(JsonWriter& json, const ChannelCall& call) {
  json.key("channel").text(call.channel).key("method").text("POST");
  write_body(json, print_json(call.message));
}

void write_would_call(JsonWriter& json, const Program& program, const WouldCall& call) {
  const PlanNode& node = program.plan.nodes[call.run.node];
  json.open_object().key("node_id").text(node.id).key("iteration").number(call.run.iteration);
  json.key("attempt").number(call.attempt).key("at").time(call.at);
  json.key("result").text(call.pinned ? "pinned" : "placeholder");
  std::visit([&json](const auto& what) { write_request(json, what); }, call.request.what);
  json.key("idempotency_key").text(call.request.idempotency_key);
  json.key("timeout_ms").number(call.request.timeout.count()).close_object();
}

std::string_view accepted_status(const TriggerOutcome& outcome) {
  const bool pending = outcome.status == RunStatus::pending;
  return to_string(pending ? RunStatus::pending : RunStatus::running);
}

void write_outcome_ids(JsonWriter& json, FlowId flow, const TriggerOutcome& outcome,
                       const TriggerMemo& memo) {
  json.open_object().key("data").open_object().key("id").text(spell(outcome.execution));
  json.key("flow_id").text(spell(flow)).key("flow_version").number(memo.flow_version);
}

}  // namespace

std::string spell(ExecutionId execution) { return "exec_" + to_base62(execution.id); }

std::string accepted_answer(FlowId flow, const TriggerOutcome& outcome, const TriggerMemo& memo) {
  JsonWriter json;
  write_outcome_ids(json, flow, outcome, memo);
  json.key("status").text(accepted_status(outcome)).close_object();
  return close_with_meta(json, memo.meta);
}

std::string replayed_answer(ExecutionId origin, const TriggerOutcome& outcome,
                            const TriggerMemo& memo) {
  JsonWriter json;
  json.open_object().key("data").open_object().key("id").text(spell(outcome.execution));
  json.key("replay_of").text(spell(origin)).key("flow_version").number(memo.flow_version);
  json.key("status").text(accepted_status(outcome)).close_object();
  return close_with_meta(json, memo.meta);
}

std::string controlled_answer(const ExecutionSummary& run, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object().key("id").text(spell(run.id));
  json.key("flow_id").text(spell(run.flow)).key("flow_version").number(run.flow_version);
  write_status(json, run);
  json.close_object();
  return close_with_meta(json, meta);
}

std::string outcome_answer(FlowId flow, const TriggerOutcome& outcome, const TriggerMemo& memo) {
  JsonWriter json;
  write_outcome_ids(json, flow, outcome, memo);
  json.key("status").text(to_string(outcome.status)).key("output").raw(outcome.output);
  write_answer(json, outcome.answer);
  json.close_object();
  return close_with_meta(json, memo.meta);
}

std::string executions_answer(const Page<ExecutionSummary>& page, const std::string& cursor,
                              const ExecutionView& view, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_array();
  for (const auto& summary : page.rows) {
    json.open_object();
    write_summary(json, summary, view);
    json.close_object();
  }
  json.close_array();
  return close_with_page(json, meta, cursor, page.has_more);
}

std::string execution_answer(const ExecutionSummary& summary, const Trace& trace,
                             const ExecutionView& view, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object();
  write_summary(json, summary, view);
  json.key("input").raw(trace.trigger_payload).key("output").raw(trace.output);
  json.key("node_runs").open_array();
  for (const auto& run : trace.node_runs) write_node_run(json, run, view.error_as_string);
  json.close_array().close_object();
  return close_with_meta(json, meta);
}

std::string dry_run_answer(const Program& program, ExecutionId execution, const DryRun& run,
                           bool error_as_string, const AnswerMeta& meta) {
  JsonWriter json;
  json.open_object().key("data").open_object().key("execution_id").text(spell(execution));
  json.key("flow_id").text(spell(program.flow)).key("flow_version").number(program.version);
  json.key("status").text(to_string(run.status)).key("node_count").number(run.node_runs);
  json.key("started_at").time(run.started).key("ended_at").time(run.ended);
  write_duration(json, run.started, run.ended);
  json.key("input").raw(run.trace.trigger_payload).key("output").raw(run.trace.output);
  write_node_error(json, run.error, error_as_string);
  write_answer(json, run.answer);
  json.key("node_runs").open_array();
  for (const auto& node : run.trace.node_runs) write_node_run(json, node, error_as_string);
  json.close_array().key("would_call").open_array();
  for (const auto& call : run.calls) write_would_call(json, program, call);
  json.close_array().key("warnings");
  write_problems(json, run.warnings);
  json.close_object();
  return close_with_meta(json, meta);
}

}  // namespace millrace::http::orbit
