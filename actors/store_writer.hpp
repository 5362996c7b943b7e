// The one committer. Group commit without a clock: the first turn of a batch makes the writer send
// itself a flush, which lands behind all mail already queued, so a batch is «whatever was waiting».
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"
#include "actors/reply_map.hpp"

namespace millrace::actors {

struct StoreWriterState {
  static inline const char* name = "store_writer";
  explicit StoreWriterState(store_writer_actor::pointer actor) : self(actor) {}

  void add(AppendPtr append);
  void add(ChangeRequestPtr request);
  void flush();
  void probe();
  void tick();
  void on_looked_up(const LookedUp& found);
  void stop();

  store_writer_actor::pointer self;
  House* house = nullptr;

 private:
  /// What must happen after the commit, beside the write in `batch` at the same place: exactly one
  /// is set.
  struct Pending {
    AppendPtr append;
    ChangeRequestPtr change;
  };
  void opened();
  void settle(std::uint64_t commit);
  void settle_change(ChangeWrite& write, ChangeRequest& request, AnswerBatch& answers);
  void settle_turn(const TurnWrite& write, Append& append, AnswerBatch& answers);
  void settle_lost(const TurnWrite& write, Append& append, AnswerBatch& answers);
  void join_winner(const TurnWrite& write, Admission& admission, AnswerBatch& answers);
  void publish(std::uint64_t commit);
  void fail_batch(const Error& error);
  void judge(const Error& error);
  void arm_tick();

  std::vector<Write> batch;
  std::vector<Pending> pending;
  ReplyMap replies;
  std::optional<MonotonicTime> tick_at;
};

/// `detached` in production: it blocks in the disk. Pooled under the test scheduler.
store_writer_actor::behavior_type store_writer(
    store_writer_actor::stateful_pointer<StoreWriterState> self, House* house);

}  // namespace millrace::actors
