// Executions: replay. Everything is found on the archive's thread; the new run is then submitted
// like any other.
#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/orbit/replay_requests.hpp"
#include "http/dialects/reading.hpp"

namespace millrace::http::orbit {
namespace {

OrbitError told_of(const Error& error) {
  return error.code == ErrorCode::not_found ? no_such_execution() : from_error(error);
}

OrbitResult<ProgramPtr> original_program(const Services& services, const ExecutionSummary& run) {
  auto program = services.archive->program(run.flow, run.flow_version);
  const auto version = services.archive->version(run.flow, run.flow_version);
  const bool is_there =
      services.archive->flow(run.workspace, run.flow).has_value() && version && !version->archived;
  if (program && is_there) return std::move(*program);
  if (program || program.error().code == ErrorCode::not_found) {
    return OrbitError{409, "EXECUTION_REPLAY_TOO_OLD",
                      "the flow version that ran is gone or archived; replay the latest one"};
  }
  return from_error(program.error());
}

OrbitResult<ProgramPtr> latest_program(const Services& services, const ExecutionSummary& run) {
  const auto published = services.archive->published(run.flow);
  if (published && published->flow.workspace == run.workspace) return published->program;
  return OrbitError{409, "FLOW_NOT_PUBLISHED", "publish the flow first"};
}

OrbitResult<Trigger> make_trigger(const Services& services, const Matched& matched, ExecutionId id,
                                  const ReplayWish& wish) {
  const auto run = services.archive->execution(matched.key->workspace, id);
  if (!run) return told_of(run.error());
  const auto records = services.archive->records(*run);
  if (!records) return told_of(records.error());
  const bool latest = wish.use_latest_version.value_or(!wish.from_failed_node);
  auto program = latest ? latest_program(services, *run) : original_program(services, *run);
  if (!program) return program.error();
  return replay_trigger(*run, *records, std::move(*program), wish);
}

Response rate_limited(const Request& request, std::chrono::seconds wait) {
  const auto seconds = wait.count();
  JsonWriter details;
  details.open_object().key("retry_after").number(seconds);
  details.key("limit").number(static_cast<std::int64_t>(replays_per_minute_max));
  details.key("window").text("60s").close_object();
  Response response =
      render(request, {429, "EXECUTION_RATE_LIMITED",
                       "the key has replayed too often; wait and try again", details.take()});
  for (auto& [name, value] : response.headers) {
    if (name == "Retry-After") value = std::to_string(seconds);
  }
  return response;
}

void submit(const Services& services, const MatchedPtr& matched, Trigger trigger, Respond respond) {
  if (const auto wait = services.replays->take(matched->key->id, services.clock->monotonic())) {
    return respond(rate_limited(matched->request, *wait));
  }
  auto key = trigger_key(*matched, trigger.program->version);
  if (!key) return respond(render(matched->request, key.error()));
  auto told = [matched, origin = *trigger.replay_of,
               respond](const Result<TriggerOutcome>& outcome) {
    if (!outcome) return respond(render_error(matched->request, outcome.error()));
    Response response;
    response.status = 202;
    response.body = replayed_answer(origin, *outcome, memo_of(*outcome, matched->request));
    if (outcome->duplicate) mark_replayed(response);
    respond(std::move(response));
  };
  const auto refused =
      services.gateway->submit(std::move(trigger), std::move(*key), ResponseMode::immediate,
                               {services.sink, std::move(told)});
  if (refused) respond(render_error(matched->request, *refused));
}

}  // namespace

void replay_execution(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = parse_id(matched->capture("id"));
  if (!id) return respond(render(matched->request, no_such_execution()));
  auto wish = read_replay(matched->request.body);
  if (!wish) return respond(render(matched->request, wish.error()));
  using Made = OrbitResult<Trigger>;
  auto work = [&services, matched, id, wish = std::move(*wish)] {
    return make_trigger(services, *matched, ExecutionId{*id}, wish);
  };
  auto next = [&services, matched, respond](Made trigger) {
    if (!trigger) return respond(render(matched->request, trigger.error()));
    submit(services, matched, std::move(*trigger), respond);
  };
  read_then<Made>(services, matched, std::move(work), std::move(next), respond);
}

}  // namespace millrace::http::orbit
