// When a schedule is due: its slots, one after the other, in real time. Pure. Sources: contracts
// «Triggers»; cron(8) of cronie for daylight saving time.
#pragma once

#include "runtime/base/time.hpp"
#include "runtime/schedule/cron.hpp"
#include "runtime/schedule/zone.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace millrace {

/// What happens to a slot that comes while the run of an earlier one goes on. `cancel_other`: that
/// run is cancelled, and the slot's begins when it has ended.
enum class Overlap : std::uint8_t {
  allow = 1,
  skip = 2,
  queue_one = 3,
  queue_all = 4,
  cancel_other = 5
};

/// Which of the slots that passed unnoticed (the process was down, the clock jumped) are run.
enum class CatchUp : std::uint8_t { none = 1, latest = 2, all = 3 };

/// What a change of the local time by less than three hours does to an expression that names times
/// of day. `cronie`: times that are skipped are run once, at the change; times that come again are
/// run the first time only. `literal`, and every expression with `*` in a field below the day: what
/// is skipped is not run, what comes again is run again.
enum class DstRule : std::uint8_t { cronie = 1, literal = 2 };

/// The instant a fire stands for, jitter left out. A schedule fires once per slot at most.
using Slot = std::chrono::sys_seconds;

struct Schedule {
  std::optional<Cron> cron;      ///< else `every`
  std::chrono::seconds every{};  ///< counted from `start`, else from 1970-01-01T00:00:00Z
  Zone zone;
  DstRule dst = DstRule::cronie;
  std::optional<Slot> start;  ///< no slot before it
  std::optional<Slot> end;    ///< no slot behind it
  std::chrono::seconds jitter{};
  Overlap overlap = Overlap::allow;
  CatchUp catch_up = CatchUp::latest;
  std::chrono::seconds catch_up_window{};

  /// The first slot behind `after`; nothing when none comes within forty years.
  std::optional<Slot> next_slot(Slot after) const;
};

/// When the slot is to be fired: later by less than the jitter, and before the schedule's next
/// slot, so that fires keep their order. The same for the same `seed` (the flow) and slot.
Timestamp due_at(const Schedule& schedule, std::string_view seed, Slot slot);

/// The next `count` instants at which the schedule is due, from `now` on.
std::vector<Timestamp> next_fires(const Schedule& schedule, std::string_view seed, Timestamp now,
                                  std::size_t count);

}  // namespace millrace
