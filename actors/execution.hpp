// The actor of one live run: feeds events to its engine state, has at most one uncommitted turn,
// and acts only on what is committed. Ends with its run, or when the run parks.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"

#include <deque>

namespace millrace::actors {

/// What an execution starts from: a trigger, or a run loaded from disk.
struct Start {
  AdmissionPtr admission;
  LoadedRunPtr loaded;
  std::optional<Timestamp> due;  ///< of the timer row that woke the loaded run
  std::vector<ControlPtr> controls;
  LiveSlot slot;
  bool held = false;  ///< the house stands still: journal and controls, nothing else
};
using StartPtr = std::shared_ptr<Start>;

struct ExecutionState {
  static inline const char* name = "execution";
  explicit ExecutionState(execution_actor::pointer actor) : self(actor) {}

  void start(House& shared, Start from);
  void on_call(CallReturned result);
  void on_wake(Timestamp due);
  void on_control(ControlPtr control);
  void on_committed();
  void on_not_committed(bool reload);
  void on_stop();
  void on_exception();
  bool gone = false;  ///< has quit: a behavior set now would bring the actor back

 private:
  /// An event, and the instant that it must at least be when the engine sees it.
  struct Pending {
    Event event;
    Timestamp at_least{};
  };
  void begin(AdmissionPtr admission);
  void resume(LoadedRun& loaded, std::optional<Timestamp> due);
  void wake_or_leave(std::optional<Timestamp> due);
  Result<void> restore(const StoredRun& run, const ProgramPtr& program);
  void handle(Pending pending);
  void handle_control();
  void refuse_controls(const Error& error);
  void commit(Turn turn, AdmissionPtr admission, ControlAnswerPtr control = nullptr);
  TurnWrite make_write(Turn& turn, bool parks);
  void refresh_summary(Timestamp at);
  void go_on();
  void rest();
  void issue(std::vector<CallEffect> effects);
  void arm_wake();
  void leave(bool reload = false);
  double jitter() const;

  execution_actor::pointer self;
  House* house = nullptr;
  LiveSlot slot;
  std::optional<Execution> engine;
  ExecutionSummary summary;
  std::deque<Pending> inbox;
  std::vector<ControlPtr> controls;  ///< go before the inbox; nearly always empty
  std::vector<CallEffect> effects;   ///< of the uncommitted turn
  std::optional<Timestamp> armed;
  std::optional<Timestamp> was_wake;  ///< of the timer row that stands on disk
  std::size_t calls_open = 0;
  bool was_parked = false;
  bool visiting = false;  ///< a parked run that was loaded before its time: its timer row stands
  bool withheld = false;  ///< its open calls are not issued before it is resumed
  bool uncommitted = false;
  bool unfinished = false;
  bool held = false;      ///< as in Start
  bool leaves = false;    ///< nothing is left to do after the commit
  bool returns = false;   ///< leaves while it is open: to be brought back when the house goes on
  bool in_table = false;  ///< the supervisor knows this actor
  bool stopping = false;
};

/// Owned by nobody: it ends itself. Its first turn runs when it is first scheduled, without mail.
execution_actor::behavior_type execution(execution_actor::stateful_pointer<ExecutionState> self,
                                         House* house, StartPtr start);

}  // namespace millrace::actors
