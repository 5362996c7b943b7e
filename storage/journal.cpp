// One commit from the first row to the last, and what recovery reads back.
#include "storage/journal.hpp"

#include "runtime/base/stream_limits.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"
#include "storage/turn_log.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {
namespace {

constexpr std::uint64_t feed_purge_commits = 64;
constexpr std::size_t feed_purge_rows_max = 256;

}  // namespace

Result<void> TurnJournal::start() {
  const auto row = tables_.view()->last(Family::feed);
  if (!row) return row.error();
  if (!*row) return {};
  const auto commit = commit_of_feed_key((*row)->key);
  const auto feed = decode_feed((*row)->value);
  if (!feed) return feed.error();
  if (!commit) return Error{ErrorCode::corrupt, "a key of feed is damaged"};
  commit_ = *commit;
  last_milliseconds_ = std::max(last_milliseconds_.load(), feed->last_milliseconds);
  return {};
}

Result<std::uint64_t> TurnJournal::commit(std::span<Write> batch) {
  const Timestamp now = clock_.now();
  const auto bucket = buckets_.current(now);
  if (!bucket) return bucket.error();
  forget_batch();
  turns_.begin_batch(*bucket, now);
  Changes changes(catalogue_, tables_, dedup_, schedules_, debounces_, now);
  for (Write& write : batch)
    if (auto done = put(write, changes); !done) return give_up(done.error());
  if (turns_.entries().empty() && changes.empty()) return commit_;

  const std::uint64_t last_milliseconds = std::max(
      {last_milliseconds_.load(), turns_.last_milliseconds(), changes.last_milliseconds()});
  put_feed(commit_ + 1, last_milliseconds, now);
  purge_feed(now);
  if (auto written = tables_.write(); !written) return give_up(written.error());
  ++commit_;
  last_milliseconds_ = last_milliseconds;
  catalogue_.apply(changes.update());
  return commit_;
}

bool TurnJournal::probe() {
  const Probe probed = tables_.probe();
  if (probed == Probe::fails) return false;
  if (probed == Probe::reopened) stale_ = true;
  if (stale_ && (!start() || !catalogue_.load())) return false;
  stale_ = false;
  return true;
}

Result<void> TurnJournal::put(Write& write, Changes& changes) {
  if (auto* turn = std::get_if<TurnWrite>(&write)) return turns_.put(*turn);
  ChangeWrite& change = std::get<ChangeWrite>(write);
  change.outcome = changes.evaluate(change.change);
  return {};
}

void TurnJournal::put_feed(std::uint64_t commit, std::uint64_t last_milliseconds, Timestamp now) {
  encode_feed(value_, now, last_milliseconds, turns_.entries());
  tables_.put(Family::feed, feed_key(commit), value_);
}

void TurnJournal::purge_feed(Timestamp now) {
  if (++commits_unpurged_ < feed_purge_commits) return;
  commits_unpurged_ = 0;
  if (!clocks_.agrees()) return;
  const auto view = tables_.view();
  const auto cursor = view->cursor(Family::feed, feed_key(feed_begin_),
                                   std::string(std::string_view(feed_key(commit_))));
  for (std::size_t count = 0; cursor->valid() && count < feed_purge_rows_max; ++count) {
    const auto commit = commit_of_feed_key(cursor->key());
    const auto row = decode_feed(cursor->value());
    if (!commit || !row || now - row->committed < Duration(limits::feed_age)) return;
    tables_.erase(Family::feed, cursor->key());
    feed_begin_ = *commit + 1;
    cursor->next();
  }
}

Error TurnJournal::give_up(Error error) {
  feed_begin_ = 0;
  tables_.discard();
  forget_batch();
  return error;
}

void TurnJournal::forget_batch() {
  dedup_.forget_batch();
  schedules_.forget_batch();
  debounces_.forget_batch();
}

Result<std::vector<ExecutionId>> TurnJournal::open_runs(Partition partition) {
  const Key prefix = state_prefix(partition, StateKind::open);
  const auto view = tables_.view();
  const auto cursor = view->cursor(Family::state, prefix, end_of_prefix(prefix));
  std::vector<ExecutionId> runs;
  for (; cursor->valid(); cursor->next()) {
    const auto run = execution_of_state_key(cursor->key());
    if (!run) return Error{ErrorCode::corrupt, "a key of state is damaged"};
    runs.push_back(*run);
  }
  if (auto read = cursor->result(); !read) return read.error();
  return runs;
}

Result<StoredRun> TurnJournal::load(ExecutionId execution) {
  const auto view = tables_.view();
  for (const StateKind kind : {StateKind::open, StateKind::parked}) {
    const auto row = view->get(Family::state, state_key(kind, execution));
    if (!row) return row.error();
    if (!*row) continue;
    auto state = decode_state(execution, **row);
    if (!state) return state.error();
    StoredRun run;
    run.parked = kind == StateKind::parked;
    run.wake = state->wake;
    const auto stored = view->get(Family::state, state_key(StateKind::snapshot, execution));
    if (!stored) return stored.error();
    std::uint32_t next_turn = 0;
    if (*stored) {
      auto snapshot = decode_snapshot(**stored);
      if (!snapshot) return snapshot.error();
      run.snapshot = std::move(snapshot->bytes);
      next_turn = snapshot->turn + 1;
    }
    auto records = read_turns(*view, tables_, state->run, next_turn);
    if (!records) return records.error();
    run.records = std::move(*records);
    run.summary = std::move(state->run.summary);
    return run;
  }
  return Error{ErrorCode::not_found, "the run is not open"};
}

Result<StoredRun> TurnJournal::load_ended(WorkspaceNumber workspace, ExecutionId execution) {
  const auto view = tables_.view();
  const auto bytes = view->get(Family::execution, execution_key(workspace, execution));
  if (!bytes) return bytes.error();
  if (!*bytes) return Error{ErrorCode::not_found, "no such run"};
  auto row = decode_execution(workspace, execution, **bytes);
  if (!row) return row.error();
  if (!has_ended(row->summary.status)) return Error{ErrorCode::not_found, "the run is open"};
  auto records = read_turns(*view, tables_, *row, 0);
  if (!records) return records.error();
  StoredRun run;
  run.records = std::move(*records);
  run.summary = std::move(row->summary);
  return run;
}

Result<std::vector<TimerRow>> TurnJournal::timers(Partition partition, Timestamp from,
                                                  std::size_t count_max) {
  const auto view = tables_.view();
  const auto cursor = view->cursor(Family::timer, timer_from(partition, from),
                                   end_of_prefix(timer_prefix(partition)));
  std::vector<TimerRow> timers;
  for (; cursor->valid() && timers.size() < count_max; cursor->next()) {
    const auto timer = read_timer_key(cursor->key());
    if (!timer) return Error{ErrorCode::corrupt, "a key of timer is damaged"};
    timers.push_back({timer->due, timer->execution});
  }
  if (auto read = cursor->result(); !read) return read.error();
  return timers;
}

Result<std::vector<StoredSchedule>> TurnJournal::schedules(std::optional<FlowId> only) {
  std::vector<std::shared_ptr<const PublishedFlow>> flows;
  if (only) {
    flows.push_back(catalogue_.published(*only));
  } else {
    flows = catalogue_.published_by_trigger(TriggerType::schedule);
  }
  std::vector<StoredSchedule> schedules;
  for (const auto& flow : flows) {
    if (!flow || !flow->program->trigger.schedule) continue;
    const auto row = read_schedule_row(tables_, flow->flow.id);
    if (!row) return row.error();
    StoredSchedule stored{flow->flow.workspace, flow->program, {}, {}, false};
    stored.progress.seen = flow->flow.updated;
    if (*row) {
      stored.progress = std::move((*row)->progress);
      stored.run = (*row)->run;
    }
    for (const StateKind kind : {StateKind::open, StateKind::parked}) {
      if (stored.run.id.is_nil()) break;
      const auto state = tables_.get(Family::state, state_key(kind, stored.run));
      if (!state) return state.error();
      stored.run_open = stored.run_open || state->has_value();
    }
    schedules.push_back(std::move(stored));
  }
  return schedules;
}

Result<std::optional<StoredDebounce>> TurnJournal::debounce(const DebounceName& name) {
  auto stored = read_debounce(tables_, name);
  if (!stored || !*stored) return stored;
  const auto live = catalogue_.published(name.flow);
  if (live && live->program->trigger.type == TriggerType::event) (*stored)->program = live->program;
  return stored;
}

}  // namespace millrace::storage
