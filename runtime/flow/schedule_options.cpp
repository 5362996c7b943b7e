// One function per option; what does not go together is told at the end.
#include "runtime/flow/schedule_options.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/flow/fields.hpp"

#include <array>
#include <span>
#include <string>

namespace millrace {
namespace {

using std::chrono::seconds;

template <class Value>
struct Choice {
  std::string_view name;
  Value value;
};
constexpr std::array overlaps{Choice<Overlap>{"allow", Overlap::allow},
                              Choice<Overlap>{"skip", Overlap::skip},
                              Choice<Overlap>{"queue_one", Overlap::queue_one},
                              Choice<Overlap>{"queue_all", Overlap::queue_all},
                              Choice<Overlap>{"cancel_other", Overlap::cancel_other}};
constexpr std::array catch_ups{Choice<CatchUp>{"latest", CatchUp::latest},
                               Choice<CatchUp>{"none", CatchUp::none},
                               Choice<CatchUp>{"all", CatchUp::all}};
constexpr std::array dst_rules{Choice<DstRule>{"cronie", DstRule::cronie},
                               Choice<DstRule>{"literal", DstRule::literal}};
/// Slots are looked for from here: every calendar has had all its kinds of days since.
constexpr Slot long_ago = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

class ScheduleReader {
 public:
  ScheduleReader(const JsonObject& data, std::string_view at, Problems& problems)
      : data_(data), at_(at), problems_(problems), errors_before_(problems.errors.size()) {}

  std::optional<Schedule> read() {
    Schedule schedule;
    read_times(schedule);
    schedule.start = instant("start_at");
    schedule.end = instant("end_at");
    read_policies(schedule);
    schedule.jitter = length("jitter_seconds", seconds{0}, limits::schedule_jitter_max, {});
    if (clean()) check_slots(schedule);
    return clean() ? std::optional(std::move(schedule)) : std::nullopt;
  }

 private:
  bool clean() const { return problems_.errors.size() == errors_before_; }
  std::string path(std::string_view key) const { return member_path(at_, key); }
  void refuse(std::string_view key, std::string message) {
    problems_.error(path(key), "INVALID_VALUE", std::move(message));
  }

  void read_times(Schedule& schedule) {
    const bool interval = given(data_, "every_seconds") != nullptr;
    const bool cron = given(data_, "cron") != nullptr;
    if (interval && cron) return refuse("every_seconds", "Leave out this or cron: one of the two.");
    if (!interval && !cron) {
      return report_missing(path("cron"),
                            "a cron expression such as `0 9 * * 1-5`, or every_seconds", problems_);
    }
    read_zone(schedule);
    if (interval) {
      schedule.every = length("every_seconds", limits::schedule_interval_min,
                              limits::schedule_interval_max, limits::schedule_interval_min);
      return;
    }
    const Json& written = *given(data_, "cron");
    if (!written.is_string()) return report_type(path("cron"), "a string", problems_);
    auto parsed = Cron::parse(written.get_string());
    if (!parsed) return refuse("cron", "The cron expression: " + parsed.error().message + ".");
    schedule.cron = std::move(*parsed);
  }

  void read_zone(Schedule& schedule) {
    const std::string name = read_string(data_, "timezone", at_, problems_);
    if (given(data_, "timezone") == nullptr) return;
    if (!given(data_, "timezone")->is_string()) return;
    auto zone = Zone::find(name);
    if (!zone) return refuse("timezone", zone.error().message + ".");
    schedule.zone = std::move(*zone);
  }

  void read_policies(Schedule& schedule) {
    schedule.overlap = choice<Overlap>("overlap", overlaps);
    schedule.catch_up = choice<CatchUp>("catch_up", catch_ups);
    schedule.catch_up_window =
        length("catch_up_window_seconds", limits::schedule_punctual,
               limits::schedule_catch_up_window_max, limits::schedule_catch_up_window_default);
    schedule.dst = choice<DstRule>("dst", dst_rules);
  }

  /// The first choice when nothing is given.
  template <class Value>
  Value choice(std::string_view key, std::span<const Choice<Value>> choices) {
    const Json* given_value = given(data_, key);
    if (given_value == nullptr) return choices.front().value;
    const std::string written = read_string(data_, key, at_, problems_);
    std::string names;
    for (const Choice<Value>& entry : choices) {
      if (written == entry.name) return entry.value;
      names.append(names.empty() ? "" : ", ").append(entry.name);
    }
    if (given_value->is_string()) refuse(key, "Must be one of " + names + ".");
    return choices.front().value;
  }

  seconds length(std::string_view key, seconds min, seconds max, seconds fallback) {
    const auto number = read_integer(data_, key, at_, min.count(), max.count(), problems_);
    return number ? seconds{*number} : fallback;
  }

  std::optional<Slot> instant(std::string_view key) {
    const Json* written = given(data_, key);
    if (written == nullptr) return std::nullopt;
    const auto time = written->is_string() ? parse_rfc3339(written->get_string()) : std::nullopt;
    if (time) return std::chrono::ceil<seconds>(*time);
    refuse(key, "Must be a time with its offset, such as 2026-05-09T10:00:00Z.");
    return std::nullopt;
  }

  void check_slots(const Schedule& schedule) {
    if (schedule.start && schedule.end && *schedule.end <= *schedule.start)
      return refuse("end_at", "Must be later than start_at.");
    if (schedule.next_slot(schedule.start.value_or(long_ago) - seconds{1})) return;
    refuse(schedule.cron ? "cron" : "end_at",
           "The schedule never comes: no time that it names lies between start_at and end_at, or "
           "there is no such day.");
  }

  const JsonObject& data_;
  const std::string_view at_;
  Problems& problems_;
  const std::size_t errors_before_;
};

}  // namespace

std::optional<Schedule> read_schedule(const JsonObject& data, std::string_view at,
                                      Problems& problems) {
  return ScheduleReader(data, at, problems).read();
}

}  // namespace millrace
