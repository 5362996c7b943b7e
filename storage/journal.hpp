// The port Journal on our tables: one commit is one atomic, durable write of every row that its
// turns and changes call for.
#pragma once

#include "runtime/base/time.hpp"
#include "runtime/ports/journal.hpp"
#include "storage/catalogue.hpp"
#include "storage/changes.hpp"
#include "storage/dedup.hpp"
#include "storage/key_value.hpp"
#include "storage/log_buckets.hpp"
#include "storage/turn_rows.hpp"

#include <atomic>

namespace millrace::storage {

/// commit() and probe() belong to the committer's thread, the rest may run beside them on any.
class TurnJournal : public Journal {
 public:
  TurnJournal(KeyValue& tables, Catalogue& catalogue, LogBuckets& buckets, const Clock& clock)
      : tables_(tables),
        catalogue_(catalogue),
        buckets_(buckets),
        clock_(clock),
        clocks_(clock),
        dedup_(tables),
        schedules_(tables),
        debounces_(tables),
        turns_(tables, dedup_, schedules_, debounces_) {}

  /// Reads where the last commit left off. Before all else.
  Result<void> start();

  /// A batch of which nothing is to be written (duplicates, refused changes) is not written, and
  /// answers the number of the last commit.
  Result<std::uint64_t> commit(std::span<Write> batch) override;
  bool probe() override;
  Result<std::vector<ExecutionId>> open_runs(Partition partition) override;
  Result<StoredRun> load(ExecutionId execution) override;
  Result<StoredRun> load_ended(WorkspaceNumber workspace, ExecutionId execution) override;
  Result<std::vector<TimerRow>> timers(Partition partition, Timestamp from,
                                       std::size_t count_max) override;
  Result<std::vector<StoredSchedule>> schedules(std::optional<FlowId> only) override;
  Result<std::vector<DebounceWindow>> debounces() override { return read_debounces(tables_); }
  Result<std::optional<StoredDebounce>> debounce(const DebounceName& name) override;
  Result<ProgramPtr> program(FlowId flow, std::uint32_t version) override {
    return catalogue_.program(flow, version);
  }

  std::uint64_t last_milliseconds() const { return last_milliseconds_; }

 private:
  Result<void> put(Write& write, Changes& changes);
  void put_feed(std::uint64_t commit, std::uint64_t last_milliseconds, Timestamp now);
  /// Erases a few rows of the feed that are past, now and then: never the newest.
  void purge_feed(Timestamp now);
  Error give_up(Error error);
  void forget_batch();

  KeyValue& tables_;
  Catalogue& catalogue_;
  LogBuckets& buckets_;
  const Clock& clock_;
  ClockAgreement clocks_;
  Dedup dedup_;
  ScheduleRows schedules_;
  DebounceRows debounces_;
  TurnRows turns_;
  std::uint64_t commit_ = 0;
  std::uint64_t feed_begin_ = 0;        ///< no row of the feed lies before this commit
  std::uint64_t commits_unpurged_ = 0;  ///< since feed rows were last looked through
  bool stale_ = false;  ///< memory may differ from the tables since they were opened again
  std::atomic<std::uint64_t> last_milliseconds_{0};
  std::string value_;
};

}  // namespace millrace::storage
