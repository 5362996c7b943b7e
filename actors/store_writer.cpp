// Batch, commit, tell everyone.
#include "actors/store_writer.hpp"

#include "actors/defaults.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {
namespace {

TriggerOutcome outcome_of(const TurnWrite& write, Append& append) {
  TriggerOutcome outcome;
  outcome.execution = write.summary.id;
  outcome.flow_version = write.summary.flow_version;
  outcome.status = write.summary.status;
  outcome.answer = std::move(append.answer);
  outcome.output = std::move(append.output);
  return outcome;
}

ControlOutcome control_outcome(const ExecutionSummary& summary) {
  return {summary.status, summary.waiting, summary.paused};
}

Error refusal() { return {ErrorCode::unavailable, "the disk cannot be written; nothing was kept"}; }

}  // namespace

void StoreWriterState::opened() {
  if (batch.empty()) self->send(self, atom::flush::value);
  if (batch.size() >= defaults::batch_turns_max) flush();
}

void StoreWriterState::add(AppendPtr append) {
  opened();
  batch.emplace_back(std::move(append->write));
  pending.push_back({std::move(append), nullptr});
}

void StoreWriterState::add(ChangeRequestPtr request) {
  opened();
  batch.emplace_back(ChangeWrite{std::move(request->change)});
  pending.push_back({nullptr, std::move(request)});
}

void StoreWriterState::flush() {
  if (batch.empty()) return;
  if (!house->gate.writable()) {
    fail_batch(refusal());
  } else if (const auto commit = house->outside.journal.commit(batch); commit) {
    settle(*commit);
  } else {
    judge(commit.error());
    fail_batch({ErrorCode::unavailable, commit.error().message});
  }
  batch.clear();
  pending.clear();
}

void StoreWriterState::settle(std::uint64_t commit) {
  AnswerBatch answers;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (const ChangeRequestPtr& request = pending[i].change) {
      settle_change(std::get<ChangeWrite>(batch[i]), *request, answers);
      continue;
    }
    const TurnWrite& write = std::get<TurnWrite>(batch[i]);
    const bool lost = write.refused || write.winner;
    lost ? settle_lost(write, *pending[i].append, answers)
         : settle_turn(write, *pending[i].append, answers);
  }
  if (house->subscribers->load() > 0) publish(commit);
  arm_tick();
}

void StoreWriterState::settle_change(ChangeWrite& write, ChangeRequest& request,
                                     AnswerBatch& answers) {
  const auto& what = write.change.what;
  const bool may_be_schedule =
      std::holds_alternative<PublishFlow>(what) || std::holds_alternative<DeleteFlow>(what);
  if (may_be_schedule && write.outcome && write.outcome->flow)
    self->send(house->readers.front(), SchedulesRequest{write.outcome->flow->id});
  if (write.outcome && write.outcome->debounced && !write.outcome->replayed)
    self->send(house->debouncer, *write.outcome->debounced);
  request.caller.answer(std::move(write.outcome), answers);
}

void StoreWriterState::settle_turn(const TurnWrite& write, Append& append, AnswerBatch& answers) {
  for (const LogLine& line : append.logs) {
    log(LogLevel::info, "flow.log",
        {{"execution", to_base62(write.summary.id.id)},
         {"level", line.level},
         {"message", line.message}});
  }
  if (append.execution) self->send(append.execution, atom::committed::value);
  if (append.held && !house->paused.load()) {
    self->send(house->supervisor_of(write.summary.id), Held{write.summary.id});
  }
  if (append.control) append.control->caller.answer(control_outcome(write.summary), answers);
  if (write.parked && write.wake) {
    self->send(house->keeper_of(write.summary.id), TimerRow{*write.wake, write.summary.id});
  }
  const bool scheduled = write.summary.trigger_type == TriggerType::schedule;
  if (scheduled && write.ended && !append.admission)
    self->send(house->cron, ScheduledRunEnded{write.summary.flow, write.summary.id});
  const bool tells = write.ended || append.answer;
  if (append.admission) {
    Admission& admission = *append.admission;
    if (admission.mode == ResponseMode::immediate || tells) {
      admission.caller.answer(outcome_of(write, append), answers);
    } else {
      replies.wait(outcome_of(write, append), admission.answer_deadline,
                   std::move(admission.caller));
    }
  } else if (tells && !replies.empty()) {
    replies.deliver(outcome_of(write, append), answers);
  }
}

void StoreWriterState::settle_lost(const TurnWrite& write, Append& append, AnswerBatch& answers) {
  if (append.execution) self->send(append.execution, NotCommitted{});
  if (append.control) append.control->caller.answer(*write.refused, answers);
  if (!append.admission) {
    log(LogLevel::warn, "turn.refused",
        {{"execution", to_base62(write.summary.id.id)}, {"message", write.refused->message}});
  } else if (write.refused) {
    append.admission->caller.answer(*write.refused, answers);
  } else {
    join_winner(write, *append.admission, answers);
  }
}

void StoreWriterState::join_winner(const TurnWrite& write, Admission& admission,
                                   AnswerBatch& answers) {
  TriggerOutcome known;
  known.execution = *write.winner;
  known.duplicate = true;
  known.memo = write.winner_memo;
  if (admission.mode == ResponseMode::immediate) {
    admission.caller.answer(std::move(known), answers);
    return;
  }
  replies.wait(std::move(known), admission.answer_deadline, std::move(admission.caller));
  self->send(house->reader_of(write.winner->id.partition()),
             LookUpRequest{*write.winner, write.summary.workspace});
}

void StoreWriterState::on_looked_up(const LookedUp& found) {
  AnswerBatch answers;
  if (!found.outcome) return replies.give_up(found.id, answers);
  if (*found.outcome) replies.deliver(**found.outcome, answers);
}

void StoreWriterState::publish(std::uint64_t commit) {
  auto feed = std::make_shared<FeedBatch>();
  feed->commit = commit;
  std::uint32_t n = 0;
  for (Write& write : batch) {
    auto* turn = std::get_if<TurnWrite>(&write);
    if (turn == nullptr || turn->refused || turn->winner) continue;
    feed->turns.push_back(std::make_shared<const FeedTurn>(FeedTurn{
        {commit, n++}, std::move(turn->summary), std::move(turn->record), turn->bytes.size()}));
  }
  if (n > 0) self->send(house->hub, FeedBatchPtr(std::move(feed)));
}

void StoreWriterState::fail_batch(const Error& error) {
  AnswerBatch answers;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (const ChangeRequestPtr& request = pending[i].change) {
      request->caller.answer(error, answers);
      continue;
    }
    const AppendPtr& append = pending[i].append;
    if (append->admission) append->admission->caller.answer(error, answers);
    if (append->control) append->control->caller.answer(error, answers);
    if (append->execution) {
      self->send(append->execution, NotCommitted{.reload = append->admission == nullptr});
    }
  }
}

void StoreWriterState::judge(const Error& error) {
  log(LogLevel::error, "commit.failed",
      {{"code", to_string(error.code)}, {"message", error.message}});
  if (error.code == ErrorCode::unavailable) {
    house->gate.disk_full(true);
    self->delayed_send(self, house->settings.probe_interval, atom::probe::value);
    return;
  }
  house->fail(error);
  AnswerBatch answers;
  replies.fail_all({ErrorCode::unavailable, error.message}, answers);
}

void StoreWriterState::probe() {
  if (!house->outside.journal.probe()) {
    self->delayed_send(self, house->settings.probe_interval, atom::probe::value);
    return;
  }
  log(LogLevel::info, "commit.recovered");
  house->gate.disk_full(false);
  for (const auto& supervisor : house->supervisors) self->send(supervisor, atom::writable::value);
}

void StoreWriterState::tick() {
  tick_at.reset();
  AnswerBatch answers;
  replies.expire(house->outside.clock.monotonic(), answers);
  arm_tick();
}

void StoreWriterState::arm_tick() {
  const auto next = replies.next_deadline();
  if (!next || (tick_at && *tick_at <= *next)) return;
  tick_at = next;
  const Duration wait = *next - house->outside.clock.monotonic();
  self->delayed_send(self, std::max(wait, Duration{1}), atom::tick::value);
}

void StoreWriterState::stop() {
  flush();
  AnswerBatch answers;
  replies.fail_all({ErrorCode::unavailable, "shutting down; the run goes on after the restart"},
                   answers);
  answers.post();
  self->send(house->steward, atom::stop::value);
}

store_writer_actor::behavior_type store_writer(
    store_writer_actor::stateful_pointer<StoreWriterState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](AppendPtr& append) { self->state.add(std::move(append)); },
      [self](ChangeRequestPtr& request) { self->state.add(std::move(request)); },
      [self](const LookedUpPtr& found) { self->state.on_looked_up(*found); },
      [self](atom::flush) { self->state.flush(); },
      [self](atom::probe) { self->state.probe(); },
      [self](atom::tick) { self->state.tick(); },
      [self](atom::stop) { self->state.stop(); },
  };
}

}  // namespace millrace::actors
