// The owner of a partition's live executions: begins them, brings parked ones back when they are
// due, and resumes at start what was open when the process ended. Above the bound on live runs,
// triggers wait here (the gate counts them) and wakes wait in their table.
#pragma once

#include "actors/execution.hpp"

#include <deque>
#include <unordered_map>

namespace millrace::actors {

struct SupervisorState {
  static inline const char* name = "supervisor";
  explicit SupervisorState(supervisor_actor::pointer actor) : self(actor) {}

  void admit(AdmissionPtr admission);
  void on_entered(const Entered& entered);
  void on_left(const Left& left);
  void on_due(const TimerRow& row);
  void on_loaded(LoadedRunPtr loaded);
  void on_open_runs(const OpenRuns& open);
  void on_room();
  void drain();
  void stop();
  /// Begins, resumes and wakes while there is room.
  void pump();

  supervisor_actor::pointer self;
  House* house = nullptr;
  Partition partition{};

 private:
  /// Being loaded while it has no actor.
  struct Run {
    execution_actor execution;
    LiveSlot slot;
    std::optional<TimerRow> row;
  };
  bool waits() const;
  void took_wake();
  void begin(AdmissionPtr admission, LiveSlot slot);
  void load(const ExecutionId& id, std::optional<TimerRow> row, LiveSlot slot);

  std::unordered_map<ExecutionId, Run> runs;  ///< all but those still in their first turn
  std::deque<AdmissionPtr> admissions;
  std::deque<TimerRow> wakes;
  std::deque<ExecutionId> reloads;  ///< open on disk: at start, or since a commit failed
  bool triggers_turn = false;       ///< wakes and triggers take turns
  bool draining = false;
  bool stopping = false;
};

supervisor_actor::behavior_type supervisor(supervisor_actor::stateful_pointer<SupervisorState> self,
                                           House* house, Partition partition);

}  // namespace millrace::actors
