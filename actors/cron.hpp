// The one who watches the clock for all schedules. What to do now is decided by runtime/schedule;
// here it is done: one fire or one note of a schedule is on its way at a time, so that its slots
// begin in order and what is durable never runs ahead of what has begun.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"

#include <set>
#include <unordered_map>
#include <utility>

namespace millrace::actors {

struct CronState {
  static inline const char* name = "cron";
  explicit CronState(cron_actor::pointer actor) : self(actor) {}

  void on_loaded(const LoadedSchedules& loaded);
  void on_told(const ScheduleTold& told);
  void on_refused(const CancelRefused& refused);
  void on_ended(const ScheduledRunEnded& ended);
  void on_resume();
  void on_tick(std::uint64_t tick_generation);

  cron_actor::pointer self;
  House* house = nullptr;

 private:
  struct Entry {
    WorkspaceNumber workspace{};
    ProgramPtr program;
    std::string seed;
    ScheduleProgress progress;       ///< as it is on disk
    std::optional<ExecutionId> run;  ///< of the last fire, while it goes on
    bool cancelling = false;         ///< that run was asked to make room
    std::uint64_t ticket = 0;        ///< of the fire or note on its way; 0: none
    ScheduleProgress offered;        ///< what holds when that one has arrived
    std::optional<Timestamp> wake;   ///< where the entry stands in `wakes`
  };
  static void take_run(Entry& entry, std::optional<ExecutionId> run);
  void take(const StoredSchedule& stored);
  void forget(FlowId flow);
  void look(FlowId flow, Entry& entry);
  void fire(FlowId flow, Entry& entry, const ScheduleFire& what);
  void note(FlowId flow, Entry& entry);
  void cancel(FlowId flow, Entry& entry);
  void look_again(FlowId flow, Entry& entry);
  std::function<void(ScheduleTold)> teller(FlowId flow, Entry& entry);
  void wake_at(FlowId flow, Entry& entry, std::optional<Timestamp> at);
  void arm_tick();

  std::unordered_map<FlowId, Entry> entries;
  std::set<std::pair<Timestamp, FlowId>> wakes;
  std::uint64_t tickets = 0;
  std::uint64_t generation = 0;
  std::optional<MonotonicTime> tick_at;
  bool reload = false;  ///< a load failed: the next tick tries again
};

cron_actor::behavior_type cron(cron_actor::stateful_pointer<CronState> self, House* house);

}  // namespace millrace::actors
