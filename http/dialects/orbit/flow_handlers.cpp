// Flows: create, list, read, update, delete.
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/changes.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/list_requests.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/reading.hpp"

namespace millrace::http::orbit {
namespace {

Response ok(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

CreateFlow first_version(const Services& services, const Matched& matched, FlowDraft draft) {
  const auto partition =
      Partition(static_cast<std::uint16_t>(services.random->next() % services.partitions));
  CreateFlow create;
  create.flow.id = FlowId{services.ids->next(partition)};
  create.flow.workspace = matched.key->workspace;
  create.flow.dialect = Dialect::orbit;
  create.flow.name = draft.name;
  create.flow.trigger_type = draft.trigger_type;
  create.flow.created = create.flow.updated = matched.request.received;
  create.version.flow = create.flow.id;
  create.version.name = std::move(draft.name);
  create.version.trigger_type = draft.trigger_type;
  create.version.definition = std::move(draft.definition);
  create.version.created = matched.request.received;
  return create;
}

/// Renders the flow that a change left behind.
std::function<std::string(const ChangeOutcome&)> flow_renderer(const Matched& matched) {
  return [meta = meta_of(matched.request)](const ChangeOutcome& outcome) {
    return flow_answer(*outcome.flow, meta);
  };
}

/// A version conflict is told with the version that stands now; other errors as they are.
std::function<void(const Error&, Respond)> conflict_teller(const Services& services,
                                                           const MatchedPtr& matched, FlowId flow,
                                                           std::uint32_t expected) {
  return [&services, matched, flow, expected](const Error& error, Respond respond) {
    if (error.code == ErrorCode::not_found) {
      return respond(render(matched->request, no_such_flow()));
    }
    if (error.code != ErrorCode::version_conflict) {
      return respond(render_error(matched->request, error));
    }
    services.read(
        matched,
        [&services, matched, flow, expected] {
          const auto now = services.archive->flow(matched->key->workspace, flow);
          return render(matched->request,
                        now ? version_conflict(expected, now->version) : no_such_flow());
        },
        std::move(respond));
  };
}

UpdateFlow next_version(const Matched& matched, FlowId flow, FlowChanges changes) {
  UpdateFlow update;
  update.workspace = matched.key->workspace;
  update.flow = flow;
  update.expected_version = changes.expected_version;
  update.name = std::move(changes.name);
  update.trigger_type = changes.trigger_type;
  update.definition = std::move(changes.definition);
  update.at = matched.request.received;
  return update;
}

void put_in_place(const Services& services, const MatchedPtr& matched, FlowId flow,
                  std::uint32_t version, Respond respond) {
  PublishFlow publish{matched->key->workspace, flow, version, matched->request.received};
  submit_change(
      services, matched,
      {publish, 200, flow_renderer(*matched), conflict_teller(services, matched, flow, version)},
      std::move(respond));
}

/// The version that an update would make of what stands, checked before anything is changed.
OrbitResult<FoundFlow> check_update(const Services& services, const Matched& matched, FlowId id,
                                    const FlowChanges& changes) {
  auto found = find_flow(services, matched, id);
  if (!found) return found.error();
  const auto current = found->flow.version;
  if (changes.expected_version && *changes.expected_version != current) {
    return version_conflict(*changes.expected_version, current);
  }
  if (!*changes.publish) return found;
  if (found->newest.archived && !changes.makes_version()) return version_archived();
  StoredFlowVersion candidate = found->newest;
  if (changes.name) candidate.name = *changes.name;
  if (changes.trigger_type) candidate.trigger_type = *changes.trigger_type;
  if (changes.definition) candidate.definition = *changes.definition;
  const auto problems = problems_of(candidate);
  if (!problems.errors.empty()) return not_publishable(problems);
  return found;
}

/// An update that also says what is to be live. The version that was checked is the one that is
/// changed.
void update_and_publish(const Services& services, const MatchedPtr& matched, FlowId id,
                        FlowChanges changes, Respond respond) {
  auto work = [&services, matched, id, changes] {
    return check_update(services, *matched, id, changes);
  };
  auto next = [&services, matched, id, changes, respond](OrbitResult<FoundFlow> found) mutable {
    if (!found) return respond(render(matched->request, found.error()));
    const auto current = found->flow.version;
    const bool publish = *changes.publish;
    if (!changes.makes_version()) {
      return put_in_place(services, matched, id, publish ? current : 0, respond);
    }
    changes.expected_version = current;
    change_then(
        services, matched, next_version(*matched, id, std::move(changes)),
        [&services, matched, id, publish, respond](const ChangeOutcome& outcome) {
          put_in_place(services, matched, id, publish ? outcome.flow->version : 0, respond);
        },
        conflict_teller(services, matched, id, current), respond);
  };
  read_then<OrbitResult<FoundFlow>>(services, matched, std::move(work), std::move(next), respond);
}

/// Nothing unless a schedule is live.
std::optional<ScheduleView> schedule_of(const Services& services, FlowId flow, Timestamp now) {
  const auto live = services.archive->published(flow);
  if (!live || !live->program->trigger.schedule) return std::nullopt;
  const Schedule& schedule = *live->program->trigger.schedule;
  return ScheduleView{schedule.zone.name(), next_fires(schedule, to_base62(flow.id), now,
                                                       limits::schedule_next_fires_shown)};
}

}  // namespace

void create_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  auto draft = read_create(matched->request.body);
  if (!draft) return respond(render(matched->request, draft.error()));
  submit_change(
      services, matched,
      {first_version(services, *matched, std::move(*draft)), 201, flow_renderer(*matched)},
      std::move(respond));
}

void list_flows(const Services& services, const MatchedPtr& matched, Respond respond) {
  const CursorKeeper keeper{services.cursor_secret, matched->key->workspace};
  auto query = read_flows_query(matched->request, keeper);
  if (!query) return respond(render(matched->request, query.error()));
  services.read(
      matched,
      [&services, matched, keeper, query = std::move(*query)] {
        const auto page =
            services.archive->flows(keeper.workspace, Dialect::orbit, query.after, query.limit);
        return ok(flows_answer(page, next_cursor(keeper, query.filter, page.next),
                               meta_of(matched->request)));
      },
      std::move(respond));
}

void read_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = flow_in_path(*matched);
  if (!id) return respond(render(matched->request, no_such_flow()));
  services.read(
      matched,
      [&services, matched, id] {
        const auto found = find_flow(services, *matched, *id);
        if (!found) return render(matched->request, found.error());
        return ok(flow_answer(found->flow, found->newest, meta_of(matched->request),
                              schedule_of(services, *id, matched->request.received)));
      },
      std::move(respond));
}

void update_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = flow_in_path(*matched);
  if (!id) return respond(render(matched->request, no_such_flow()));
  auto changes = read_update(matched->request.body);
  if (!changes) return respond(render(matched->request, changes.error()));
  if (changes->publish) {
    return update_and_publish(services, matched, *id, std::move(*changes), std::move(respond));
  }
  const auto expected = changes->expected_version.value_or(0);
  submit_change(services, matched,
                {next_version(*matched, *id, std::move(*changes)), 200, flow_renderer(*matched),
                 conflict_teller(services, matched, *id, expected)},
                std::move(respond));
}

void delete_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = flow_in_path(*matched);
  if (!id) return respond(render(matched->request, no_such_flow()));
  DeleteFlow gone{matched->key->workspace, *id, matched->request.received};
  submit_change(services, matched,
                {gone, 204, [](const ChangeOutcome&) { return std::string(); },
                 conflict_teller(services, matched, *id, 0)},
                std::move(respond));
}

}  // namespace millrace::http::orbit
