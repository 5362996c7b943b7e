// The rules of turn_rows.hpp, one function per rule.
#include "storage/turn_rows.hpp"

#include "runtime/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {

void TurnRows::begin_batch(LogBucket bucket, Timestamp now) {
  bucket_ = bucket;
  now_ = now;
  entries_.clear();
  in_batch_.clear();
  last_milliseconds_ = 0;
}

Result<void> TurnRows::put(TurnWrite& turn) {
  MR_ASSERT(turn.ended == has_ended(turn.summary.status));
  MR_ASSERT(turn.summary.turns == turn.record->turn + 1);
  const bool first = turn.record->turn == 0;
  std::optional<OpenRun> before;
  if (first && turn.key) {
    const auto claimed = claim_key(turn);
    if (!claimed) return claimed.error();
    if (!*claimed) return {};
  }
  if (!first) {
    auto found = open_run(turn);
    if (!found) return found.error();
    if (!*found) {
      turn.refused =
          Error{ErrorCode::not_found, "the run is not open: it has ended or never began"};
      return {};
    }
    before = std::move(*found);
  }
  std::vector<LogBucket> buckets = before ? before->buckets : std::vector<LogBucket>();
  if (std::ranges::find(buckets, bucket_) == buckets.end()) buckets.push_back(bucket_);
  put_record(turn);
  if (first) put_listed(turn, buckets);
  if (turn.ended) {
    put_end(turn, before ? &*before : nullptr, buckets);
  } else {
    const StateKind kind = turn.parked ? StateKind::parked : StateKind::open;
    put_state(turn, before ? &*before : nullptr,
              {kind, turn.parked ? turn.wake : std::nullopt, std::move(buckets)});
  }
  return {};
}

/// False: somebody used the key; the turn says who, or that it was another request.
Result<bool> TurnRows::claim_key(TurnWrite& turn) {
  const Key key = dedup_key(DedupKind::trigger, turn.summary.flow.id, turn.key->key);
  const auto known = dedup_.find(key, now_);
  if (!known) return known.error();
  if (!*known) {
    dedup_.insert(key, {turn.key->fingerprint, turn.key_expires, turn.summary.id, turn.key->memo});
    if (turn.key->settles) {
      if (auto settled = debounces_.settle(*turn.key->settles); !settled) return settled.error();
    }
    if (!turn.key->progress) return true;
    const ExecutionId begun = turn.ended ? ExecutionId{} : turn.summary.id;
    if (auto noted = schedules_.note(turn.summary.flow, *turn.key->progress, begun); !noted)
      return noted.error();
    return true;
  }
  if ((*known)->fingerprint != turn.key->fingerprint) {
    turn.refused = Error{ErrorCode::idempotency_mismatch, "the key was used for another request"};
    return false;
  }
  turn.winner = (*known)->execution;
  turn.winner_memo = (*known)->text;
  return false;
}

Result<std::optional<TurnRows::OpenRun>> TurnRows::open_run(const TurnWrite& turn) {
  const ExecutionId run = turn.summary.id;
  if (const auto found = in_batch_.find(run); found != in_batch_.end()) return found->second;
  const StateKind likely = turn.was_parked ? StateKind::parked : StateKind::open;
  auto stored = stored_run(run, likely);
  if (!stored || *stored) return stored;
  return stored_run(run, turn.was_parked ? StateKind::open : StateKind::parked);
}

Result<std::optional<TurnRows::OpenRun>> TurnRows::stored_run(ExecutionId run,
                                                              StateKind kind) const {
  const auto row = tables_.get(Family::state, state_key(kind, run));
  if (!row) return row.error();
  if (!*row) return std::optional<OpenRun>();
  auto state = decode_state(run, **row);
  if (!state) return state.error();
  return std::optional(OpenRun{kind, state->wake, std::move(state->run.buckets)});
}

void TurnRows::put_record(const TurnWrite& turn) {
  const ExecutionSummary& summary = turn.summary;
  tables_.put(bucket_, log_key(summary.id, turn.record->turn), turn.bytes);
  entries_.push_back({summary.workspace, summary.flow, summary.id, turn.record->turn, bucket_});
  last_milliseconds_ = std::max(last_milliseconds_, summary.id.id.milliseconds());
}

void TurnRows::put_state(const TurnWrite& turn, const OpenRun* before, OpenRun after) {
  const ExecutionId run = turn.summary.id;
  if (before != nullptr && before->kind != after.kind)
    tables_.erase(Family::state, state_key(before->kind, run));
  if (before != nullptr && before->wake && before->wake != after.wake)
    tables_.erase(Family::timer, timer_key(*before->wake, run));
  if (after.wake) tables_.put(Family::timer, timer_key(*after.wake, run), bare_value);
  encode_state(value_, turn.summary, after.buckets, after.wake);
  tables_.put(Family::state, state_key(after.kind, run), value_);
  if (!turn.snapshot.empty()) {
    encode_snapshot(value_, turn.record->turn, turn.snapshot);
    tables_.put(Family::state, state_key(StateKind::snapshot, run), value_);
  }
  in_batch_.insert_or_assign(run, std::move(after));
}

void TurnRows::put_end(const TurnWrite& turn, const OpenRun* before,
                       const std::vector<LogBucket>& buckets) {
  if (before == nullptr) return;
  const ExecutionId run = turn.summary.id;
  tables_.erase(Family::state, state_key(before->kind, run));
  tables_.erase(Family::state, state_key(StateKind::snapshot, run));
  if (before->wake) tables_.erase(Family::timer, timer_key(*before->wake, run));
  erase_listed(turn);
  put_listed(turn, buckets);
  in_batch_.insert_or_assign(run, std::nullopt);
}

/// The rows that lists are made of, for the run's status after this turn.
void TurnRows::put_listed(const TurnWrite& turn, const std::vector<LogBucket>& buckets) {
  const ExecutionSummary& summary = turn.summary;
  const IndexClass status = index_class(summary.status);
  encode_execution(value_, summary, buckets);
  tables_.put(Family::execution, execution_key(summary.workspace, summary.id), value_);
  tables_.put(Family::index, index_key(summary.workspace, summary.flow, status, summary.id),
              bare_value);
  if (status != IndexClass::completed)
    tables_.put(Family::index, index_key(summary.workspace, FlowId{}, status, summary.id),
                bare_value);
}

void TurnRows::erase_listed(const TurnWrite& turn) {
  const ExecutionSummary& summary = turn.summary;
  for (const FlowId flow : {summary.flow, FlowId{}})
    tables_.erase(Family::index, index_key(summary.workspace, flow, IndexClass::open, summary.id));
}

}  // namespace millrace::storage
