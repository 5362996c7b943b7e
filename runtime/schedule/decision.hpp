// What a schedule does now: which slots have come, which of them are run, which one begins. Pure:
// the durable progress comes in, and goes out changed.
#pragma once

#include "runtime/schedule/schedule.hpp"

#include <cstdint>

namespace millrace {

/// How far a schedule has come; on disk beside its flow.
struct ScheduleProgress {
  Timestamp seen{};           ///< slots up to here are decided: run, waiting, or missed
  std::uint32_t missed = 0;   ///< slots given up since the last run began
  std::vector<Slot> waiting;  ///< to be run, oldest first
  bool operator==(const ScheduleProgress&) const = default;
};

struct ScheduleFire {
  Slot slot;
  std::uint32_t missed = 0;  ///< slots given up since the run before it began
  bool operator==(const ScheduleFire&) const = default;
};

struct ScheduleDecision {
  std::optional<ScheduleFire> fire;  ///< begins now; one at most, then decide again
  /// The run that goes on is in the way of what waits: cancel it, once `after` is durable.
  bool cancel = false;
  ScheduleProgress after;         ///< holds once the fire, if there is one, is durable
  std::optional<Timestamp> wake;  ///< when the next slot is due
};

/// `live`: the run of an earlier slot goes on. A slot that is late by more than
/// limits::schedule_punctual makes the catch-up policy judge all that is due: `none` keeps what is
/// late by less, `latest` the newest, `all` everything within the window. What is kept meets the
/// overlap policy in order; under `cancel_other` the newest slot takes the place of what waits,
/// since each of the others would be cancelled by the next. Lines and counts are bounded by
/// limits.hpp.
ScheduleDecision decide(const Schedule& schedule, std::string_view seed,
                        const ScheduleProgress& progress, Timestamp now, bool live);

}  // namespace millrace
