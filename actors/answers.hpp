// Answering callers: each exactly once, whatever happens, and in one post per commit and I/O
// thread.
#pragma once

#include "runtime/ports/reply.hpp"

#include <utility>
#include <vector>

namespace millrace::actors {

/// Gathers answers per sink. Posts what it holds at its end at the latest.
class AnswerBatch {
 public:
  AnswerBatch() = default;
  AnswerBatch(const AnswerBatch&) = delete;
  AnswerBatch& operator=(const AnswerBatch&) = delete;
  ~AnswerBatch() { post(); }

  void add(ReplySink* sink, std::function<void()> answer);
  void post();

 private:
  std::vector<std::pair<ReplySink*, std::vector<std::function<void()>>>> sinks_;
};

/// Someone who waits. A dropped promise is silent in CAF; a dropped Caller is answered with
/// `internal`.
template <class T>
class Caller {
 public:
  Caller() = default;
  explicit Caller(Reply<T> reply) : reply_(std::move(reply)) {}
  Caller(Caller&& other) noexcept : reply_(std::exchange(other.reply_, {})) {}
  Caller& operator=(Caller&& other) noexcept {
    Caller old(std::exchange(reply_, std::exchange(other.reply_, {})));
    return *this;
  }
  ~Caller() {
    if (waits()) answer(Error{ErrorCode::internal, "the request was dropped; try again"});
  }

  bool waits() const { return reply_.call != nullptr; }
  /// Forgets the caller without a word: it was told otherwise.
  void forget() { reply_ = {}; }

  void answer(Result<T> outcome, AnswerBatch& batch) {
    Reply<T> reply = std::exchange(reply_, {});
    batch.add(reply.sink,
              [call = std::move(reply.call), outcome = std::move(outcome)] { call(outcome); });
  }
  void answer(Result<T> outcome) {
    AnswerBatch batch;
    answer(std::move(outcome), batch);
  }

 private:
  Reply<T> reply_;
};

}  // namespace millrace::actors
