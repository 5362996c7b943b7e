// Callers that wait for the answer or the end of a run, by execution; several may wait for one.
// Owned by the store writer. No actor in here.
#pragma once

#include "actors/answers.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/ports/gateway.hpp"

#include <map>
#include <optional>
#include <unordered_map>

namespace millrace::actors {

class ReplyMap {
 public:
  /// `known` is what the caller is told when the deadline passes first; an answer fills in the
  /// rest.
  void wait(TriggerOutcome known, MonotonicTime deadline, Caller<TriggerOutcome> caller);
  /// The run `outcome.execution` has answered or ended: everybody who waits for it is told.
  void deliver(const TriggerOutcome& outcome, AnswerBatch& batch);
  /// Answers those whose deadline is at or before `now` with what is known and `deadline_passed`.
  void expire(MonotonicTime now, AnswerBatch& batch);
  /// Nothing will come of this run any more that could be told: as if the deadline had passed.
  void give_up(const ExecutionId& run, AnswerBatch& batch);
  void fail_all(const Error& error, AnswerBatch& batch);

  bool empty() const { return waiting_.empty(); }
  std::optional<MonotonicTime> next_deadline() const;

 private:
  using Deadlines = std::multimap<MonotonicTime, ExecutionId>;
  struct Waiting {
    TriggerOutcome known;
    Deadlines::iterator deadline;
    Caller<TriggerOutcome> caller;
  };
  using WaitingMap = std::unordered_multimap<ExecutionId, Waiting>;
  WaitingMap::iterator give_up(WaitingMap::iterator at, AnswerBatch& batch);

  WaitingMap waiting_;
  Deadlines deadlines_;  ///< one for each in waiting_
};

}  // namespace millrace::actors
