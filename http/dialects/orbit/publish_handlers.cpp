// Flows: publish, unpublish, validate.
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/changes.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/reading.hpp"

namespace millrace::http::orbit {
namespace {

struct Checked {
  StoredFlow flow;
  Problems problems;
};

OrbitResult<Checked> check_newest(const Services& services, const Matched& matched, FlowId id) {
  auto found = find_flow(services, matched, id);
  if (!found) return found.error();
  return Checked{std::move(found->flow), problems_of(found->newest)};
}

std::function<void(const Error&, Respond)> missing_teller(const MatchedPtr& matched) {
  return [matched](const Error& error, Respond respond) {
    if (error.code == ErrorCode::version_conflict) {
      return respond(render(matched->request, version_archived()));
    }
    const bool missing = error.code == ErrorCode::not_found;
    respond(missing ? render(matched->request, no_such_flow())
                    : render_error(matched->request, error));
  };
}

void publish_checked(const Services& services, const MatchedPtr& matched, const Checked& checked,
                     Respond respond) {
  PublishFlow publish{matched->key->workspace, checked.flow.id, checked.flow.version,
                      matched->request.received};
  auto rendered = [meta = meta_of(matched->request),
                   problems = checked.problems](const ChangeOutcome& outcome) {
    return published_answer(*outcome.flow, problems, meta);
  };
  submit_change(services, matched, {publish, 200, std::move(rendered), missing_teller(matched)},
                std::move(respond));
}

/// The id of a call that takes no body; answers what is wrong and returns nothing.
std::optional<FlowId> accept_bare_call(const MatchedPtr& matched, const Respond& respond) {
  const auto id = flow_in_path(*matched);
  if (!id) {
    respond(render(matched->request, no_such_flow()));
    return std::nullopt;
  }
  const auto bare = read_nothing(matched->request.body);
  if (bare) return id;
  respond(render(matched->request, bare.error()));
  return std::nullopt;
}

}  // namespace

void publish_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = accept_bare_call(matched, respond);
  if (!id) return;
  auto work = [&services, matched, id] { return check_newest(services, *matched, *id); };
  auto next = [&services, matched, id, respond](OrbitResult<Checked> checked) {
    if (checked && checked->problems.errors.empty()) {
      return publish_checked(services, matched, *checked, respond);
    }
    const OrbitError error = checked ? not_publishable(checked->problems) : checked.error();
    refuse_unless_replayed(services, matched, *id, 200, render(matched->request, error), respond);
  };
  read_then<OrbitResult<Checked>>(services, matched, std::move(work), std::move(next), respond);
}

void unpublish_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = accept_bare_call(matched, respond);
  if (!id) return;
  PublishFlow unpublish{matched->key->workspace, *id, 0, matched->request.received};
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return flow_answer(*outcome.flow, meta);
  };
  submit_change(services, matched, {unpublish, 200, std::move(rendered), missing_teller(matched)},
                std::move(respond));
}

void validate_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = accept_bare_call(matched, respond);
  if (!id) return;
  services.read(
      matched,
      [&services, matched, id] {
        const auto checked = check_newest(services, *matched, *id);
        if (!checked) return render(matched->request, checked.error());
        Response response;
        response.body = validated_answer(checked->problems, meta_of(matched->request));
        return response;
      },
      std::move(respond));
}

}  // namespace millrace::http::orbit
