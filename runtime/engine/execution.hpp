// The state machine of one execution: a pure function of state and event. It returns a turn: the
// record to commit, and the calls to make once it is committed. No clock, no chance, no storage, no
// actor in here.
#pragma once

#include "runtime/engine/record.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace millrace {

/// A call to perform after the commit of the turn that opened it.
struct CallEffect {
  NodeRunKey run;
  int attempt = 1;
  CallRequest request;
};

/// An outside call has come back. Ignored when its run or attempt is over.
struct CallReturned {
  NodeRunKey run;
  int attempt = 1;
  CallResult result;
};
/// It is `now`: whatever is due fires (sleeps, retries, the run's own caps).
struct Woken {};
/// Go on after a turn that stopped at its budget.
struct Continued {};
/// Somebody asks to cancel, pause or resume the run. Nothing changes when it is so already.
struct ControlAsked {
  Control what = Control::cancel;
};
using Event = std::variant<CallReturned, Woken, Continued, ControlAsked>;

struct Turn {
  TurnRecord record;
  std::vector<CallEffect> calls;
  std::vector<LogLine> logs;
  std::optional<Answer>
      answer;               ///< a `respond` node spoke in this turn (first one of the run only)
  bool unfinished = false;  ///< the budget ended: commit, then send Continued
  /// The event changed nothing (stale): nothing to commit.
  bool empty() const { return record.changes.empty(); }
};

/// What `env` means in expressions: shared by all runs of the process.
using EnvPtr = std::shared_ptr<const Json>;

class Execution {
 public:
  /// `env` is the operator's table of that name, an object; null: none. It is no part of the state.
  Execution(ExecutionId id, ProgramPtr program, EnvPtr env = nullptr);
  ~Execution();
  Execution(Execution&&) noexcept;
  Execution& operator=(Execution&&) noexcept;

  /// The first turn. `jitter` in [0, 1) is the turn's chance, for retries.
  Turn begin(const Trigger& trigger, Timestamp now, double jitter);
  /// Begins without running anything: the turn is unfinished, and the run pending until Continued.
  Turn accept(const Trigger& trigger, Timestamp now);
  Turn handle(const Event& event, Timestamp now, double jitter);

  /// Applies a committed record, as begin() and handle() did when they made it. Records come in
  /// turn order.
  Result<void> replay(const TurnRecord& record);

  /// The state as bytes (format version first), and back. Errors: corrupt.
  std::string snapshot() const;
  static Result<Execution> restore(ExecutionId id, ProgramPtr program, std::string_view bytes,
                                   EnvPtr env = nullptr);

  /// Every call that is open now, to be issued again after a restart (of a paused run: when it is
  /// resumed).
  std::vector<CallEffect> open_calls() const;
  /// When Woken must come at the latest; nothing: no time is waited for.
  std::optional<Timestamp> next_wake() const;
  /// Tokens are ready to run without any event: a turn ended at its budget. Never of a paused run.
  bool has_ready() const;

  RunStatus status() const;
  bool waiting() const;  ///< nothing runs and no call is open: the API's substatus `waiting`
  bool paused() const;
  std::uint32_t turns() const;  ///< turns made so far
  std::uint32_t node_runs() const;
  Timestamp started() const;
  const std::optional<NodeError>& error() const;
  /// JSON text of the run's output; empty: none or not ended.
  const std::string& output() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace millrace
