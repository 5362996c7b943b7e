// Storage and actors in one process, with a world outside that never answers, driven in a closed
// loop.
#pragma once

#include "actors/system.hpp"
#include "runtime/app/system_clock.hpp"
#include "runtime/app/system_random.hpp"
#include "storage/storage.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace millrace::bench {

/// Takes every call and keeps it open.
class SilentOutbound final : public Outbound {
 public:
  void perform(HttpCall, Duration, std::function<void(Result<CallReply>)> done) override;

 private:
  std::mutex mutex_;
  std::deque<std::function<void(Result<CallReply>)>> open_;
};

/// Answers wait here for the thread that drives the bench.
class QueueSink final : public ReplySink {
 public:
  void post(std::vector<std::function<void()>> answers) override;
  /// Runs what has come; blocks until something has.
  void run_some();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::function<void()>> answers_;
};

struct BenchHouse {
  app::SystemClock clock;
  app::SystemRandom random;
  QueueSink sink;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<IdGenerator> ids;
  SilentOutbound outbound;
  std::unique_ptr<actors::System> system;

  /// Ready on return. `in_flight` triggers fit its gate.
  BenchHouse(const std::string& data_dir, std::size_t in_flight);
  ~BenchHouse();

  /// Stores and publishes a flow; its compiled form.
  ProgramPtr publish(const std::string& definition);
  /// Begins `count` runs, `in_flight` at once, each acknowledged; seconds that took.
  double begin_runs(const ProgramPtr& program, std::size_t count, std::size_t in_flight);

 private:
  Result<ChangeOutcome> change(CatalogChange what);
};

/// `trigger → set → condition → end`.
std::string pure_flow();
/// The body that triggers carry; 936 bytes.
const std::string& trigger_body();
JsonDocumentPtr trigger_payload();
Trigger trigger_of(const ProgramPtr& program, const JsonDocumentPtr& payload);
/// Seconds on the monotonic clock.
double seconds();

}  // namespace millrace::bench
