// Slots of a cron expression, span by span of equal offset: within one span local time is real
// time.
#include "runtime/schedule/schedule.hpp"

#include "runtime/base/crypto.hpp"

#include <algorithm>
#include <string>

namespace millrace {
namespace {

using std::chrono::seconds;

constexpr seconds horizon = std::chrono::years{40};
/// Larger changes of the local time are corrections of the clock, says cron(8).
constexpr seconds saving_change_max = std::chrono::hours{3};

LocalSeconds local_time(Slot instant, seconds offset) {
  return LocalSeconds(instant.time_since_epoch() + offset);
}

Slot real_time(LocalSeconds local, seconds offset) {
  return Slot(local.time_since_epoch() - offset);
}

class CronSearch {
 public:
  CronSearch(const Schedule& schedule, Slot last)
      : cron_(*schedule.cron),
        zone_(schedule.zone),
        heeds_changes_(schedule.dst == DstRule::cronie && schedule.cron->fixed_time()),
        last_(last) {}

  /// At or after `from`.
  std::optional<Slot> first(Slot from) const {
    while (from <= last_) {
      const ZoneSpan span = zone_.span_at(from);
      const Slot end = std::min(span.end, last_ + seconds{1});
      LocalSeconds begin = local_time(from, span.offset);
      if (heeds_changes_ && span.begin > Slot::min() + horizon) {
        const seconds before = zone_.span_at(span.begin - seconds{1}).offset;
        if (from == span.begin && skipped(span, before)) return from;
        begin = std::max(begin, first_that_is_new(span, before));
      }
      if (const auto found = cron_.first_in(begin, local_time(end, span.offset)))
        return real_time(*found, span.offset);
      from = end;
    }
    return std::nullopt;
  }

 private:
  /// Whether the change that began `span` skipped a time that the expression names.
  bool skipped(const ZoneSpan& span, seconds before) const {
    const seconds jump = span.offset - before;
    return jump > seconds{0} && jump < saving_change_max &&
           cron_.first_in(local_time(span.begin, before), local_time(span.begin, span.offset));
  }

  /// The first local time of `span` that was not there before the change that began it.
  static LocalSeconds first_that_is_new(const ZoneSpan& span, seconds before) {
    const bool repeats = before > span.offset && before - span.offset < saving_change_max;
    return local_time(span.begin, repeats ? before : span.offset);
  }

  const Cron& cron_;
  const Zone& zone_;
  const bool heeds_changes_;
  const Slot last_;
};

std::optional<Slot> next_of_interval(const Schedule& schedule, Slot after) {
  const Slot anchor = schedule.start.value_or(Slot{});
  if (after < anchor) return anchor;
  return anchor + schedule.every * ((after - anchor) / schedule.every + 1);
}

}  // namespace

std::optional<Slot> Schedule::next_slot(Slot after) const {
  if (start) after = std::max(after, *start - seconds{1});
  Slot last = after + horizon;
  if (end) last = std::min(last, *end);
  const std::optional<Slot> next =
      cron ? CronSearch(*this, last).first(after + seconds{1}) : next_of_interval(*this, after);
  return next && *next <= last ? next : std::nullopt;
}

Timestamp due_at(const Schedule& schedule, std::string_view seed, Slot slot) {
  if (schedule.jitter == seconds{0}) return slot;
  Duration room = schedule.jitter;
  if (const auto next = schedule.next_slot(slot)) room = std::min<Duration>(room, *next - slot);
  const auto number = static_cast<std::uint64_t>(slot.time_since_epoch().count());
  const auto share = stable_hash(seed, number) % static_cast<std::uint64_t>(room.count());
  return Timestamp(slot) + Duration{share};
}

std::vector<Timestamp> next_fires(const Schedule& schedule, std::string_view seed, Timestamp now,
                                  std::size_t count) {
  std::vector<Timestamp> fires;
  Slot slot = std::chrono::floor<seconds>(now - schedule.jitter) - seconds{1};
  while (fires.size() < count) {
    const auto next = schedule.next_slot(slot);
    if (!next) break;
    slot = *next;
    const Timestamp due = due_at(schedule, seed, slot);
    if (due >= now) fires.push_back(due);
  }
  return fires;
}

}  // namespace millrace
