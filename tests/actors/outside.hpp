// The world around the actors, in the test's hands: time, chance, the outside, the disk, and
// callers.
#pragma once

#include "runtime/ports/journal.hpp"
#include "runtime/ports/outbound.hpp"

#include <deque>
#include <map>
#include <string>

namespace millrace::test {

class FakeClock : public Clock {
 public:
  Timestamp now() const override { return wall; }
  MonotonicTime monotonic() const override { return steady; }
  void advance(Duration duration) {
    wall += duration;
    steady += duration;
  }
  Timestamp wall{std::chrono::sys_days{std::chrono::year{2026} / 5 / 9}};
  MonotonicTime steady{Duration{1'000'000}};
};

class FakeRandom : public Random {
 public:
  explicit FakeRandom(std::uint64_t seed = 1) : state_(seed) {}
  std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

/// Calls stay open until the test answers them.
class FakeOutbound : public Outbound {
 public:
  struct Open {
    HttpCall call;
    std::function<void(Result<CallReply>)> done;
  };
  void perform(HttpCall call, Duration timeout,
               std::function<void(Result<CallReply>)> done) override;
  void answer(std::size_t index, Result<CallReply> result);
  void answer_all();
  /// Values of the header, of every call there ever was, in order.
  std::vector<std::string> sent(std::string_view header) const;

  std::vector<Open> open;
  std::vector<HttpCall> all;
};

/// The store's journal, watched, and made to fail on demand.
class WatchedJournal : public Journal {
 public:
  explicit WatchedJournal(Journal& journal) : journal_(&journal) {}
  void reopen(Journal& journal) { journal_ = &journal; }

  Result<std::uint64_t> commit(std::span<Write> batch) override;
  bool probe() override;
  Result<std::vector<ExecutionId>> open_runs(Partition partition) override {
    return journal_->open_runs(partition);
  }
  Result<StoredRun> load(ExecutionId execution) override;
  Result<StoredRun> load_ended(WorkspaceNumber in, ExecutionId execution) override {
    return journal_->load_ended(in, execution);
  }
  Result<std::vector<TimerRow>> timers(Partition partition, Timestamp from,
                                       std::size_t count_max) override;
  Result<std::vector<StoredSchedule>> schedules(std::optional<FlowId> only) override {
    return journal_->schedules(only);
  }
  Result<std::vector<DebounceWindow>> debounces() override { return journal_->debounces(); }
  Result<std::optional<StoredDebounce>> debounce(const DebounceName& name) override {
    return journal_->debounce(name);
  }
  Result<ProgramPtr> program(FlowId flow, std::uint32_t version) override {
    return journal_->program(flow, version);
  }

  std::optional<Error> failure;  ///< of every commit, and no probe succeeds
  std::function<void()> before_commit;
  std::vector<TimerRow> stale_rows;  ///< told once more than the disk says
  std::size_t commits = 0;
  std::size_t loads = 0;
  std::map<ExecutionId, std::vector<TurnRecord>> turns;  ///< as committed
  std::map<ExecutionId, ExecutionSummary> summaries;

 private:
  void note(const TurnWrite& turn);
  Journal* journal_;
};

/// Runs answers at once, on the thread that posts them.
class FakeSink : public ReplySink {
 public:
  void post(std::vector<std::function<void()>> answers) override;
  std::size_t posts = 0;
};

}  // namespace millrace::test
