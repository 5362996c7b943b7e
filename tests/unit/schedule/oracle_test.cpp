// Cron and daylight saving time against an evaluator that steps through the minutes as cron(8)
// does, with the C library's own reading of the zones: every zone of the machine, three days around
// every change from 2020 to 2030. With MILLRACE_SCHEDULE_WHOLE_YEARS set, every minute of those
// years.
#include "tests/unit/schedule/instants.hpp"

#include <bitset>
#include <cstdlib>
#include <ctime>
#include <map>
#include <random>
#include <utility>

namespace millrace::test {
namespace {

using std::chrono::seconds;

constexpr std::time_t minute = 60;
constexpr std::time_t day = 86'400;

/// The seconds that local time is ahead of UTC, of the zone that use_zone() chose.
std::time_t offset_at(std::time_t instant) {
  std::tm broken{};
  ::localtime_r(&instant, &broken);
  return broken.tm_gmtoff;
}

void use_zone(const std::string& name) {
  ::setenv("TZ", (":" + name).c_str(), 1);
  ::tzset();
}

struct Change {
  std::time_t at = 0;
  std::time_t before = 0;
  std::time_t after = 0;
  auto operator<=>(const Change&) const = default;
};

/// By looking once a day, and then ever closer.
std::vector<Change> changes_between(std::time_t from, std::time_t until) {
  std::vector<Change> changes;
  std::time_t before = offset_at(from);
  for (std::time_t at = from; at < until; at += day) {
    const std::time_t after = offset_at(at + day);
    if (after == std::exchange(before, after)) continue;
    std::time_t low = at, high = at + day;
    while (high - low > 1) {
      const std::time_t middle = low + (high - low) / 2;
      (offset_at(middle) == offset_at(at) ? low : high) = middle;
    }
    changes.push_back({high, offset_at(low), offset_at(high)});
  }
  return changes;
}

/// What the wall shows at one instant.
struct Wall {
  std::time_t now = 0;
  std::time_t local = 0;
  std::int8_t minute = 0, hour = 0, month_day = 0, month = 0, weekday = 0;
};

Wall wall_at(std::time_t now, std::time_t local) {
  std::tm broken{};
  ::gmtime_r(&local, &broken);
  const auto small = [](int value) { return static_cast<std::int8_t>(value); };
  return {now,
          local,
          small(broken.tm_min),
          small(broken.tm_hour),
          small(broken.tm_mday),
          small(broken.tm_mon + 1),
          small(broken.tm_wday)};
}

std::vector<Wall> walls_of(std::time_t from, std::time_t until) {
  std::vector<Wall> walls;
  for (std::time_t now = from; now <= until; now += minute)
    walls.push_back(wall_at(now, now + offset_at(now)));
  return walls;
}

/// One field, as text and as the set that the text means.
struct FieldChoice {
  std::string text;
  std::bitset<64> set;
};

class Expressions {
 public:
  explicit Expressions(unsigned seed) : chance_(seed) {}

  /// Fixed times near the usual hours of change, lists, steps, stars, days.
  struct Expression {
    FieldChoice minute, hour, day, month, weekday;
    std::string text() const {
      return minute.text + ' ' + hour.text + ' ' + day.text + ' ' + month.text + ' ' + weekday.text;
    }
    bool fixed() const { return minute.text[0] != '*' && hour.text[0] != '*'; }
    bool matches(const Wall& wall) const {
      const auto has = [](const FieldChoice& field, std::int8_t value) {
        return field.set[static_cast<std::size_t>(value)];
      };
      if (!has(minute, wall.minute) || !has(hour, wall.hour) || !has(month, wall.month))
        return false;
      const bool by_day = has(day, wall.month_day), by_weekday = has(weekday, wall.weekday);
      const bool either = day.text[0] != '*' && weekday.text[0] != '*';
      return either ? by_day || by_weekday : by_day && by_weekday;
    }
  };

  Expression next() {
    Expression made;
    made.minute = choose(0, 59, 10);
    made.hour = below(4) == 0 ? choose(0, 23, 100) : choose(0, below(3) == 0 ? 23 : 4, 0);
    if (made.hour.text == "*" && made.minute.text == "*") made.minute = list(0, 59);
    made.day = below(4) == 0 ? choose(1, 31, 30) : star(1, 31);
    made.month = below(8) == 0 ? choose(1, 12, 50) : star(1, 12);
    made.weekday = below(4) == 0 ? list(0, 6) : star(0, 6);
    return made;
  }

 private:
  int below(int bound) { return static_cast<int>(chance_() % static_cast<unsigned>(bound)); }

  static FieldChoice star(int min, int max) {
    FieldChoice made{"*", {}};
    for (int at = min; at <= max; ++at) made.set.set(static_cast<std::size_t>(at));
    return made;
  }

  FieldChoice list(int min, int max) {
    FieldChoice made;
    for (int count = 1 + below(3); count > 0; --count) {
      const int value = min + below(max - min + 1);
      made.text += (made.text.empty() ? "" : ",") + std::to_string(value);
      made.set.set(static_cast<std::size_t>(value));
    }
    return made;
  }

  FieldChoice choose(int min, int max, int open_percent) {
    if (below(100) < open_percent) {
      if (below(2) == 0) return star(min, max);
      const int step = 2 + below(max / 2);
      FieldChoice made{"*/" + std::to_string(step), {}};
      for (int at = min; at < 60; at += step) made.set.set(static_cast<std::size_t>(at));
      return made;
    }
    if (below(3) > 0) return list(min, max);
    const int from = min + below(max - min), to = from + below(max - from + 1);
    FieldChoice made{std::to_string(from) + '-' + std::to_string(to), {}};
    for (int at = from; at <= to; ++at) made.set.set(static_cast<std::size_t>(at));
    return made;
  }

  std::mt19937 chance_;
};

/// A cron daemon that wakes every minute behind the first and looks at the wall.
std::vector<Slot> fires_of_daemon(const Expressions::Expression& job, DstRule rule,
                                  const std::vector<Wall>& walls) {
  constexpr std::time_t large = 180 * minute;
  std::vector<Slot> fires;
  std::time_t before = walls.front().local;
  std::time_t reached = before - large;
  for (auto wall = walls.begin() + 1; wall != walls.end(); ++wall) {
    const std::time_t jump = wall->local - before - minute;
    bool runs = job.matches(*wall);
    if (rule == DstRule::cronie && job.fixed()) {
      if (jump > 0 && jump < large)
        for (std::time_t skipped = before + minute; skipped < wall->local; skipped += minute)
          runs = runs || job.matches(wall_at(wall->now, skipped));
      if (jump < 0 && jump > -large) reached = before;
      if (wall->local <= reached) runs = false;
    }
    if (runs) fires.emplace_back(seconds{wall->now});
    before = wall->local;
  }
  return fires;
}

void compare(const std::string& zone, const Expressions::Expression& job, DstRule rule,
             const std::vector<Wall>& walls) {
  Schedule schedule = by_cron(job.text(), zone);
  schedule.dst = rule;
  const Slot until(seconds{walls.back().now});
  Slot at(seconds{walls.front().now});
  const auto told = [&] {
    return zone + "  " + job.text() + (rule == DstRule::cronie ? "  cronie" : "  literal");
  };
  for (const Slot expected : fires_of_daemon(job, rule, walls)) {
    const auto next = schedule.next_slot(at);
    ASSERT_EQ(next, expected) << told() << "  behind " << spell(at);
    at = expected;
  }
  const auto beyond = schedule.next_slot(at);
  ASSERT_TRUE(!beyond || *beyond > until) << told() << "  behind " << spell(at);
}

class ZoneRestored {
 public:
  ~ZoneRestored() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

TEST(schedule, dst) {
  const ZoneRestored restored;
  const std::time_t begin = utc("2020-01-01 00:00").time_since_epoch().count();
  const std::time_t end = utc("2031-01-01 00:00").time_since_epoch().count();
  const bool whole_years = std::getenv("MILLRACE_SCHEDULE_WHOLE_YEARS") != nullptr;
  std::map<std::vector<Change>, std::string> zones;  // with the same changes: one is enough
  std::map<std::time_t, int> fixed_offsets;
  for (const std::string& name : Zone::names()) {
    use_zone(name);
    auto changes = changes_between(begin, end);
    if (changes.empty() && fixed_offsets[offset_at(begin)]++ > 0) continue;
    if (changes.empty()) changes.push_back({begin + 2 * day, offset_at(begin), offset_at(begin)});
    zones.emplace(std::move(changes), name);
  }
  ASSERT_GT(zones.size(), 60u);
  Expressions expressions(20'260'509);
  for (const auto& [changes, name] : zones) {
    use_zone(name);
    const auto rules = {DstRule::cronie, DstRule::literal};
    if (whole_years) {
      const auto walls = walls_of(begin, end);
      for (int i = 0; i < 4; ++i)
        for (const DstRule rule : rules) compare(name, expressions.next(), rule, walls);
    }
    for (const Change& change : changes) {
      const std::time_t from = change.at - change.at % minute - day * 3 / 2;
      const auto walls = walls_of(from, from + 3 * day);
      for (int i = 0; i < 3; ++i)
        for (const DstRule rule : rules) compare(name, expressions.next(), rule, walls);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace millrace::test
