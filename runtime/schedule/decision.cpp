// First every slot that has come is put in line or given up; then the head of the line begins.
#include "runtime/schedule/decision.hpp"

#include "runtime/base/limits.hpp"

#include <algorithm>
#include <limits>

namespace millrace {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

struct DueSlot {
  Slot slot;
  Timestamp due;
};

class DueSlots {
 public:
  DueSlots(const Schedule& schedule, std::string_view seed, Timestamp seen, Timestamp now)
      : schedule_(schedule), seed_(seed), now_(now) {
    const Timestamp window = now - schedule.catch_up_window - schedule.jitter;
    const Slot from = floor<seconds>(std::max(seen, window));
    if (collect(from, limits::schedule_slots_considered_max)) return;
    // A second holds one slot at most, so what follows is bounded by the seconds.
    const DueSlot newest = slots_.back();
    passed_ = slots_.size();
    const Slot late =
        floor<seconds>(now - schedule.jitter) - seconds{limits::schedule_slots_considered_max};
    slots_.clear();
    collect(std::max(newest.slot, late), std::numeric_limits<std::size_t>::max());
    if (slots_.empty()) {
      slots_.push_back(newest);
      --passed_;
    }
  }

  std::optional<Slot> newest() const {
    return slots_.empty() ? std::nullopt : std::optional(slots_.back().slot);
  }

  /// Leaves what the catch-up policy keeps.
  void judge() {
    const Timestamp punctual = now_ - limits::schedule_punctual;
    const bool late = passed_ > 0 || (!slots_.empty() && slots_.front().due < punctual);
    if (!late) return;
    std::size_t kept = 0;
    switch (schedule_.catch_up) {
      case CatchUp::none:
        kept = static_cast<std::size_t>(std::ranges::count_if(
            slots_, [punctual](const DueSlot& slot) { return slot.due >= punctual; }));
        break;
      case CatchUp::latest:
        kept = std::min<std::size_t>(slots_.size(), 1);
        break;
      case CatchUp::all:
        kept = std::min(slots_.size(), limits::schedule_waiting_max);
        break;
    }
    const std::size_t given_up = slots_.size() - kept;
    slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(given_up));
    passed_ += given_up;
  }

  const std::vector<DueSlot>& slots() const { return slots_; }
  std::size_t passed() const { return passed_; }
  std::optional<Timestamp> wake() const { return wake_; }

 private:
  /// False: there are more than `count_max`.
  bool collect(Slot behind, std::size_t count_max) {
    while (const auto next = schedule_.next_slot(behind)) {
      const Timestamp due = due_at(schedule_, seed_, *next);
      if (due > now_) {
        wake_ = due;
        return true;
      }
      if (slots_.size() == count_max) return false;
      slots_.push_back({*next, due});
      behind = *next;
    }
    return true;
  }

  const Schedule& schedule_;
  const std::string_view seed_;
  const Timestamp now_;
  std::vector<DueSlot> slots_;
  std::size_t passed_ = 0;  ///< that will not be run
  std::optional<Timestamp> wake_;
};

/// How many slots may stand in line behind a run that goes on.
std::size_t line_max(Overlap overlap) {
  switch (overlap) {
    case Overlap::skip:
      return 0;
    case Overlap::queue_one:
    case Overlap::cancel_other:
      return 1;
    case Overlap::allow:
    case Overlap::queue_all:
      return limits::schedule_waiting_max;
  }
  return 0;
}

void add_missed(ScheduleProgress& progress, std::size_t count) {
  const std::size_t sum = progress.missed + count;
  progress.missed = static_cast<std::uint32_t>(
      std::min<std::size_t>(sum, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

ScheduleDecision decide(const Schedule& schedule, std::string_view seed,
                        const ScheduleProgress& progress, Timestamp now, bool live) {
  DueSlots due(schedule, seed, progress.seen, now);
  ScheduleDecision decision;
  decision.wake = due.wake();
  ScheduleProgress& after = decision.after;
  after = progress;
  if (const auto newest = due.newest()) after.seen = *newest;
  due.judge();
  add_missed(after, due.passed());
  const bool replaces = schedule.overlap == Overlap::cancel_other;
  const std::size_t room = replaces ? 1 : line_max(schedule.overlap) + (live ? 0 : 1);
  for (const DueSlot& slot : due.slots()) {
    if (replaces && !after.waiting.empty()) {
      after.waiting.back() = slot.slot;
      add_missed(after, 1);
    } else if (after.waiting.size() < room) {
      after.waiting.push_back(slot.slot);
    } else {
      add_missed(after, 1);
    }
  }
  const bool may_begin = !live || schedule.overlap == Overlap::allow;
  decision.cancel = replaces && live && !after.waiting.empty();
  if (after.waiting.empty() || !may_begin) return decision;
  decision.fire = ScheduleFire{after.waiting.front(), after.missed};
  after.waiting.erase(after.waiting.begin());
  after.missed = 0;
  return decision;
}

}  // namespace millrace
