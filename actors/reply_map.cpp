// Every way out of the map takes the deadline with it.
#include "actors/reply_map.hpp"

namespace millrace::actors {

void ReplyMap::wait(TriggerOutcome known, MonotonicTime deadline, Caller<TriggerOutcome> caller) {
  const ExecutionId id = known.execution;
  waiting_.emplace(id,
                   Waiting{std::move(known), deadlines_.emplace(deadline, id), std::move(caller)});
}

void ReplyMap::deliver(const TriggerOutcome& outcome, AnswerBatch& batch) {
  const auto [first, last] = waiting_.equal_range(outcome.execution);
  for (auto at = first; at != last; ++at) {
    TriggerOutcome told = outcome;
    told.duplicate = at->second.known.duplicate;
    told.memo = at->second.known.memo;
    at->second.caller.answer(std::move(told), batch);
    deadlines_.erase(at->second.deadline);
  }
  waiting_.erase(first, last);
}

ReplyMap::WaitingMap::iterator ReplyMap::give_up(WaitingMap::iterator at, AnswerBatch& batch) {
  at->second.known.deadline_passed = true;
  at->second.caller.answer(std::move(at->second.known), batch);
  deadlines_.erase(at->second.deadline);
  return waiting_.erase(at);
}

void ReplyMap::give_up(const ExecutionId& run, AnswerBatch& batch) {
  for (auto at = waiting_.find(run); at != waiting_.end(); at = waiting_.find(run)) {
    give_up(at, batch);
  }
}

void ReplyMap::expire(MonotonicTime now, AnswerBatch& batch) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    auto [at, last] = waiting_.equal_range(deadlines_.begin()->second);
    while (at != last) at = at->second.deadline->first <= now ? give_up(at, batch) : std::next(at);
  }
}

void ReplyMap::fail_all(const Error& error, AnswerBatch& batch) {
  for (auto& [id, waiting] : waiting_) waiting.caller.answer(error, batch);
  waiting_.clear();
  deadlines_.clear();
}

std::optional<MonotonicTime> ReplyMap::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

}  // namespace millrace::actors
