// The rules of bulk_rows.hpp. What a job has done with is erased in the commit that says so.
#include "storage/bulk_rows.hpp"

#include "storage/rows/bytes.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace millrace::storage {
namespace {

Error no_such_job() { return {ErrorCode::not_found, "no such bulk job"}; }

/// Calls `take` with every job behind `from`, until it says false.
Result<void> each_job(const View& view, std::string_view from, std::optional<std::string> until,
                      const std::function<bool(BulkJob)>& take) {
  const auto cursor = view.cursor(Family::catalog, from, std::move(until));
  for (; cursor->valid(); cursor->next()) {
    auto job = decode_bulk(cursor->key(), cursor->value());
    if (!job) return job.error();
    if (!take(std::move(*job))) return {};
  }
  return cursor->result();
}

template <class Row>
Result<Row> read_row(const KeyValue& tables, const Key& key,
                     Result<Row> (*decode)(std::string_view)) {
  const auto stored = tables.get(Family::catalog, key);
  if (!stored) return stored.error();
  if (!*stored) return no_such_job();
  return decode(**stored);
}

}  // namespace

Result<BulkJob> read_bulk_job(const KeyValue& tables, WorkspaceNumber workspace, BulkId job) {
  const Key key = bulk_key(workspace, job);
  const auto stored = tables.get(Family::catalog, key);
  if (!stored) return stored.error();
  if (!*stored) return no_such_job();
  return decode_bulk(key, **stored);
}

Result<Page<BulkJob>> read_bulk_jobs(const View& view, WorkspaceNumber workspace,
                                     std::optional<BulkId> after, int limit) {
  const auto count_max = static_cast<std::size_t>(std::clamp(limit, 1, limits::page_size_max));
  const Key prefix = bulk_prefix(workspace);
  Key from = prefix;
  if (after) {
    ByteWriter<Key>(from).inverted_id(after->id);
    from.push_back('\0');
  }
  Page<BulkJob> page;
  auto read = each_job(view, from, end_of_prefix(prefix), [&](BulkJob job) {
    page.has_more = page.rows.size() == count_max;
    if (!page.has_more) page.rows.push_back(std::move(job));
    return !page.has_more;
  });
  if (!read) return read.error();
  if (page.has_more) page.next = page.rows.back().id.id;
  return page;
}

Result<std::vector<BulkJob>> read_open_bulk_jobs(const View& view) {
  std::vector<BulkJob> jobs;
  const Key prefix = catalog_prefix(CatalogKind::bulk);
  auto read = each_job(view, prefix, end_of_prefix(prefix), [&](BulkJob job) {
    if (!has_ended(job.status)) jobs.push_back(std::move(job));
    return true;
  });
  if (!read) return read.error();
  return jobs;
}

Result<std::vector<ExecutionId>> read_bulk_items(const KeyValue& tables, BulkId job,
                                                 std::uint32_t chunk) {
  return read_row(tables, bulk_items_key(job, chunk), decode_bulk_items);
}

Result<std::string> read_bulk_inputs(const KeyValue& tables, BulkId job) {
  return read_row(tables, bulk_inputs_key(job), decode_bulk_inputs);
}

Result<std::optional<BulkJob>> BulkRows::find(WorkspaceNumber workspace, BulkId job) const {
  if (const auto found = in_batch_.find({workspace, job}); found != in_batch_.end())
    return found->second;
  auto stored = read_bulk_job(tables_, workspace, job);
  if (stored) return std::optional(std::move(*stored));
  if (stored.error().code == ErrorCode::not_found) return std::optional<BulkJob>();
  return stored.error();
}

/// Refuses where too many go on; where as many stand as are kept, the oldest that has ended goes.
Result<void> BulkRows::make_room(WorkspaceNumber workspace) {
  std::map<BulkId, bool> ended;
  const auto view = tables_.view();
  const Key prefix = bulk_prefix(workspace);
  auto read = each_job(*view, prefix, end_of_prefix(prefix), [&](const BulkJob& job) {
    ended[job.id] = has_ended(job.status);
    return true;
  });
  if (!read) return read.error();
  for (const auto& [place, job] : in_batch_) {
    if (place.first != workspace) continue;
    ended.erase(place.second);
    if (job) ended[place.second] = has_ended(job->status);
  }
  const auto open =
      std::ranges::count(ended, false, [](const auto& entry) { return entry.second; });
  if (static_cast<std::size_t>(open) >= limits::bulk_jobs_open_max)
    return Error{ErrorCode::busy, "the workspace has " + std::to_string(open) +
                                      " bulk jobs that go on, its most; wait for one"};
  if (ended.size() < limits::bulk_jobs_kept_max) return {};
  const auto oldest = std::ranges::find_if(ended, [](const auto& entry) { return entry.second; });
  tables_.erase(Family::catalog, bulk_key(workspace, oldest->first));
  in_batch_[{workspace, oldest->first}] = std::nullopt;
  return {};
}

Result<BulkJobPtr> BulkRows::create(const CreateBulk& change) {
  if (auto room = make_room(change.job->workspace); !room) return room.error();
  if (!change.inputs.empty()) {
    encode_bulk_inputs(value_, change.inputs);
    tables_.put(Family::catalog, bulk_inputs_key(change.job->id), value_);
  }
  return put(*change.job);
}

Result<BulkJobPtr> BulkRows::stop(const StopBulk& change) {
  auto stored = find(change.workspace, change.job);
  if (!stored) return stored.error();
  if (!*stored) return no_such_job();
  BulkJob& job = **stored;
  if (job.status == BulkStatus::completed)
    return Error{ErrorCode::version_conflict, "the bulk job has ended"};
  if (job.status == BulkStatus::stopped || job.stop_asked)
    return std::make_shared<const BulkJob>(std::move(job));
  job.stop_asked = true;
  job.updated = change.at;
  return put(std::move(job));
}

Result<BulkJobPtr> BulkRows::save(const SaveBulk& change) {
  auto stored = find(change.job->workspace, change.job->id);
  if (!stored) return stored.error();
  if (!*stored || has_ended((*stored)->status)) return no_such_job();
  BulkJob job = *change.job;
  job.stop_asked = job.stop_asked || (*stored)->stop_asked;
  if (!change.collected.empty()) {
    encode_bulk_items(value_, change.collected);
    tables_.put(Family::catalog, bulk_items_key(job.id, job.chunks - 1), value_);
  }
  erase_items(**stored, job);
  return put(std::move(job));
}

/// Chunks that are over; all that is left of a job that has ended.
void BulkRows::erase_items(const BulkJob& before, const BulkJob& after) {
  const bool ended = has_ended(after.status);
  const std::uint32_t until = ended ? after.chunks : after.chunk_at;
  for (std::uint32_t chunk = before.chunk_at; chunk < until; ++chunk)
    tables_.erase(Family::catalog, bulk_items_key(after.id, chunk));
  if (ended && after.has_inputs) tables_.erase(Family::catalog, bulk_inputs_key(after.id));
}

BulkJobPtr BulkRows::put(BulkJob job) {
  encode_bulk(value_, job);
  tables_.put(Family::catalog, bulk_key(job.workspace, job.id), value_);
  auto told = std::make_shared<const BulkJob>(job);
  in_batch_.insert_or_assign({job.workspace, job.id}, std::move(job));
  return told;
}

}  // namespace millrace::storage
