// Names of this room, for headers that need no more than the name.
#pragma once

#include <memory>

namespace millrace {
struct CallReturned;
}

namespace millrace::actors {

class AnswerBatch;
class CallQueue;
class Gate;
class LiveRuns;
class LiveSlot;
class ReplyMap;
class Ring;
class TimerHeap;
struct House;

// Mail; explained in messages.hpp.
struct Admission;
struct Append;
struct Arm;
struct CallDone;
struct CallTask;
struct CancelRefused;
struct ChangeRequest;
struct ControlAnswer;
struct ControlRequest;
struct DebounceTold;
struct DebouncesRequest;
struct Disarm;
struct DrainRequest;
struct Due;
struct Entered;
struct FeedBatch;
struct Held;
struct Left;
struct LoadedDebounce;
struct LoadedDebounces;
struct LoadedRun;
struct LoadedTimers;
struct LoadedSchedules;
struct LookUpRequest;
struct LookedUp;
struct NotCommitted;
struct OpenRuns;
struct RunRequest;
struct ScheduleTold;
struct ScheduledRunEnded;
struct SchedulesRequest;
struct TimerRequest;
struct Wake;

template <class T>
using Parcel = std::shared_ptr<T>;  ///< handed over: the receiver is its only owner

using AdmissionPtr = Parcel<Admission>;
using AppendPtr = Parcel<Append>;
using CallReturnedPtr = Parcel<CallReturned>;
using ChangeRequestPtr = Parcel<ChangeRequest>;
using ControlAnswerPtr = Parcel<ControlAnswer>;
/// Kept by the supervisor until the execution says that it took it.
using ControlPtr = std::shared_ptr<ControlRequest>;
using FeedBatchPtr = std::shared_ptr<const FeedBatch>;
using LoadedDebouncePtr = Parcel<LoadedDebounce>;
using LoadedDebouncesPtr = std::shared_ptr<const LoadedDebounces>;
using LoadedRunPtr = Parcel<LoadedRun>;
using LoadedSchedulesPtr = std::shared_ptr<const LoadedSchedules>;
using LoadedTimersPtr = std::shared_ptr<const LoadedTimers>;
using LookedUpPtr = std::shared_ptr<const LookedUp>;
using OpenRunsPtr = std::shared_ptr<const OpenRuns>;
using RingPtr = std::shared_ptr<Ring>;

}  // namespace millrace::actors
