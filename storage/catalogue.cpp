// The catalogue's memory: loaded from its rows, changed after commits, read by everyone.
#include "storage/catalogue.hpp"

#include "runtime/base/log.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace millrace::storage {
namespace {

/// Decodes every row of one kind into `rows`.
template <class Row>
Result<void> read_kind(const View& view, CatalogKind kind,
                       Result<Row> (*decode)(std::string_view, std::string_view),
                       std::vector<Row>& rows) {
  const Key prefix = catalog_prefix(kind);
  const auto cursor = view.cursor(Family::catalog, prefix, end_of_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    Result<Row> row = decode(cursor->key(), cursor->value());
    if (!row) return row.error();
    rows.push_back(std::move(*row));
  }
  return cursor->result();
}

}  // namespace

std::size_t Catalogue::HashOfHash::operator()(const Sha256& hash) const {
  std::size_t word = 0;
  std::memcpy(&word, hash.data(), sizeof word);
  return word;
}

Result<void> Catalogue::load() {
  CatalogueUpdate update;
  if (auto read = load_rows(update); !read) return read.error();
  if (auto read = load_published(update); !read) return read.error();
  apply(update);
  return {};
}

Result<void> Catalogue::load_rows(CatalogueUpdate& update) const {
  const auto view = tables_.view();
  auto read = read_kind(*view, CatalogKind::workspace, decode_workspace, update.workspaces);
  if (read) read = read_kind(*view, CatalogKind::api_key, decode_api_key, update.keys);
  if (read) read = read_kind(*view, CatalogKind::flow, decode_flow, update.flows);
  return read;
}

Result<void> Catalogue::load_published(CatalogueUpdate& update) const {
  for (const StoredFlow& flow : update.flows) {
    if (flow.deleted || flow.published_version == 0) continue;
    const Result<ProgramPtr> compiled = program(flow.id, flow.published_version);
    if (!compiled && compiled.error().code != ErrorCode::corrupt) return compiled.error();
    if (!compiled) {
      log(LogLevel::error, "storage.flow_not_loaded", {{"reason", compiled.error().message}});
      continue;
    }
    update.published[flow.id] =
        std::make_shared<const PublishedFlow>(PublishedFlow{flow, *compiled});
  }
  return {};
}

void Catalogue::apply(const CatalogueUpdate& update) {
  const std::unique_lock lock(mutex_);
  for (const Workspace& workspace : update.workspaces) workspaces_[workspace.number] = workspace;
  for (const ApiKey& key : update.keys) {
    keys_[key.id.id] = key;
    if (key.revoked)
      keys_by_hash_.erase(key.hash);
    else
      keys_by_hash_.put(key.hash, key);
  }
  for (const StoredFlow& flow : update.flows) {
    flows_[flow.workspace][flow.id.id] = flow;
    workspace_of_flow_[flow.id.id] = flow.workspace;
  }
  for (const auto& [id, published] : update.published) apply_published(id, published);
}

void Catalogue::apply_published(FlowId id, const std::shared_ptr<const PublishedFlow>& published) {
  if (const auto earlier = published_.find(id)) {
    TriggerList& list =
        by_trigger_[{(*earlier)->flow.workspace, (*earlier)->program->trigger.type}];
    std::erase(list, *earlier);
  }
  if (!published) {
    published_.erase(id);
    return;
  }
  published_.put(id, published);
  TriggerList& list = by_trigger_[{published->flow.workspace, published->program->trigger.type}];
  const auto by_id = [](const auto& entry) { return entry->flow.id; };
  list.insert(std::ranges::upper_bound(list, id, {}, by_id), published);
}

std::optional<ApiKey> Catalogue::key(const Sha256& hash) const { return keys_by_hash_.find(hash); }

std::optional<ApiKey> Catalogue::key(KeyId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = keys_.find(id.id);
  return found == keys_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ApiKey> Catalogue::keys() const {
  const std::shared_lock lock(mutex_);
  std::vector<ApiKey> keys;
  for (const auto& [id, key] : keys_) keys.push_back(key);
  return keys;
}

std::optional<Workspace> Catalogue::workspace(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [number, workspace] : workspaces_)
    if (workspace.name == name) return workspace;
  return std::nullopt;
}

std::optional<Workspace> Catalogue::workspace(WorkspaceNumber number) const {
  const std::shared_lock lock(mutex_);
  const auto found = workspaces_.find(number);
  return found == workspaces_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Workspace> Catalogue::workspaces() const {
  const std::shared_lock lock(mutex_);
  std::vector<Workspace> all;
  for (const auto& [number, workspace] : workspaces_) all.push_back(workspace);
  return all;
}

Duration Catalogue::retention(WorkspaceNumber number) const {
  const std::shared_lock lock(mutex_);
  const auto found = workspaces_.find(number);
  const bool own = found != workspaces_.end() && found->second.retention_days != 0;
  return std::chrono::days(own ? found->second.retention_days : retention_days_);
}

std::uint16_t Catalogue::longest_retention_days() const {
  const std::shared_lock lock(mutex_);
  std::uint16_t longest = retention_days_;
  for (const auto& [number, workspace] : workspaces_)
    longest = std::max(longest, workspace.retention_days);
  return longest;
}

WorkspaceNumber Catalogue::next_workspace() const {
  const std::shared_lock lock(mutex_);
  if (workspaces_.empty()) return WorkspaceNumber{1};
  return WorkspaceNumber{static_cast<std::uint32_t>(workspaces_.rbegin()->first) + 1};
}

std::optional<StoredFlow> Catalogue::flow(WorkspaceNumber workspace, FlowId flow) const {
  const std::shared_lock lock(mutex_);
  const auto flows = flows_.find(workspace);
  if (flows == flows_.end()) return std::nullopt;
  const auto found = flows->second.find(flow.id);
  if (found == flows->second.end() || found->second.deleted) return std::nullopt;
  return found->second;
}

bool Catalogue::flow_exists(FlowId flow) const {
  const std::shared_lock lock(mutex_);
  return workspace_of_flow_.contains(flow.id);
}

Page<StoredFlow> Catalogue::flows(WorkspaceNumber workspace, std::optional<Dialect> dialect,
                                  std::optional<FlowId> after, int limit) const {
  const auto count_max = static_cast<std::size_t>(std::clamp(limit, 1, limits::page_size_max));
  const std::shared_lock lock(mutex_);
  Page<StoredFlow> page;
  const auto flows = flows_.find(workspace);
  if (flows == flows_.end()) return page;
  auto flow = after ? flows->second.upper_bound(after->id) : flows->second.begin();
  for (; flow != flows->second.end(); ++flow) {
    if (flow->second.deleted || (dialect && flow->second.dialect != *dialect)) continue;
    if (page.rows.size() == count_max) {
      page.has_more = true;
      page.next = page.rows.back().id.id;
      break;
    }
    page.rows.push_back(flow->second);
  }
  return page;
}

std::shared_ptr<const PublishedFlow> Catalogue::published(FlowId flow) const {
  return published_.find(flow).value_or(nullptr);
}

std::vector<std::shared_ptr<const PublishedFlow>> Catalogue::published_by_trigger(
    WorkspaceNumber workspace, TriggerType type) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_trigger_.find({workspace, type});
  return found == by_trigger_.end() ? TriggerList{} : found->second;
}

std::vector<std::shared_ptr<const PublishedFlow>> Catalogue::published_by_trigger(
    TriggerType type) const {
  const std::shared_lock lock(mutex_);
  TriggerList all;
  for (const auto& [key, list] : by_trigger_)
    if (key.second == type) all.insert(all.end(), list.begin(), list.end());
  return all;
}

std::size_t Catalogue::schedules() const {
  const std::shared_lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& [key, list] : by_trigger_)
    if (key.second == TriggerType::schedule) count += list.size();
  return count;
}

Result<std::optional<StoredFlowVersion>> Catalogue::version(FlowId flow,
                                                            std::uint32_t version) const {
  const Key key = version_key(flow, version);
  const auto row = tables_.get(Family::catalog, key);
  if (!row) return row.error();
  if (!*row) return std::optional<StoredFlowVersion>();
  auto decoded = decode_version(key, **row);
  if (!decoded) return decoded.error();
  return std::optional(std::move(*decoded));
}

Result<ProgramPtr> Catalogue::program(FlowId flow, std::uint32_t number) const {
  if (const auto live = published(flow); live && live->program->version == number)
    return live->program;
  if (ProgramPtr cached = programs_.find(flow, number)) return cached;
  const auto row = version(flow, number);
  if (!row) return row.error();
  if (!*row) return Error{ErrorCode::not_found, "no such flow version"};
  return compile(**row);
}

Result<ProgramPtr> Catalogue::compile(const StoredFlowVersion& version) const {
  Result<ProgramPtr> compiled = compile_version(version);
  if (!compiled) return compiled.error();
  return programs_.share(std::move(*compiled));
}

}  // namespace millrace::storage
