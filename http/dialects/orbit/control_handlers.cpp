// Executions: cancel, pause, resume. What is so already is answered as it is.
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/orbit/once.hpp"
#include "http/dialects/reading.hpp"

namespace millrace::http::orbit {
namespace {

Response controlled(const Matched& matched, const ExecutionSummary& run) {
  Response response;
  response.body = controlled_answer(run, meta_of(matched.request));
  return response;
}

/// A run that has ended cannot be controlled; cancelling a cancelled one is done already.
Response answer_ended(const Matched& matched, const ExecutionSummary& run, Control what) {
  if (what == Control::cancel && run.status == RunStatus::cancelled) {
    return controlled(matched, run);
  }
  return render(matched.request, already_finished(run.status));
}

/// The run is not among those that go on: it has ended meanwhile, or is not the caller's.
Response answer_gone(const Services& services, const Matched& matched, ExecutionId id,
                     Control what) {
  const auto run = services.archive->execution(matched.key->workspace, id);
  if (!run) return render_missing_execution(matched.request, run.error());
  if (has_ended(run->status)) return answer_ended(matched, *run, what);
  return render_error(matched.request, {ErrorCode::unavailable, "the run is busy; try again"});
}

void control_open(const Services& services, const MatchedPtr& matched, ExecutionSummary run,
                  Control what, Respond respond) {
  const ExecutionId id = run.id;
  auto told = [&services, matched, run = std::move(run), what,
               respond](const Result<ControlOutcome>& outcome) mutable {
    if (outcome) {
      run.status = outcome->status;
      run.waiting = outcome->waiting;
      run.paused = outcome->paused;
      return respond(controlled(*matched, run));
    }
    if (outcome.error().code != ErrorCode::not_found) {
      return respond(render_error(matched->request, outcome.error()));
    }
    services.read(
        matched,
        [&services, matched, id = run.id, what] {
          return answer_gone(services, *matched, id, what);
        },
        respond);
  };
  const auto refused = services.gateway->control(matched->key->workspace, id, what,
                                                 {services.sink, std::move(told)});
  if (refused) respond(render_error(matched->request, *refused));
}

void find_and_control(const Services& services, const MatchedPtr& matched, Control what,
                      Respond respond) {
  const auto id = parse_id(matched->capture("id"));
  if (!id) return respond(render(matched->request, no_such_execution()));
  const auto bare = read_nothing(matched->request.body);
  if (!bare) return respond(render(matched->request, bare.error()));
  using Found = Result<ExecutionSummary>;
  auto work = [&services, matched, id] {
    return services.archive->execution(matched->key->workspace, ExecutionId{*id});
  };
  auto next = [&services, matched, what, respond](Found run) {
    if (!run) return respond(render_missing_execution(matched->request, run.error()));
    if (has_ended(run->status)) return respond(answer_ended(*matched, *run, what));
    control_open(services, matched, std::move(*run), what, respond);
  };
  read_then<Found>(services, matched, std::move(work), std::move(next), respond);
}

/// Not even what is so already: a pause that is told again must not undo the resume behind it.
void control(const Services& services, const MatchedPtr& matched, Control what, Respond respond) {
  once(services, matched, 200, std::move(respond), [&services, matched, what](Respond told) {
    find_and_control(services, matched, what, std::move(told));
  });
}

}  // namespace

void cancel_execution(const Services& services, const MatchedPtr& matched, Respond respond) {
  control(services, matched, Control::cancel, std::move(respond));
}

void pause_execution(const Services& services, const MatchedPtr& matched, Respond respond) {
  control(services, matched, Control::pause, std::move(respond));
}

void resume_execution(const Services& services, const MatchedPtr& matched, Respond respond) {
  control(services, matched, Control::resume, std::move(respond));
}

}  // namespace millrace::http::orbit
