// The same house on real threads: its own scheduler with the quiet clock, detached writer and
// readers.
#include "actors/system.hpp"
#include "storage/memory_store.hpp"
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <condition_variable>
#include <thread>

namespace millrace::test {
namespace {

class SteadyClock : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
  }
  MonotonicTime monotonic() const override {
    return std::chrono::floor<Duration>(std::chrono::steady_clock::now());
  }
};

class LockedRandom : public Random {
 public:
  std::uint64_t next() override {
    const std::lock_guard lock(mutex_);
    return random_.next();
  }

 private:
  std::mutex mutex_;
  FakeRandom random_;
};

/// Answers each call at once, on the thread that asked.
class EagerOutbound : public Outbound {
 public:
  void perform(HttpCall, Duration, std::function<void(Result<CallReply>)> done) override {
    ++calls;
    done(CallReply{200, {}, "{}"});
  }
  std::atomic<int> calls{0};
};

class CountingSink : public ReplySink {
 public:
  void post(std::vector<std::function<void()>> answers) override {
    const std::lock_guard lock(mutex);
    for (const auto& answer : answers) answer();
    changed.notify_all();
  }
  void wait_for(const std::function<bool()>& done) {
    std::unique_lock lock(mutex);
    changed.wait(lock, done);
  }
  std::mutex mutex;
  std::condition_variable changed;
};

class ThreadsTest : public ::testing::TestWithParam<actors::SchedulerPolicy> {
 protected:
  ThreadsTest() {
    storage::Settings store_settings;
    store_settings.partitions = settings.partitions = 8;
    store_settings.background = false;
    settings.threads = 2;
    settings.policy = GetParam();
    store = storage::open_in_memory(store_settings, disk, clock, random).value();
    ids = std::make_unique<IdGenerator>(clock, random, 0);
    system = actors::System::start(settings, {store->journal(), outbound, clock, random, *ids});
    while (!system->gateway().ready()) std::this_thread::yield();
  }
  ~ThreadsTest() override { system.reset(); }

  void fire_from_two_threads(const ProgramPtr& program, int each, ResponseMode mode);

  SteadyClock clock;
  LockedRandom random;
  EagerOutbound outbound;
  CountingSink sink;
  storage::MemoryDisk disk;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<IdGenerator> ids;
  actors::Settings settings;
  std::unique_ptr<actors::System> system;
  std::set<ExecutionId> answered;  ///< under the sink's mutex
  int failed = 0;
};

ProgramPtr compiled(std::string_view definition) {
  const auto flow = compile_flow(FlowId{Id::make(1, Partition{0}, 1)}, 1, "flow", TriggerType::api,
                                 parse_json(definition).value());
  return flow.program;
}

void ThreadsTest::fire_from_two_threads(const ProgramPtr& program, int each, ResponseMode mode) {
  const auto fire = [&] {
    for (int i = 0; i < each;) {
      Trigger trigger;
      trigger.workspace = WorkspaceNumber{1};
      trigger.program = program;
      trigger.payload = parse_document("{}").value();
      const auto refused = system->gateway().submit(
          std::move(trigger), std::nullopt, mode,
          {&sink, [this](const Result<TriggerOutcome>& outcome) {
             outcome ? void(answered.insert(outcome->execution)) : void(++failed);
           }});
      refused ? std::this_thread::yield() : void(++i);
    }
  };
  std::thread other(fire);
  fire();
  other.join();
  const auto all = static_cast<std::size_t>(2 * each);
  sink.wait_for([&] { return answered.size() + static_cast<std::size_t>(failed) == all; });
}

TEST_P(ThreadsTest, EveryTriggerIsAnsweredOnceWithARunOfItsOwn) {
  fire_from_two_threads(compiled(pure), 3'000, ResponseMode::on_complete);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(answered.size(), 6'000u);
}

TEST_P(ThreadsTest, CallsGoOutAndComeBack) {
  fire_from_two_threads(compiled(calls_out()), 500, ResponseMode::on_complete);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(outbound.calls, 1'000);
}

TEST_P(ThreadsTest, DrainEndsWhileTriggersPourIn) {
  std::atomic<int> accepted{0};
  std::atomic<int> told{0};
  std::atomic<bool> refused_once{false};
  const auto program = compiled(waits_for(1));
  std::thread source([&] {
    while (!refused_once) {
      Trigger trigger;
      trigger.program = program;
      trigger.payload = parse_document("{}").value();
      const auto refused =
          system->gateway().submit(std::move(trigger), std::nullopt, ResponseMode::on_complete,
                                   {&sink, [&](const Result<TriggerOutcome>&) { ++told; }});
      refused_once = refused && refused->code == ErrorCode::unavailable;
      accepted += refused ? 0 : 1;
    }
  });
  while (accepted < 100) std::this_thread::yield();
  system->drain(Duration{0});
  source.join();
  EXPECT_EQ(told, accepted);
  EXPECT_EQ(system->live_runs(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Policies, ThreadsTest,
                         ::testing::Values(actors::SchedulerPolicy::sharing,
                                           actors::SchedulerPolicy::stealing));

}  // namespace
}  // namespace millrace::test
