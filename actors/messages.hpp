// All mail of the house. Small, or a pointer to something that has one owner or never changes.
// One process only: CAF needs no inspection of these types, so each is whitelisted below.
#pragma once

#include "actors/answers.hpp"
#include "actors/gate.hpp"
#include "actors/interfaces.hpp"
#include "runtime/ports/event_feed.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <atomic>

namespace millrace::actors {

/// A trigger between acceptance and commit. Dropping it answers its caller and leaves the gate.
struct Admission {
  TriggerPtr trigger;
  std::optional<TriggerKey> key;
  ResponseMode mode = ResponseMode::immediate;
  MonotonicTime answer_deadline{};
  Gate::Ticket ticket;  ///< before the caller: whoever sees an empty gate knows that all were told
  Caller<TriggerOutcome> caller;
};

/// Who asked for a control. Dropping it answers him and leaves the gate.
struct ControlAnswer {
  Gate::Ticket ticket;  ///< before the caller, as in Admission
  Caller<ControlOutcome> caller;
};

/// A wish to cancel, pause or resume. The execution that takes it takes the answer out; one that
/// nobody took comes back to life when its execution has left.
struct ControlRequest {
  ExecutionId id;
  WorkspaceNumber workspace{};
  Control what = Control::cancel;
  ControlAnswer answer;
  std::atomic<bool> taken{false};
};

/// One turn on its way to the disk, with all that must happen once it is there.
struct Append {
  TurnWrite write;
  execution_actor execution;     ///< told how it went; null: it has ended with this turn
  AdmissionPtr admission;        ///< of the first turn: who waits for the commit
  ControlAnswerPtr control;      ///< who asked for what this turn did
  bool held = false;             ///< the first turn of a run that nobody goes on with yet
  std::optional<Answer> answer;  ///< for callers that wait
  std::string output;
  std::vector<LogLine> logs;  ///< written to the log once the turn is durable
};

struct ChangeRequest {
  CatalogChange change;
  Gate::Ticket ticket;
  Caller<ChangeOutcome> caller;
};

/// The turn was refused, or its batch failed. `reload`: the run is on disk as of the turn before.
struct NotCommitted {
  bool reload = false;
};

struct Entered {
  ExecutionId id;
  execution_actor execution;
};
/// Open on disk, without an actor: it was journaled while the house stood still.
struct Held {
  ExecutionId id;
};
struct Left {
  ExecutionId id;
  bool reload = false;  ///< its last turn is lost: bring it back when the disk takes writes
};

struct Arm {
  ExecutionId id;
  Timestamp due{};
  execution_actor execution;
};
struct Disarm {
  ExecutionId id;
};
struct Wake {
  Timestamp due{};  ///< what was waited for; the wall clock may have jumped and say otherwise
};
struct Due {
  TimerRow row;
};

struct RunRequest {
  ExecutionId id;
  std::uint64_t number = 0;  ///< of the load: its answer carries it back
};
struct LookUpRequest {
  ExecutionId id;
  WorkspaceNumber workspace{};
};
struct LoadedRun {
  ExecutionId id;
  std::uint64_t number = 0;
  Result<StoredRun> run = Error{};
  Result<ProgramPtr> program = Error{};
};
/// Nothing in `outcome`: the run goes on.
struct LookedUp {
  ExecutionId id;
  Result<std::optional<TriggerOutcome>> outcome = Error{};
};
struct TimerRequest {
  Partition partition{};
  Timestamp from{};
  std::size_t count_max = 0;
};
struct LoadedTimers {
  TimerRequest request;
  Result<std::vector<TimerRow>> rows = Error{};
};
struct SchedulesRequest {
  std::optional<FlowId> only;  ///< else all
};
struct LoadedSchedules {
  std::optional<FlowId> only;
  Result<std::vector<StoredSchedule>> schedules = Error{};
};
/// What became of the fire or the note that `ticket` stands for.
struct ScheduleTold {
  FlowId flow;
  std::uint64_t ticket = 0;
  bool accepted = false;
  bool known = false;                ///< the slot had begun a run earlier
  std::optional<ExecutionId> run{};  ///< that was begun and goes on
};
/// The run of an earlier slot could not be cancelled just now.
struct CancelRefused {
  FlowId flow;
  ExecutionId run;
};
struct ScheduledRunEnded {
  FlowId flow;
  ExecutionId run;
};
struct DebouncesRequest {
  std::optional<DebounceName> only;  ///< else the list of all
};
struct LoadedDebounces {
  Result<std::vector<DebounceWindow>> windows = Error{};
};
struct LoadedDebounce {
  DebounceName name;
  Result<std::optional<StoredDebounce>> stored = Error{};
};
/// What became of the run that was to begin with the window.
struct DebounceTold {
  DebounceWindow window;
  bool accepted = false;
};
struct OpenRuns {
  Result<std::vector<ExecutionId>> ids = Error{};
};

struct CallTask {
  execution_actor execution;
  std::shared_ptr<const CallEffect> effect;
};
struct CallDone {
  std::uint64_t ticket = 0;  ///< the worker's number of the call
  Parcel<Result<CallReply>> result;
};

struct FeedBatch {
  std::uint64_t commit = 0;
  std::vector<std::shared_ptr<const FeedTurn>> turns;
};

struct DrainRequest {
  Duration patience{};
};

}  // namespace millrace::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::DebounceWindow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::Partition)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::TimerRow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::AdmissionPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::AppendPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Arm)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::CallDone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::CallReturnedPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::CallTask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::CancelRefused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::ChangeRequestPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::ControlPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::DebounceTold)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::DebouncesRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Disarm)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::DrainRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Entered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::FeedBatchPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Held)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedDebouncePtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedDebouncesPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedRunPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedSchedulesPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedTimersPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LookUpRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LookedUpPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::NotCommitted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::OpenRunsPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::RingPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::RunRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::ScheduleTold)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::ScheduledRunEnded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::SchedulesRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::TimerRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Wake)
