// Deadlines are not removed with the answer: they all lie within one deadline's length and pass
// soon.
#include "actors/reply_map.hpp"

namespace millrace::actors {

void ReplyMap::wait(TriggerOutcome known, MonotonicTime deadline, Caller<TriggerOutcome> caller) {
  const ExecutionId id = known.execution;
  deadlines_.emplace(deadline, id);
  waiting_.emplace(id, Waiting{std::move(known), deadline, std::move(caller)});
}

void ReplyMap::deliver(const TriggerOutcome& outcome, AnswerBatch& batch) {
  const auto [first, last] = waiting_.equal_range(outcome.execution);
  for (auto at = first; at != last; ++at) {
    TriggerOutcome told = outcome;
    told.duplicate = at->second.known.duplicate;
    told.memo = at->second.known.memo;
    at->second.caller.answer(std::move(told), batch);
  }
  waiting_.erase(first, last);
}

void ReplyMap::expire(MonotonicTime now, AnswerBatch& batch) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto [first, last] = waiting_.equal_range(deadlines_.begin()->second);
    for (auto at = first; at != last;) {
      if (at->second.deadline > now) {
        ++at;
        continue;
      }
      at->second.known.deadline_passed = true;
      at->second.caller.answer(std::move(at->second.known), batch);
      at = waiting_.erase(at);
    }
    deadlines_.erase(deadlines_.begin());
  }
}

void ReplyMap::give_up(const ExecutionId& run, AnswerBatch& batch) {
  const auto [first, last] = waiting_.equal_range(run);
  for (auto at = first; at != last; ++at) {
    at->second.known.deadline_passed = true;
    at->second.caller.answer(std::move(at->second.known), batch);
  }
  waiting_.erase(first, last);
}

void ReplyMap::fail_all(const Error& error, AnswerBatch& batch) {
  for (auto& [id, waiting] : waiting_) waiting.caller.answer(error, batch);
  waiting_.clear();
  deadlines_.clear();
}

std::optional<MonotonicTime> ReplyMap::next_deadline() const {
  if (waiting_.empty() || deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

}  // namespace millrace::actors
