// Lists merged from ranges of keys, and runs brought up to now by their state.
#include "storage/archive.hpp"

#include "runtime/base/log.hpp"
#include "storage/rows/bytes.hpp"
#include "storage/rows/keys.hpp"
#include "storage/turn_log.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {
namespace {

/// `row`, brought up to now when the run goes on: `execution` holds it as its first turn left it.
Result<ExecutionRow> with_state(const View& view, ExecutionRow row) {
  if (has_ended(row.summary.status)) return row;
  const ExecutionId id = row.summary.id;
  for (const StateKind kind : {StateKind::open, StateKind::parked}) {
    const auto bytes = view.get(Family::state, state_key(kind, id));
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    auto state = decode_state(id, **bytes);
    if (!state) return state.error();
    return std::move(state->run);
  }
  return row;
}

Result<std::optional<ExecutionRow>> read_run(const View& view, WorkspaceNumber workspace,
                                             ExecutionId id) {
  const auto bytes = view.get(Family::execution, execution_key(workspace, id));
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<ExecutionRow>();
  auto row = decode_execution(workspace, id, **bytes);
  if (!row) return row.error();
  auto current = with_state(view, std::move(*row));
  if (!current) return current.error();
  return std::optional(std::move(*current));
}

/// Lists go by the time in the id, filters by the time of the start. A clock that is set parts
/// them; a run whose times are further apart than this may be missed by a list filtered by time.
constexpr Duration clock_slack = std::chrono::hours{24};

std::uint64_t id_milliseconds(Timestamp time) {
  constexpr std::int64_t milliseconds_max = (std::int64_t{1} << 48) - 1;
  return static_cast<std::uint64_t>(
      std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, milliseconds_max));
}

/// Where the scan begins: at the cursor, or where runs began that late.
std::optional<ExecutionId> first_position(const ExecutionQuery& query) {
  if (!query.started_before) return query.after;
  constexpr std::uint64_t random_max = (std::uint64_t{1} << 60) - 1;
  const ExecutionId bound{Id::make(id_milliseconds(*query.started_before + clock_slack),
                                   Partition(limits::partitions_max - 1), random_max)};
  return query.after ? std::min(*query.after, bound) : bound;
}

/// Nothing older than `id` can have started in the time asked for.
bool is_past(const ExecutionQuery& query, const ExecutionId& id) {
  return query.started_from &&
         id.id.milliseconds() < id_milliseconds(*query.started_from - clock_slack);
}

/// The ranges that together hold what a query asks for, newest first each, merged into one order.
class Merge {
 public:
  Merge(const View& view, const ExecutionQuery& query) {
    const auto after = first_position(query);
    const bool any_or_completed = !query.status || *query.status == RunStatus::completed;
    if (!query.flow && !query.open && any_or_completed) {
      read_ = execution_of_execution_key;
      add(view, Family::execution, execution_prefix(query.workspace), after);
      return;
    }
    read_ = execution_of_index_key;
    for (const IndexClass status : index_classes)
      if ((!query.status || index_class(*query.status) == status) &&
          (!query.open || status == IndexClass::open))
        add(view, Family::index,
            index_prefix(query.workspace, query.flow.value_or(FlowId{}), status), after);
  }

  /// The next run of all ranges, or nothing at their end. Errors: storage, corrupt.
  Result<std::optional<ExecutionId>> next() {
    std::optional<ExecutionId> newest;
    Cursor* from = nullptr;
    for (const auto& cursor : cursors_) {
      if (!cursor->valid()) {
        if (auto read = cursor->result(); !read) return read.error();
        continue;
      }
      const auto id = read_(cursor->key());
      if (!id) return Error{ErrorCode::corrupt, "a key of a list is damaged"};
      if (newest && *id <= *newest) continue;
      newest = id;
      from = cursor.get();
    }
    if (from != nullptr) from->next();
    return newest;
  }

 private:
  /// Strictly older than `after`.
  void add(const View& view, Family family, const Key& prefix, std::optional<ExecutionId> after) {
    Key from = prefix;
    if (after) {
      ByteWriter<Key>(from).inverted_id(after->id);
      from.push_back('\0');
    }
    cursors_.push_back(view.cursor(family, from, end_of_prefix(prefix)));
  }

  std::vector<std::unique_ptr<Cursor>> cursors_;
  std::optional<ExecutionId> (*read_)(std::string_view) = nullptr;
};

bool matches(const ExecutionQuery& query, const ExecutionSummary& summary) {
  if (query.flow && *query.flow != summary.flow) return false;
  const bool of_type = !summary.purged && query.trigger_type == summary.trigger_type;
  if (query.open && has_ended(summary.status)) return false;
  if (query.trigger_type && !of_type) return false;
  if (query.started_from && summary.started < *query.started_from) return false;
  if (query.started_before && summary.started >= *query.started_before) return false;
  return !query.status || *query.status == summary.status;
}

}  // namespace

std::optional<StoredFlowVersion> TableArchive::version(FlowId flow, std::uint32_t version) const {
  auto row = catalogue_.version(flow, version);
  if (row) return std::move(*row);
  log(LogLevel::error, "storage.version_not_read", {{"reason", row.error().message}});
  return std::nullopt;
}

Result<Page<ExecutionSummary>> TableArchive::executions(const ExecutionQuery& query) const {
  Page<ExecutionSummary> page;
  if (query.flow && query.flow->id.is_nil()) return page;
  const auto count_max =
      static_cast<std::size_t>(std::clamp(query.limit, 1, limits::page_size_max));
  const auto view = tables_.view();
  Merge merge(*view, query);
  const Horizon now = horizon(query.workspace);
  std::optional<ExecutionId> scanned;
  for (std::size_t rows = 0;; ++rows) {
    const auto id = merge.next();
    if (!id) return id.error();
    if (!*id || is_past(query, **id)) return page;
    if (page.rows.size() == count_max || rows == limits::scan_rows_max) break;
    scanned = *id;
    auto run = read_run(*view, query.workspace, **id);
    if (!run) return run.error();
    if (!*run) continue;
    ExecutionSummary summary = now.shown(std::move(**run));
    if (matches(query, summary)) page.rows.push_back(std::move(summary));
  }
  page.has_more = true;
  page.next = scanned->id;
  return page;
}

Result<ExecutionSummary> TableArchive::execution(WorkspaceNumber workspace, ExecutionId id) const {
  auto run = read_run(*tables_.view(), workspace, id);
  if (!run) return run.error();
  if (!*run) return Error{ErrorCode::not_found, "no such execution"};
  return horizon(workspace).shown(std::move(**run));
}

Result<Trace> TableArchive::trace(const ExecutionSummary& summary) const {
  auto shown = turns(summary, nullptr);
  if (!shown) return shown.error();
  for (TurnRecord& record : *shown) hide_headers(record, redaction_);
  const auto program = catalogue_.program(summary.flow, summary.flow_version);
  if (!program) return program.error();
  return build_trace(**program, *shown);
}

Result<std::vector<TurnRecord>> TableArchive::records(const ExecutionSummary& summary) const {
  return turns(summary, &redaction_);
}

Result<std::vector<TurnRecord>> TableArchive::turns(const ExecutionSummary& summary,
                                                    const Redaction* redaction) const {
  const auto view = tables_.view();
  const auto run = read_run(*view, summary.workspace, summary.id);
  if (!run) return run.error();
  if (!*run) return Error{ErrorCode::not_found, "no such execution"};
  if (horizon(summary.workspace).hides(**run)) return purged();
  return read_turns(*view, tables_, **run, 0, redaction);
}

Result<FeedTurn> TableArchive::turn(WorkspaceNumber workspace, ExecutionId id,
                                    std::uint32_t number) const {
  const auto view = tables_.view();
  auto run = read_run(*view, workspace, id);
  if (!run) return run.error();
  if (!*run) return Error{ErrorCode::not_found, "no such execution"};
  for (const LogBucket bucket : (*run)->buckets) {
    const auto bytes = view->get(bucket, log_key(id, number));
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    auto record = decode_record(**bytes);
    if (!record) return record.error();
    return FeedTurn{{},
                    std::move((*run)->summary),
                    std::make_shared<const TurnRecord>(std::move(*record)),
                    (*bytes)->size()};
  }
  return Error{ErrorCode::not_found, "purged: the turn is older than the retention of its records"};
}

}  // namespace millrace::storage
