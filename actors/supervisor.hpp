// The owner of a partition's live executions: begins them, brings parked ones back when they are
// due, and resumes at start what was open when the process ended. Above the bound on live runs,
// triggers wait here (the gate counts them) and wakes wait in their table.
#pragma once

#include "actors/execution.hpp"

#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace millrace::actors {

struct SupervisorState {
  static inline const char* name = "supervisor";
  explicit SupervisorState(supervisor_actor::pointer actor) : self(actor) {}

  void admit(AdmissionPtr admission);
  void on_control(ControlPtr control);
  void on_entered(const Entered& entered);
  void on_left(const Left& left);
  void on_due(const TimerRow& row);
  void on_loaded(LoadedRunPtr loaded);
  void on_open_runs(const OpenRuns& open);
  void on_held(const ExecutionId& id);
  void on_room();
  void resume();
  void drain();
  void stop();
  /// Begins, resumes and wakes while there is room.
  void pump();

  supervisor_actor::pointer self;
  House* house = nullptr;
  Partition partition{};
  /// The house stands still: triggers are journaled, controls obeyed, and nothing else is done.
  bool held = false;

 private:
  /// Without an actor it is being loaded; or it was found open while nobody here was to bring it
  /// back: then its first turn has just been committed, and Entered is under way.
  struct Run {
    execution_actor execution;
    LiveSlot slot;
    std::optional<TimerRow> row;       ///< what woke it
    std::optional<TimerRow> missed;    ///< came due while it was here: looked at when it has left
    bool visit = false;                ///< loaded for a control alone
    std::uint64_t load = 0;            ///< number of the load that is awaited
    std::vector<ControlPtr> controls;  ///< some may be taken
  };
  /// A run that is open on disk, and the timer row that it was woken by.
  struct Reload {
    ExecutionId id;
    std::optional<TimerRow> row;
  };
  bool waits() const;
  bool may_begin() const;
  void took_wake();
  void begin(AdmissionPtr admission, LiveSlot slot);
  void load(const ExecutionId& id, std::optional<TimerRow> row, LiveSlot slot);
  void load_for(ControlPtr control, LiveSlot slot);
  void attach(Run& run, ControlPtr control);
  void start(Run& run, LoadedRunPtr loaded);
  void give_up(Run& run, const Error& error);
  std::optional<Reload> take_reload(const ExecutionId& id);
  void bring_back(const ExecutionId& id);

  std::unordered_map<ExecutionId, Run> runs;  ///< all but those still in their first turn
  std::deque<AdmissionPtr> admissions;
  std::deque<TimerRow> wakes;
  std::deque<Reload> reloads;       ///< open on disk: at start, or since a commit failed
  std::deque<ControlPtr> controls;  ///< for runs that have no actor
  /// Journaled while the house stood still, and not back yet: no trigger begins before them.
  std::unordered_set<ExecutionId> returning;
  std::uint64_t last_load = 0;
  bool started = false;        ///< the open runs were read
  bool gathering = false;      ///< they are read again, and nothing is done meanwhile
  bool triggers_turn = false;  ///< wakes and triggers take turns
  bool draining = false;
  bool stopping = false;
};

supervisor_actor::behavior_type supervisor(supervisor_actor::stateful_pointer<SupervisorState> self,
                                           House* house, Partition partition);

}  // namespace millrace::actors
