// The house of actors as the wiring sees it: start, two ports, an ordered end. No CAF in this
// header.
#pragma once

#include "runtime/base/ids.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/random.hpp"
#include "runtime/base/time.hpp"
#include "runtime/ports/event_feed.hpp"
#include "runtime/ports/gateway.hpp"
#include "runtime/ports/journal.hpp"
#include "runtime/ports/outbound.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace caf {
class actor_system;
}

namespace millrace::actors {

/// An outgoing HTTP endpoint for messages, signed by Standard Webhooks.
struct Channel {
  std::string url;
  std::string secret;  ///< `whsec_` + base64, or raw bytes; empty: not signed
};

/// Sharing is right for short mail (one queue, one lock, wakes at once); stealing is for operators
/// to try. Testing runs everything on the caller's thread, under virtual time: for tests only.
enum class SchedulerPolicy : std::uint8_t { sharing, stealing, testing };

struct Settings {
  std::uint16_t partitions = limits::partitions_default;
  std::size_t live_runs_max = limits::live_runs_max;
  std::size_t gate_triggers_max = limits::gate_triggers_max;
  std::size_t gate_bytes_max = limits::gate_bytes_max;
  Duration park_after{limits::park_after};
  Duration sync_answer_deadline{limits::sync_answer_deadline};
  Duration idempotency_window{limits::idempotency_window};
  std::size_t calls_max = limits::calls_max;
  std::size_t calls_per_host_max = limits::calls_per_host_max;
  std::size_t timer_window = limits::timer_window;
  std::uint32_t snapshot_turns = limits::snapshot_turns;
  Duration probe_interval{1'000};  ///< between probes for space after a failed commit
  std::size_t threads = 0;         ///< of the scheduler; 0: one per core
  SchedulerPolicy policy = SchedulerPolicy::sharing;
  std::map<std::string, Channel> channels;
  /// Triggers are journaled and nothing is begun, fired, woken or called until System::resume().
  bool paused = false;
  /// An unknown channel is the console, else a `configuration` error of the node.
  bool channel_fallback_console = false;
  EnvPtr env;  ///< what `env` means in expressions: an object; null: none
  /// The disk has failed in a way that only a restart can judge (an fsync error), or an actor that
  /// must not die has: nothing is acknowledged any more and the process should exit. Runs once, on
  /// a thread of the house; must not block.
  std::function<void(const Error&)> on_fatal;
};

/// All of it outlives the System. `outbound` must have stopped calling back before the System is
/// destroyed, or never call back again.
struct Surroundings {
  Journal& journal;
  Outbound& outbound;
  const Clock& clock;
  Random& random;
  IdGenerator& ids;
};

class System {
 public:
  /// Returns at once; gateway().ready() turns true when every partition has recovered its open
  /// runs.
  static std::unique_ptr<System> start(Settings settings, Surroundings surroundings);

  /// Drains with no patience if drain() was not called. No thread of the house is left afterwards.
  ~System();
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  /// Thread-safe, as the ports say. Both live as long as the System.
  Gateway& gateway();
  EventFeed& feed();

  /// What stands still goes on; thread-safe. False: it was not paused.
  bool resume();

  /// Ordered shutdown; blocks the calling thread for `patience` and a little at most. The gate
  /// refuses at once; what is in flight goes on until it ends or parks or patience is over, the
  /// rest stays open on disk and is resumed at the next start; every waiting caller is answered.
  /// Call once, not from a reply.
  void drain(Duration patience);

  /// Executions that hold an actor now.
  std::size_t live_runs() const;
  /// Triggers accepted and not yet committed.
  std::size_t gate_triggers() const;

  /// For tests with SchedulerPolicy::testing: asks for what drain() asks, without waiting for it.
  void request_drain(Duration patience);
  bool drained() const;
  caf::actor_system& internals();

 private:
  struct State;
  explicit System(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace millrace::actors
