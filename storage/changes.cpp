// One function per change of the catalogue: check, then put rows; never rows without the check.
#include "storage/changes.hpp"

#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <ranges>

namespace millrace::storage {
namespace {

/// The last of `rows` for which `is_it` holds: later entries of one commit win.
template <class Row, class Predicate>
const Row* find_last(const std::vector<Row>& rows, Predicate is_it) {
  const auto found = std::ranges::find_if(rows | std::views::reverse, is_it);
  return found == rows.rend() ? nullptr : &*found;
}

Error no_such(std::string_view what) {
  return {ErrorCode::not_found, "no such " + std::string(what)};
}

}  // namespace

Result<ChangeOutcome> Changes::evaluate(const CatalogChange& change) {
  const auto& request = change.request_key;
  Key row_key;
  if (request) {
    row_key = dedup_key(DedupKind::request, request->caller.id, request->key);
    const auto known = dedup_.find(row_key, now_);
    if (!known) return known.error();
    if (*known && (*known)->fingerprint != request->fingerprint)
      return Error{ErrorCode::idempotency_mismatch, "the key was used for another request"};
    if (*known) {
      ChangeOutcome replayed;
      replayed.replayed = true;
      replayed.stored_answer = (*known)->text;
      return replayed;
    }
  }
  auto outcome = std::visit([this](const auto& what) { return apply(what); }, change.what);
  if (outcome && request) {
    if (request->render) outcome->stored_answer = request->render(*outcome);
    dedup_.insert(row_key, {request->fingerprint, request->expires, {}, outcome->stored_answer});
    wrote_ = true;
  }
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const EnsureWorkspace& change) {
  ChangeOutcome outcome;
  outcome.workspace = workspace(change.name);
  if (outcome.workspace) return outcome;
  WorkspaceNumber number = catalogue_.next_workspace();
  for (const Workspace& made : update_.workspaces)
    number = std::max(number, WorkspaceNumber{static_cast<std::uint32_t>(made.number) + 1});
  outcome.workspace = Workspace{number, change.name};
  put(*outcome.workspace);
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const CreateKey& change) {
  ChangeOutcome outcome;
  outcome.workspace = workspace(change.key.workspace);
  if (!outcome.workspace) return no_such("workspace");
  put(change.key);
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const RevokeKey& change) {
  std::optional<ApiKey> row = key(change.key);
  if (!row) return no_such("key");
  ChangeOutcome outcome;
  outcome.workspace = workspace(row->workspace);
  if (row->revoked) return outcome;
  row->revoked = change.at;
  put(*row);
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const CreateFlow& change) {
  if (!workspace(change.flow.workspace)) return no_such("workspace");
  if (flow_exists(change.flow.id))
    return Error{ErrorCode::version_conflict, "a flow with this id exists"};
  ChangeOutcome outcome;
  outcome.flow = change.flow;
  outcome.version = change.version;
  put(change.version);
  put(change.flow);
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const UpdateFlow& change) {
  Result<StoredFlow> flow_row = flow(change.workspace, change.flow);
  if (!flow_row) return flow_row.error();
  StoredFlow& updated = *flow_row;
  if (change.expected_version && *change.expected_version != updated.version)
    return Error{ErrorCode::version_conflict,
                 "expected version " + std::to_string(*change.expected_version) +
                     ", current version " + std::to_string(updated.version)};
  Result<StoredFlowVersion> next = version(updated.id, updated.version);
  if (!next) return next.error();
  if (change.restores) {
    if (auto back = bring_back(updated.id, *change.restores); !back) return back.error();
  }
  next->version = ++updated.version;
  next->created = change.at;
  next->archived.reset();
  if (change.name) next->name = *change.name;
  if (change.trigger_type) next->trigger_type = *change.trigger_type;
  if (change.definition) next->definition = *change.definition;
  updated.name = next->name;
  updated.trigger_type = next->trigger_type;
  updated.updated = change.at;
  ChangeOutcome outcome;
  outcome.flow = updated;
  outcome.version = *next;
  put(*next);
  put(updated);
  if (const auto live = published(updated.id))
    update_.published[updated.id] =
        std::make_shared<const PublishedFlow>(PublishedFlow{updated, live->program});
  return outcome;
}

Result<void> Changes::bring_back(FlowId flow, std::uint32_t number) {
  Result<StoredFlowVersion> row = version(flow, number);
  if (!row) return row.error();
  if (!row->archived) return {};
  row->archived.reset();
  put(*row);
  return {};
}

Result<ChangeOutcome> Changes::apply(const ArchiveVersion& change) {
  Result<StoredFlow> flow_row = flow(change.workspace, change.flow);
  if (!flow_row) return flow_row.error();
  Result<StoredFlowVersion> row = version(change.flow, change.version);
  if (!row) return row.error();
  if (flow_row->published_version == change.version)
    return Error{ErrorCode::version_conflict, "the published version cannot be archived"};
  if (!row->archived) {
    row->archived = change.at;
    put(*row);
  }
  ChangeOutcome outcome;
  outcome.flow = std::move(*flow_row);
  outcome.version = std::move(*row);
  return outcome;
}

Result<ChangeOutcome> Changes::apply(const PublishFlow& change) {
  Result<StoredFlow> flow_row = flow(change.workspace, change.flow);
  if (!flow_row) return flow_row.error();
  StoredFlow& flow = *flow_row;
  ChangeOutcome outcome;
  std::shared_ptr<const PublishedFlow> live;
  flow.published_version = change.version;
  flow.updated = change.at;
  if (change.version != 0) {
    Result<StoredFlowVersion> version_row = version(flow.id, change.version);
    if (!version_row) return version_row.error();
    if (version_row->archived)
      return Error{ErrorCode::version_conflict, "the version is archived; restore it first"};
    const Result<ProgramPtr> program = catalogue_.compile(*version_row);
    if (!program) return program.error();
    live = std::make_shared<const PublishedFlow>(PublishedFlow{flow, *program});
    if (live->program->trigger.schedule) {
      if (auto begun = begin_schedule(flow, change.at); !begun) return begun.error();
    }
    outcome.version = std::move(*version_row);
  }
  put(flow);
  update_.published[flow.id] = std::move(live);
  outcome.flow = flow;
  return outcome;
}

/// Slots count from here; a schedule that is live already keeps what waits in line.
Result<void> Changes::begin_schedule(const StoredFlow& flow, Timestamp at) {
  const auto live = published(flow.id);
  const bool goes_on = live && live->program->trigger.schedule;
  if (!goes_on && catalogue_.schedules() >= limits::schedules_max)
    return Error{ErrorCode::configuration,
                 "this server has " + std::to_string(limits::schedules_max) +
                     " published schedules, its most; unpublish one first"};
  return schedules_.publish(flow.id, at, goes_on);
}

Result<ChangeOutcome> Changes::apply(const NoteSchedule& change) {
  if (auto noted = schedules_.note(change.flow, change.progress, std::nullopt); !noted)
    return noted.error();
  wrote_ = true;
  return ChangeOutcome{};
}

Result<ChangeOutcome> Changes::apply(const DeleteFlow& change) {
  Result<StoredFlow> flow_row = flow(change.workspace, change.flow);
  if (!flow_row) return flow_row.error();
  flow_row->deleted = true;
  flow_row->published_version = 0;
  flow_row->updated = change.at;
  put(*flow_row);
  update_.published[flow_row->id] = nullptr;
  ChangeOutcome outcome;
  outcome.flow = *flow_row;
  return outcome;
}

std::optional<Workspace> Changes::workspace(std::string_view name) const {
  const auto is_it = [&](const Workspace& made) { return made.name == name; };
  if (const Workspace* made = find_last(update_.workspaces, is_it)) return *made;
  return catalogue_.workspace(name);
}

std::optional<Workspace> Changes::workspace(WorkspaceNumber number) const {
  const auto is_it = [&](const Workspace& made) { return made.number == number; };
  if (const Workspace* made = find_last(update_.workspaces, is_it)) return *made;
  return catalogue_.workspace(number);
}

std::optional<ApiKey> Changes::key(KeyId id) const {
  const auto is_it = [&](const ApiKey& made) { return made.id == id; };
  if (const ApiKey* made = find_last(update_.keys, is_it)) return *made;
  return catalogue_.key(id);
}

Result<StoredFlow> Changes::flow(WorkspaceNumber workspace, FlowId id) const {
  const auto is_it = [&](const StoredFlow& made) { return made.id == id; };
  if (const StoredFlow* made = find_last(update_.flows, is_it)) {
    if (made->deleted || made->workspace != workspace) return no_such("flow");
    return *made;
  }
  auto row = catalogue_.flow(workspace, id);
  if (!row) return no_such("flow");
  return std::move(*row);
}

bool Changes::flow_exists(FlowId id) const {
  const auto is_it = [&](const StoredFlow& made) { return made.id == id; };
  return find_last(update_.flows, is_it) != nullptr || catalogue_.flow_exists(id);
}

Result<StoredFlowVersion> Changes::version(FlowId id, std::uint32_t number) const {
  if (const auto made = versions_.find({id, number}); made != versions_.end()) return made->second;
  auto row = catalogue_.version(id, number);
  if (!row) return row.error();
  if (!*row) return no_such("flow version");
  return std::move(**row);
}

std::shared_ptr<const PublishedFlow> Changes::published(FlowId id) const {
  const auto made = update_.published.find(id);
  return made != update_.published.end() ? made->second : catalogue_.published(id);
}

void Changes::put(const Workspace& workspace) {
  encode_workspace(value_, workspace);
  tables_.put(Family::catalog, workspace_key(workspace.number), value_);
  update_.workspaces.push_back(workspace);
  wrote_ = true;
}

void Changes::put(const ApiKey& key) {
  encode_api_key(value_, key);
  tables_.put(Family::catalog, api_key_key(key.id), value_);
  update_.keys.push_back(key);
  note_id(key.id.id);
}

void Changes::put(const StoredFlow& flow) {
  encode_flow(value_, flow);
  tables_.put(Family::catalog, flow_key(flow.workspace, flow.id), value_);
  update_.flows.push_back(flow);
  note_id(flow.id.id);
}

void Changes::put(const StoredFlowVersion& version) {
  encode_version(value_, version);
  tables_.put(Family::catalog, version_key(version.flow, version.version), value_);
  versions_.insert_or_assign({version.flow, version.version}, version);
  wrote_ = true;
}

void Changes::note_id(const Id& id) {
  wrote_ = true;
  last_milliseconds_ = std::max(last_milliseconds_, id.milliseconds());
}

}  // namespace millrace::storage
