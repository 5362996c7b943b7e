// Flows: their versions, and going back to one. Versions never change; restoring one makes a new
// one of its content.
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/changes.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/list_requests.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/reading.hpp"

#include <algorithm>

namespace millrace::http::orbit {
namespace {

Response versions_page(const Services& services, const Matched& matched, FlowId id,
                       const VersionsQuery& query) {
  const CursorKeeper keeper{services.cursor_secret, matched.key->workspace};
  const auto flow = services.archive->flow(matched.key->workspace, id);
  if (!flow) return render(matched.request, no_such_flow());
  Page<StoredFlowVersion> page;
  std::uint32_t next = std::min(flow->version, query.before.value_or(flow->version + 1) - 1);
  for (; next > 0 && page.rows.size() < static_cast<std::size_t>(query.limit); --next) {
    auto version = services.archive->version(id, next);
    if (version) page.rows.push_back(std::move(*version));
  }
  page.has_more = next > 0;
  std::string cursor;
  if (page.has_more) cursor = next_version_cursor(keeper, query.filter, next + 1);
  Response response;
  response.body = versions_answer(page, *flow, cursor, meta_of(matched.request));
  return response;
}

OrbitResult<UpdateFlow> restored(const Services& services, const Matched& matched, FlowId id,
                                 std::uint32_t number) {
  const auto flow = services.archive->flow(matched.key->workspace, id);
  if (!flow) return no_such_flow();
  if (number > flow->version) return no_such_version();
  auto version = services.archive->version(id, number);
  if (!version) return no_such_version();
  UpdateFlow update;
  update.workspace = matched.key->workspace;
  update.flow = id;
  update.name = std::move(version->name);
  update.trigger_type = version->trigger_type;
  update.definition = std::move(version->definition);
  update.restores = number;
  update.at = matched.request.received;
  return update;
}

void submit_restored(const Services& services, const MatchedPtr& matched, UpdateFlow update,
                     Respond respond) {
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return flow_answer(*outcome.flow, meta);
  };
  auto refuse = [matched](const Error& error, Respond reply) {
    const bool missing = error.code == ErrorCode::not_found;
    reply(missing ? render(matched->request, no_such_flow())
                  : render_error(matched->request, error));
  };
  submit_change(services, matched, {std::move(update), 200, std::move(rendered), std::move(refuse)},
                std::move(respond));
}

Response version_page(const Services& services, const Matched& matched, FlowId id,
                      std::uint32_t number) {
  const auto flow = services.archive->flow(matched.key->workspace, id);
  if (!flow) return render(matched.request, no_such_flow());
  const auto version = services.archive->version(id, number);
  if (!version) return render(matched.request, no_such_version());
  Response response;
  response.body = version_answer(*flow, *version, meta_of(matched.request));
  return response;
}

void refuse_archive(const Request& request, const Error& error, const Respond& respond) {
  if (error.code == ErrorCode::not_found) return respond(render(request, no_such_version()));
  if (error.code != ErrorCode::version_conflict) return respond(render_error(request, error));
  respond(render(request, {409, "FLOW_VERSION_PUBLISHED",
                           "the published version cannot be archived; publish another one, or "
                           "unpublish the flow, first"}));
}

struct NamedVersion {
  FlowId flow;
  std::uint32_t version = 0;
};

/// Nothing: the path names none, and `respond` was told so.
std::optional<NamedVersion> named_in_path(const Matched& matched, const Respond& respond) {
  const auto flow = flow_in_path(matched);
  const auto version = version_in_path(matched);
  if (flow && version) return NamedVersion{*flow, *version};
  respond(render(matched.request, flow ? no_such_version() : no_such_flow()));
  return std::nullopt;
}

/// False: there is a body, and `respond` was told so.
bool is_bare(const Matched& matched, const Respond& respond) {
  const auto bare = read_nothing(matched.request.body);
  if (!bare) respond(render(matched.request, bare.error()));
  return bool(bare);
}

}  // namespace

void list_versions(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = flow_in_path(*matched);
  if (!id) return respond(render(matched->request, no_such_flow()));
  const CursorKeeper keeper{services.cursor_secret, matched->key->workspace};
  auto query = read_versions_query(matched->request, keeper, *id);
  if (!query) return respond(render(matched->request, query.error()));
  services.read(
      matched,
      [&services, matched, id, query = std::move(*query)] {
        return versions_page(services, *matched, *id, query);
      },
      std::move(respond));
}

void read_version(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto named = named_in_path(*matched, respond);
  if (!named) return;
  services.read(
      matched,
      [&services, matched, named] {
        return version_page(services, *matched, named->flow, named->version);
      },
      std::move(respond));
}

void archive_version(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto named = named_in_path(*matched, respond);
  if (!named || !is_bare(*matched, respond)) return;
  ArchiveVersion archive{matched->key->workspace, named->flow, named->version,
                         matched->request.received};
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return version_answer(*outcome.flow, *outcome.version, meta);
  };
  auto refuse = [matched](const Error& error, Respond reply) {
    refuse_archive(matched->request, error, reply);
  };
  submit_change(services, matched, {archive, 200, std::move(rendered), std::move(refuse)},
                std::move(respond));
}

void restore_version(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto named = named_in_path(*matched, respond);
  if (!named || !is_bare(*matched, respond)) return;
  using Made = OrbitResult<UpdateFlow>;
  auto work = [&services, matched, named] {
    return restored(services, *matched, named->flow, named->version);
  };
  auto next = [&services, matched, respond](Made update) {
    if (!update) return respond(render(matched->request, update.error()));
    submit_restored(services, matched, std::move(*update), respond);
  };
  read_then<Made>(services, matched, std::move(work), std::move(next), respond);
}

}  // namespace millrace::http::orbit
