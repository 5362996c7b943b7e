// What a schedule does now: one table row per overlap policy and catch-up policy, and the bounds.
#include "runtime/schedule/decision.hpp"

#include "tests/unit/schedule/instants.hpp"

namespace millrace::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// One schedule living through simulated time; its runs end when the test says so.
class Life {
 public:
  Life(Schedule schedule, Timestamp born) : schedule_(std::move(schedule)) {
    progress_.seen = born;
  }

  /// Decides until nothing more begins; what begins is live afterwards.
  void look(Timestamp now) {
    for (;;) {
      const auto decision = decide(schedule_, "flow", progress_, now, live_ > 0);
      progress_ = decision.after;
      wake_ = decision.wake;
      if (decision.cancel) {
        --live_;
        ++cancelled_;
        continue;
      }
      if (!decision.fire) return;
      ++live_;
      fires_.push_back(to_rfc3339(decision.fire->slot).substr(11, 5) + "-" +
                       std::to_string(decision.fire->missed));
    }
  }
  void end_one() { --live_; }
  int cancelled() const { return cancelled_; }
  bool began() const { return !fires_.empty(); }

  std::string fires() {
    std::string text;
    for (const std::string& fire : fires_) text.append(text.empty() ? "" : " ").append(fire);
    fires_.clear();
    return text;
  }
  const ScheduleProgress& progress() const { return progress_; }
  std::optional<Timestamp> wake() const { return wake_; }

 private:
  Schedule schedule_;
  ScheduleProgress progress_;
  std::optional<Timestamp> wake_;
  std::vector<std::string> fires_;
  int live_ = 0;
  int cancelled_ = 0;
};

/// An hourly schedule, made at 00:30. Its run of 01:00 lasts until 03:30; then the process is down
/// from 04:30 until 10:30. Fires are `slot-missed`.
struct Row {
  Overlap overlap;
  CatchUp catch_up;
  std::string during_run;  ///< what began by 03:30
  std::string after_run;   ///< what began when the run of 01:00 ended; it ends at once
  std::string at_four;     ///< the slot of 04:00
  std::string after_down;  ///< what began at 10:30, nothing live
};

TEST(schedule, catchup) {
  const auto allow = Overlap::allow;
  const auto skip = Overlap::skip;
  const auto one = Overlap::queue_one;
  const auto every_one = Overlap::queue_all;
  const auto other = Overlap::cancel_other;
  const std::string all_missed = "05:00-0 06:00-0 07:00-0 08:00-0 09:00-0 10:00-0";
  const std::vector<Row> rows{
      {allow, CatchUp::none, "01:00-0 02:00-0 03:00-0", "", "04:00-0", ""},
      {allow, CatchUp::latest, "01:00-0 02:00-0 03:00-0", "", "04:00-0", "10:00-5"},
      {allow, CatchUp::all, "01:00-0 02:00-0 03:00-0", "", "04:00-0", all_missed},
      {skip, CatchUp::none, "01:00-0", "", "04:00-2", ""},
      {skip, CatchUp::latest, "01:00-0", "", "04:00-2", "10:00-5"},
      {skip, CatchUp::all, "01:00-0", "", "04:00-2", "05:00-5"},
      {one, CatchUp::none, "01:00-0", "02:00-1", "04:00-0", ""},
      {one, CatchUp::latest, "01:00-0", "02:00-1", "04:00-0", "10:00-5"},
      {one, CatchUp::all, "01:00-0", "02:00-1", "04:00-0", "05:00-4 06:00-0"},
      {every_one, CatchUp::none, "01:00-0", "02:00-0 03:00-0", "04:00-0", ""},
      {every_one, CatchUp::latest, "01:00-0", "02:00-0 03:00-0", "04:00-0", "10:00-5"},
      {every_one, CatchUp::all, "01:00-0", "02:00-0 03:00-0", "04:00-0", all_missed},
      {other, CatchUp::none, "01:00-0 02:00-0 03:00-0", "", "04:00-0", ""},
      {other, CatchUp::latest, "01:00-0 02:00-0 03:00-0", "", "04:00-0", "10:00-5"},
      {other, CatchUp::all, "01:00-0 02:00-0 03:00-0", "", "04:00-0", "10:00-5"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE("overlap " + std::to_string(static_cast<int>(row.overlap)) + " catch_up " +
                 std::to_string(static_cast<int>(row.catch_up)));
    Schedule hourly = by_cron("0 * * * *");
    hourly.overlap = row.overlap;
    hourly.catch_up = row.catch_up;
    hourly.catch_up_window = hours{24};
    const bool allows = row.overlap == allow;
    const Timestamp day = utc("2026-05-09 00:00");
    Life life(hourly, day + minutes{30});
    const auto end_all = [&](Timestamp now) {
      std::string told;
      for (life.look(now); life.began(); life.look(now)) {
        told += (told.empty() ? "" : " ") + life.fires();
        if (!allows) life.end_one();
      }
      return told;
    };
    for (int hour = 1; hour <= 3; ++hour) life.look(day + hours{hour});
    EXPECT_EQ(life.fires(), row.during_run);
    EXPECT_EQ(life.cancelled(), row.overlap == other ? 2 : 0);
    if (!allows) life.end_one();
    EXPECT_EQ(end_all(day + hours{3} + minutes{30}), row.after_run);
    EXPECT_EQ(end_all(day + hours{4}), row.at_four);
    EXPECT_EQ(end_all(day + hours{10} + minutes{30}), row.after_down);
    EXPECT_EQ(life.wake(), day + hours{11});
    EXPECT_EQ(life.progress().seen, day + hours{10});
  }
}

TEST(DecisionTest, ARunIsCancelledOnlyForASlotThatIsOnRecord) {
  Schedule schedule = by_cron("0 * * * *");
  schedule.overlap = Overlap::cancel_other;
  ScheduleProgress progress;
  progress.seen = utc("2026-05-09 00:30");
  const auto quiet = decide(schedule, "flow", progress, utc("2026-05-09 00:40"), true);
  EXPECT_FALSE(quiet.cancel) << "nothing is due";
  const auto due = decide(schedule, "flow", progress, utc("2026-05-09 01:00"), true);
  EXPECT_TRUE(due.cancel);
  EXPECT_FALSE(due.fire);
  EXPECT_NE(due.after, progress) << "to be made durable first";
  const auto recorded = decide(schedule, "flow", due.after, utc("2026-05-09 01:00"), true);
  EXPECT_TRUE(recorded.cancel);
  EXPECT_EQ(recorded.after, due.after);
  const auto newer = decide(schedule, "flow", due.after, utc("2026-05-09 02:00"), true);
  EXPECT_EQ(newer.after.waiting,
            std::vector<Slot>{std::chrono::floor<seconds>(utc("2026-05-09 02:00"))});
  EXPECT_EQ(newer.after.missed, 1u) << "the slot that waited is given up";
  const auto ended = decide(schedule, "flow", newer.after, utc("2026-05-09 02:00"), false);
  EXPECT_FALSE(ended.cancel);
  ASSERT_TRUE(ended.fire);
  EXPECT_EQ(ended.fire->missed, 1u);
}

TEST(DecisionTest, ASlotThatIsALittleLateIsNotMissed) {
  for (const CatchUp policy : {CatchUp::none, CatchUp::latest, CatchUp::all}) {
    Schedule schedule = every(seconds{2});
    schedule.catch_up = policy;
    const Timestamp now = utc("2026-05-09 00:00");
    Life life(schedule, now);
    life.look(now + seconds{8});
    EXPECT_EQ(life.fires(), "00:00-0 00:00-0 00:00-0 00:00-0");
  }
}

TEST(DecisionTest, NoSlotFiresTwiceHoweverTheClockJumps) {
  Life life(by_cron("0 * * * *"), utc("2026-05-09 00:30"));
  life.look(utc("2026-05-09 01:00"));
  EXPECT_EQ(life.fires(), "01:00-0");
  life.look(utc("2026-05-09 00:10"));
  EXPECT_EQ(life.fires(), "");
  EXPECT_EQ(life.wake(), utc("2026-05-09 02:00"));
  life.look(utc("2026-05-09 01:00"));
  EXPECT_EQ(life.fires(), "");
  life.look(utc("2027-05-09 01:00:05"));
  EXPECT_EQ(life.fires(), "01:00-0") << "only what lies in the window is looked at";
}

TEST(DecisionTest, WhatIsOlderThanTheWindowIsNotCaughtUp) {
  Schedule schedule = by_cron("0 * * * *");
  schedule.catch_up = CatchUp::all;
  schedule.catch_up_window = hours{2};
  Life life(schedule, utc("2026-05-09 00:30"));
  life.look(utc("2026-05-09 10:30"));
  EXPECT_EQ(life.fires(), "09:00-0 10:00-0");
}

TEST(DecisionTest, AYearOfMissedSecondsIsBounded) {
  Schedule schedule = every(seconds{1});
  schedule.catch_up = CatchUp::all;
  schedule.catch_up_window = limits::schedule_catch_up_window_max;
  Life life(schedule, utc("2025-05-09 00:00"));
  const auto first = decide(schedule, "flow", life.progress(), utc("2026-05-09 00:00"), false);
  EXPECT_EQ(first.after.waiting.size() + 1, limits::schedule_waiting_max);
  EXPECT_EQ(first.fire->missed,
            2 * limits::schedule_slots_considered_max - limits::schedule_waiting_max);
  EXPECT_EQ(first.after.waiting.back(), utc("2026-05-09 00:00"));
  schedule.catch_up = CatchUp::latest;
  const auto latest = decide(schedule, "flow", life.progress(), utc("2026-05-09 00:00"), false);
  EXPECT_EQ(latest.fire->slot, utc("2026-05-09 00:00"));
  EXPECT_TRUE(latest.after.waiting.empty());
}

TEST(DecisionTest, TheLineBehindALongRunIsBounded) {
  Schedule schedule = every(seconds{1});
  schedule.overlap = Overlap::queue_all;
  Life life(schedule, utc("2026-05-09 00:00"));
  for (int i = 1; i <= 1'100; ++i) life.look(utc("2026-05-09 00:00") + seconds{i});
  EXPECT_EQ(life.progress().waiting.size(), limits::schedule_waiting_max);
  EXPECT_EQ(life.progress().missed, 99u);
}

TEST(DecisionTest, AScheduleThatIsOverAsksForNoWake) {
  Schedule schedule = by_cron("0 * * * *");
  schedule.end = utc("2026-05-09 01:00");
  Life life(schedule, utc("2026-05-09 00:30"));
  EXPECT_EQ((life.look(utc("2026-05-09 00:40")), life.wake()), utc("2026-05-09 01:00"));
  life.look(utc("2026-05-09 01:00"));
  EXPECT_EQ(life.fires(), "01:00-0");
  EXPECT_EQ(life.wake(), std::nullopt);
}

}  // namespace
}  // namespace millrace::test
