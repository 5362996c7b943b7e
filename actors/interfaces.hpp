// Every actor of the house: one alias each, one comment per message. Internal to this room.
// Mail is one-way throughout: an actor that serves many holds no request per execution, because CAF
// 0.17 searches open requests in a line, and an answered request leaves its timeout behind.
#pragma once

#include "actors/fwd.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/ports/journal.hpp"

#include <caf/atom.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace millrace::actors {

/// Letters, digits and underscore, ten at most: every other sign encodes as zero.
namespace atom {
using committed = caf::atom_constant<caf::atom("committed")>;
using drain = caf::atom_constant<caf::atom("drain")>;
using flush = caf::atom_constant<caf::atom("flush")>;
using probe = caf::atom_constant<caf::atom("probe")>;
using resume = caf::atom_constant<caf::atom("resume")>;
using room = caf::atom_constant<caf::atom("room")>;
using settle = caf::atom_constant<caf::atom("settle")>;
using stop = caf::atom_constant<caf::atom("stop")>;
using taken = caf::atom_constant<caf::atom("taken")>;
using tick = caf::atom_constant<caf::atom("tick")>;
using writable = caf::atom_constant<caf::atom("writable")>;
}  // namespace atom

using execution_actor = caf::typed_actor<
    // A call came back; stale ones are ignored by the engine.
    caf::reacts_to<CallReturnedPtr>,
    // A short wait of a live run is over.
    caf::reacts_to<Wake>,
    // Cancel, pause or resume it; goes before everything else that waits.
    caf::reacts_to<ControlPtr>,
    // Its uncommitted turn is durable: effects may follow.
    caf::reacts_to<atom::committed>,
    // Its uncommitted turn is not, and will not be.
    caf::reacts_to<NotCommitted>,
    // Leave as soon as no turn is uncommitted; what is open stays open on disk.
    caf::reacts_to<atom::stop>>;

using supervisor_actor = caf::typed_actor<
    // A trigger that the gate let in.
    caf::reacts_to<AdmissionPtr>,
    // Cancel, pause or resume a run of this partition, live or parked.
    caf::reacts_to<ControlPtr>,
    // An execution outlives its first turn; from here until Left it stands in the table.
    caf::reacts_to<Entered>,
    // An execution that stood in the table has ended its actor.
    caf::reacts_to<Left>,
    // The timer row of a parked run is due.
    caf::reacts_to<Due>,
    // A run that was asked of the store reader.
    caf::reacts_to<LoadedRunPtr>,
    // The open runs of this partition, read at start and when the house is resumed.
    caf::reacts_to<OpenRunsPtr>,
    // A turn that was journaled while the house stood still is durable: bring its run to life.
    caf::reacts_to<Held>,
    // The house stands still no longer.
    caf::reacts_to<atom::resume>,
    // A live run has ended somewhere while this supervisor waited for room.
    caf::reacts_to<atom::room>,
    // The disk takes writes again: bring back what waits on the reload list.
    caf::reacts_to<atom::writable>,
    // Begin nothing new.
    caf::reacts_to<atom::drain>,
    // Send every execution home.
    caf::reacts_to<atom::stop>>;

using store_writer_actor = caf::typed_actor<
    // Make one turn durable. The turn carries whom to tell once its batch is synced.
    caf::reacts_to<AppendPtr>,
    // A change of the catalogue, in the same order and batch as turns.
    caf::reacts_to<ChangeRequestPtr>,
    // What became of the first run of a key that a waiting caller used again.
    caf::reacts_to<LookedUpPtr>,
    // INTERNAL: close the open batch.
    caf::reacts_to<atom::flush>,
    // INTERNAL: is there space again?
    caf::reacts_to<atom::probe>,
    // INTERNAL: answer the callers whose deadline has passed.
    caf::reacts_to<atom::tick>,
    // Nothing more comes: close the batch, answer all callers, tell the steward.
    caf::reacts_to<atom::stop>>;

using store_reader_actor = caf::typed_actor<
    // Load one run for its supervisor.
    caf::reacts_to<RunRequest>,
    // What has become of a run, for the writer.
    caf::reacts_to<LookUpRequest>,
    // Load the next window of timer rows for a timer keeper.
    caf::reacts_to<TimerRequest>,
    // Read the published schedules, or one that changed, for cron.
    caf::reacts_to<SchedulesRequest>,
    // Read the windows of debounced events, or one of them with its event, for the debouncer.
    caf::reacts_to<DebouncesRequest>,
    // Read the open runs of a partition for its supervisor.
    caf::reacts_to<Partition>>;

using timer_keeper_actor = caf::typed_actor<
    // A live run waits; replaces what it waited for before.
    caf::reacts_to<Arm>,
    // A live run waits no longer.
    caf::reacts_to<Disarm>,
    // A timer row of a parked run has become durable.
    caf::reacts_to<TimerRow>,
    // The window that was asked of the store reader.
    caf::reacts_to<LoadedTimersPtr>,
    // The supervisor has dealt with one Due.
    caf::reacts_to<atom::taken>,
    // INTERNAL: the one armed CAF timer; an older generation is ignored.
    caf::reacts_to<atom::tick, std::uint64_t>>;

using cron_actor = caf::typed_actor<
    // The published schedules, or one of them that was changed.
    caf::reacts_to<LoadedSchedulesPtr>,
    // A fire or a note has been committed, or was refused.
    caf::reacts_to<ScheduleTold>,
    // A run that a schedule began has ended, later than with its first turn.
    caf::reacts_to<ScheduledRunEnded>,
    // A run that a newer slot is to replace goes on: ask again later.
    caf::reacts_to<CancelRefused>,
    // The house stands still no longer.
    caf::reacts_to<atom::resume>,
    // INTERNAL: the one armed CAF timer; an older generation is ignored.
    caf::reacts_to<atom::tick, std::uint64_t>>;

using debouncer_actor = caf::typed_actor<
    // The windows that were open at start.
    caf::reacts_to<LoadedDebouncesPtr>,
    // An event has been committed to its window.
    caf::reacts_to<DebounceWindow>,
    // A window whose pause is over, with its last event.
    caf::reacts_to<LoadedDebouncePtr>,
    // A run has begun with it, or was refused.
    caf::reacts_to<DebounceTold>,
    // The house stands still no longer.
    caf::reacts_to<atom::resume>,
    // INTERNAL: the one armed CAF timer; an older generation is ignored.
    caf::reacts_to<atom::tick, std::uint64_t>>;

using node_worker_actor = caf::typed_actor<
    // A committed call to perform when there is room.
    caf::reacts_to<CallTask>,
    // INTERNAL: the outside has answered.
    caf::reacts_to<CallDone>>;

using event_hub_actor = caf::typed_actor<
    // A new subscriber.
    caf::reacts_to<RingPtr>,
    // The turns of one commit.
    caf::reacts_to<FeedBatchPtr>>;

using steward_actor = caf::typed_actor<
    // Begin the ordered end.
    caf::reacts_to<DrainRequest>,
    // The last trigger or the last live run may have gone: look again.
    caf::reacts_to<atom::settle>,
    // INTERNAL: patience is over.
    caf::reacts_to<atom::tick>,
    // The writer has answered everyone.
    caf::reacts_to<atom::stop>>;

}  // namespace millrace::actors
