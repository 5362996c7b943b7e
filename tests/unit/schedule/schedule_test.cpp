// Slots in real time: zones, daylight saving time, intervals, bounds, jitter.
#include "runtime/schedule/schedule.hpp"

#include "tests/unit/schedule/instants.hpp"

#include <set>

namespace millrace::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Slots = std::vector<std::string>;

// Berlin: 2026-03-29 01:00 UTC from 02:00 to 03:00; 2026-10-25 01:00 UTC from 03:00 to 02:00.
TEST(ScheduleTest, ChangesOfLocalTimeAreHeededAsTheRuleSays) {
  struct Row {
    std::string_view cron;
    DstRule rule;
    std::string_view from, until;
    Slots slots;
  };
  const auto cronie = DstRule::cronie;
  const auto literal = DstRule::literal;
  const std::string_view spring = "2026-03-28 12:00", spring_end = "2026-03-30 03:00";
  const std::string_view autumn = "2026-10-24 12:00", autumn_end = "2026-10-26 03:00";
  const std::vector<Row> rows{
      {"30 2 * * *", cronie, spring, spring_end, {"2026-03-29 01:00", "2026-03-30 00:30"}},
      {"30 2 * * *", literal, spring, spring_end, {"2026-03-30 00:30"}},
      {"10,50 2 * * *", cronie, spring, "2026-03-29 12:00", {"2026-03-29 01:00"}},
      {"0 2,3 * * *", cronie, spring, "2026-03-29 12:00", {"2026-03-29 01:00"}},
      {"0 3 * * *", cronie, spring, "2026-03-29 12:00", {"2026-03-29 01:00"}},
      {"59 1 * * *", cronie, spring, "2026-03-29 12:00", {"2026-03-29 00:59"}},
      {"30 2 29 3 *", literal, spring, "2027-03-28 12:00", {}},
      {"*/30 2 * * *", cronie, spring, "2026-03-29 12:00", {}},
      {"0 */2 * * *",
       cronie,
       "2026-03-28 22:30",
       "2026-03-29 04:00",
       {"2026-03-28 23:00", "2026-03-29 02:00", "2026-03-29 04:00"}},
      {"30 2 * * *", cronie, autumn, autumn_end, {"2026-10-25 00:30", "2026-10-26 01:30"}},
      {"30 2 * * *",
       literal,
       autumn,
       autumn_end,
       {"2026-10-25 00:30", "2026-10-25 01:30", "2026-10-26 01:30"}},
      {"0 2,3 * * *", cronie, autumn, "2026-10-25 12:00", {"2026-10-25 00:00", "2026-10-25 02:00"}},
      {"*/30 2 * * *",
       cronie,
       autumn,
       "2026-10-25 12:00",
       {"2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30"}},
      {"0 * * * *",
       cronie,
       "2026-10-24 23:30",
       "2026-10-25 02:00",
       {"2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 02:00"}},
      {"0 30 2 * * *", cronie, spring, "2026-03-29 12:00", {"2026-03-29 01:00"}},
  };
  for (const Row& row : rows) {
    Schedule schedule = by_cron(row.cron, "Europe/Berlin");
    schedule.dst = row.rule;
    EXPECT_EQ(slots(schedule, utc(row.from), utc(row.until)), row.slots)
        << row.cron << (row.rule == cronie ? " cronie " : " literal ") << row.from;
  }
}

TEST(ScheduleTest, AZoneThatSkipsAWholeDayIsTakenLiterally) {
  const Schedule schedule = by_cron("0 12 30 12 *", "Pacific/Apia");
  EXPECT_EQ(slots(schedule, utc("2011-01-01 00:00"), utc("2012-12-31 00:00")),
            Slots{"2012-12-29 22:00"});
}

TEST(ScheduleTest, AZoneHasItsIanaNameInItsOwnCase) {
  EXPECT_EQ(Zone::find("Europe/Berlin")->name(), "Europe/Berlin");
  EXPECT_EQ(Zone::find("UTC")->name(), "UTC");
  for (const std::string_view name : {"", "Mars/Olympus", "../etc/passwd", "/etc/localtime"}) {
    const auto zone = Zone::find(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::validation);
    EXPECT_NE(zone.error().message.find("Europe/Berlin or UTC"), std::string::npos);
  }
  EXPECT_NE(Zone::find("europe/BERLIN").error().message.find("write Europe/Berlin"),
            std::string::npos);
}

TEST(ScheduleTest, AnIntervalCountsFromItsStartOrFromTheEpoch) {
  EXPECT_EQ(slots(every(seconds{5400}), utc("2026-05-09 00:00"), utc("2026-05-09 05:00")),
            (Slots{"2026-05-09 01:30", "2026-05-09 03:00", "2026-05-09 04:30"}));
  Schedule schedule = every(hours{1});
  schedule.start = utc("2026-05-09 00:00:10");
  schedule.end = utc("2026-05-09 02:00:10");
  EXPECT_EQ(slots(schedule, utc("2020-01-01 00:00"), utc("2027-01-01 00:00")),
            (Slots{"2026-05-09 00:00:10", "2026-05-09 01:00:10", "2026-05-09 02:00:10"}));
}

TEST(ScheduleTest, NoSlotLiesOutsideStartAndEnd) {
  Schedule schedule = by_cron("0 0 * * *");
  schedule.start = utc("2026-05-10 00:00");
  schedule.end = utc("2026-05-12 00:00");
  EXPECT_EQ(slots(schedule, utc("2020-01-01 00:00"), utc("2027-01-01 00:00")),
            (Slots{"2026-05-10 00:00", "2026-05-11 00:00", "2026-05-12 00:00"}));
  EXPECT_FALSE(by_cron("0 0 30 2 *").next_slot(utc("2026-01-01 00:00")));
}

TEST(ScheduleTest, JitterDelaysEachSlotTheSameEveryTimeAndNeverPastTheNext) {
  Schedule schedule = every(seconds{60});
  schedule.jitter = seconds{600};
  std::set<Duration> delays;
  Timestamp before{};
  for (int i = 0; i < 200; ++i) {
    const Slot slot = utc("2026-05-09 00:00") + seconds{60 * i};
    const Timestamp due = due_at(schedule, "flow", slot);
    EXPECT_EQ(due, due_at(schedule, "flow", slot));
    EXPECT_GE(due, slot);
    EXPECT_LT(due, slot + seconds{60});
    EXPECT_GT(due, before);
    before = due;
    delays.insert(due - slot);
  }
  EXPECT_GT(delays.size(), 150u);
  const Slot slot = utc("2026-05-09 00:00");
  EXPECT_NE(due_at(schedule, "flow", slot), due_at(schedule, "other", slot));
}

TEST(ScheduleTest, TheNextFiresAreShownWithTheirJitter) {
  Schedule schedule = every(hours{1});
  const Timestamp now = utc("2026-05-09 10:00");
  EXPECT_EQ(next_fires(schedule, "flow", now, 2), (std::vector<Timestamp>{now, now + hours{1}}));
  schedule.jitter = seconds{1800};
  const Timestamp due = due_at(schedule, "flow", utc("2026-05-09 10:00"));
  EXPECT_EQ(next_fires(schedule, "flow", due, 1).front(), due);
  EXPECT_GT(next_fires(schedule, "flow", due + Duration{1}, 1).front(), now + hours{1});
  schedule.end = utc("2026-05-09 11:00");
  EXPECT_EQ(next_fires(schedule, "flow", now, 5).size(), 2u);
}

}  // namespace
}  // namespace millrace::test
