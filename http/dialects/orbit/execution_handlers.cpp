// Executions: execute, list, read with the trace.
#include "http/dialects/idempotency.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/list_requests.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "runtime/engine/intake.hpp"

namespace millrace::http::orbit {
namespace {

/// The published flow to run is not there: is it unpublished, or not the caller's at all?
void tell_why_not(const Services& services, const MatchedPtr& matched, FlowId id, Respond respond) {
  services.read(
      matched,
      [&services, matched, id] {
        const bool known = services.archive->flow(matched->key->workspace, id).has_value();
        return render(matched->request,
                      known ? OrbitError{409, "FLOW_NOT_PUBLISHED", "publish the flow first"}
                            : no_such_flow());
      },
      std::move(respond));
}

/// What the flow's `input_schema` says against the input; nothing when it fits.
std::optional<OrbitError> check_input(const PublishedFlow& published, const Json& input) {
  const Intake* intake = published.program->intake.get();
  if (intake == nullptr || !intake->schema) return std::nullopt;
  Problems problems;
  problems.errors = check(*intake->schema, input, "$.input");
  if (problems.errors.empty()) return std::nullopt;
  return OrbitError{422, "VALIDATION_ERROR", "the input does not fit the flow's input_schema",
                    problem_details(problems)};
}

OrbitResult<Trigger> read_trigger(const Matched& matched, const PublishedFlow& published) {
  const TriggerType type = published.program->trigger.type;
  if (type != TriggerType::api) {
    return OrbitError{422, "VALIDATION_ERROR",
                      "this flow is not started by the API but by " + std::string(to_string(type)),
                      R"({"field":"trigger_type","value":")" + std::string(to_string(type)) +
                          R"(","expected":"api"})"};
  }
  auto input = read_execute(matched.request.body);
  if (!input) return input.error();
  auto payload = parse_document(std::move(*input));
  if (!payload) return from_error({ErrorCode::invalid_json, payload.error().message});
  if (const auto broken = check_input(published, (*payload)->root)) return *broken;
  Trigger trigger;
  trigger.workspace = matched.key->workspace;
  trigger.program = published.program;
  trigger.type = TriggerType::api;
  trigger.payload = std::move(*payload);
  return trigger;
}

Response answer(const Matched& matched, FlowId flow, ResponseMode mode,
                const TriggerOutcome& outcome) {
  const TriggerMemo memo = memo_of(outcome, matched.request);
  const bool over = mode != ResponseMode::immediate && !outcome.deadline_passed;
  Response response;
  response.status = over ? 200 : 202;
  response.body = over ? outcome_answer(flow, outcome, memo) : accepted_answer(flow, outcome, memo);
  if (outcome.duplicate) mark_replayed(response);
  return response;
}

ExecutionView view_of(const Services& services, const Request& request,
                      const std::vector<ExecutionSummary>& rows) {
  ExecutionView view;
  view.error_as_string = request.header("x-orbit-compat") == "2026-03";
  for (const auto& row : rows) {
    const std::pair key{row.flow, row.flow_version};
    if (row.purged || view.flow_names.contains(key)) continue;
    const auto version = services.archive->version(row.flow, row.flow_version);
    view.flow_names.emplace(key, version ? version->name : std::string());
  }
  return view;
}

Response list_answer(const Services& services, const Matched& matched,
                     const ExecutionsQuery& read) {
  const CursorKeeper keeper{services.cursor_secret, matched.key->workspace};
  Page<ExecutionSummary> page;
  if (!read.matches_nothing) {
    auto found = services.archive->executions(read.query);
    if (!found) return render_error(matched.request, found.error());
    page = std::move(*found);
  }
  Response response;
  response.body =
      executions_answer(page, next_cursor(keeper, read.filter, page.next),
                        view_of(services, matched.request, page.rows), meta_of(matched.request));
  return response;
}

Response trace_answer(const Services& services, const Matched& matched, ExecutionId id) {
  const auto summary = services.archive->execution(matched.key->workspace, id);
  if (!summary) return render_missing_execution(matched.request, summary.error());
  Response response;
  if (summary->purged) {
    response.body = purged_answer(*summary, meta_of(matched.request));
    return response;
  }
  const auto trace = services.archive->trace(*summary);
  if (!trace) return render_missing_execution(matched.request, trace.error());
  response.body = execution_answer(*summary, *trace, view_of(services, matched.request, {*summary}),
                                   meta_of(matched.request));
  return response;
}

}  // namespace

void execute_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = flow_in_path(*matched);
  if (!id) return respond(render(matched->request, no_such_flow()));
  const auto published = services.archive->published(*id);
  if (!published || published->flow.workspace != matched->key->workspace) {
    return tell_why_not(services, matched, *id, std::move(respond));
  }
  auto trigger = read_trigger(*matched, *published);
  if (!trigger) return respond(render(matched->request, trigger.error()));
  auto key = trigger_key(*matched, published->program->version);
  if (!key) return respond(render(matched->request, key.error()));
  const ResponseMode mode = published->program->trigger.response_mode;
  auto told = [matched, flow = *id, mode, respond](const Result<TriggerOutcome>& outcome) {
    respond(outcome ? answer(*matched, flow, mode, *outcome)
                    : render_error(matched->request, outcome.error()));
  };
  const auto refused = services.gateway->submit(std::move(*trigger), std::move(*key), mode,
                                                {services.sink, std::move(told)});
  if (refused) respond(render_error(matched->request, *refused));
}

void list_executions(const Services& services, const MatchedPtr& matched, Respond respond) {
  const CursorKeeper keeper{services.cursor_secret, matched->key->workspace};
  auto query = read_executions_query(matched->request, keeper);
  if (!query) return respond(render(matched->request, query.error()));
  services.read(
      matched,
      [&services, matched, query = std::move(*query)] {
        return list_answer(services, *matched, query);
      },
      std::move(respond));
}

void read_execution(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = parse_id(matched->capture("id"));
  if (!id) return respond(render(matched->request, no_such_execution()));
  services.read(
      matched,
      [&services, matched, id] { return trace_answer(services, *matched, ExecutionId{*id}); },
      std::move(respond));
}

}  // namespace millrace::http::orbit
