// Schedules that live: published and unpublished, late, overlapping, restarted, under clocks that
// jump.
#include "tests/actors/fixture.hpp"

#include <algorithm>

namespace millrace::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string scheduled(std::string_view options, std::string_view step) {
  std::string text = R"({"nodes":[{"id":"start","type":"trigger","data":)";
  text.append(options).append("},").append(step);
  text.append(R"(,{"id":"done","type":"end","data":{"output":{"at":"{{trigger.scheduled_at}}",
    "missed":"{{trigger.missed_count}}"}}}],
    "edges":[{"source":"start","target":"step"},{"source":"step","target":"done"}]})");
  return text;
}
constexpr std::string_view nothing = R"({"id":"step","type":"set","data":{"name":"x","value":1}})";

std::string sleeps(int seconds_count) {
  return R"({"id":"step","type":"delay","data":{"seconds":)" + std::to_string(seconds_count) + "}}";
}

/// The clock begins at midnight. Every minute, with `more` options.
std::string each_minute(std::string_view more = "") {
  return R"({"cron":"* * * * *")" + std::string(more) + "}";
}

/// Of every run, by slot: its time as hh:mm, and what was missed before it.
std::string runs_of(const WatchedJournal& journal) {
  std::vector<std::string> runs;
  for (const auto& [id, turns] : journal.turns) {
    const auto& began = std::get<RunBegan>(turns.front().changes.front());
    const Json payload = parse_json(began.payload).value();
    const auto missed = payload.at("missed_count").to_number<int>();
    runs.push_back(std::string(payload.at("scheduled_at").as_string()).substr(0, 16) +
                   (missed > 0 ? "-" + std::to_string(missed) : ""));
  }
  std::ranges::sort(runs);
  std::string text;
  for (const std::string& run : runs) text += (text.empty() ? "" : " ") + run.substr(11);
  return text;
}

class ScheduleHouse : public HouseTest {
 protected:
  FlowId install(std::string_view definition) {
    return publish(definition, TriggerType::schedule)->flow;
  }
  /// Minute by minute, so that no slot is late.
  void live_for(minutes time) {
    for (auto left = time; left > minutes{0}; left -= minutes{1}) advance(minutes{1});
  }
  std::string runs() const { return runs_of(*journal); }
};

TEST_F(ScheduleHouse, APublishedScheduleFiresAtItsSlotsAndTellsItsRun) {
  install(scheduled(each_minute(), nothing));
  advance(seconds{59});
  EXPECT_EQ(runs(), "");
  advance(seconds{1});
  EXPECT_EQ(runs(), "00:01");
  live_for(minutes{2});
  EXPECT_EQ(runs(), "00:01 00:02 00:03");
  EXPECT_EQ(runs_with(RunStatus::completed), 3u);
  const auto& [id, turns] = *journal->turns.begin();
  EXPECT_EQ(journal->summaries.at(id).trigger_type, TriggerType::schedule);
  EXPECT_EQ(std::get<RunEnded>(turns.back().changes.back()).output,
            R"({"at":"2026-05-09T00:01:00.000Z","missed":0})");
}

TEST_F(ScheduleHouse, UnpublishingAndDeletingStopItAndANewVersionReplacesIt) {
  const FlowId flow = install(scheduled(each_minute(), nothing));
  live_for(minutes{1});
  UpdateFlow update;
  update.workspace = workspace;
  update.flow = flow;
  update.definition = scheduled(R"({"cron":"*/5 * * * *"})", nothing);
  update.at = clock.now();
  change({update}).value();
  live_for(minutes{1});
  EXPECT_EQ(runs(), "00:01 00:02") << "a draft changes nothing";
  change({PublishFlow{workspace, flow, 2, clock.now()}}).value();
  live_for(minutes{3});
  EXPECT_EQ(runs(), "00:01 00:02 00:05");
  change({PublishFlow{workspace, flow, 0, clock.now()}}).value();
  live_for(minutes{10});
  EXPECT_EQ(runs(), "00:01 00:02 00:05");
  change({PublishFlow{workspace, flow, 2, clock.now()}}).value();
  live_for(minutes{5});
  EXPECT_EQ(runs(), "00:01 00:02 00:05 00:20") << "what was not published was not missed";
  change({DeleteFlow{workspace, flow, clock.now()}}).value();
  live_for(minutes{10});
  EXPECT_EQ(runs(), "00:01 00:02 00:05 00:20");
}

TEST_F(ScheduleHouse, OverlapIsDecidedByTheRunThatGoesOn) {
  struct Row {
    std::string_view overlap;
    std::string_view runs;
  };
  // A run of 155 s: the one of 00:01 is seen to end at 00:03:40, and so on.
  for (const Row& row :
       {Row{"allow", "00:01 00:02 00:03 00:04 00:05 00:06 00:07 00:08"},
        Row{"skip", "00:01 00:04-2 00:07-2"}, Row{"queue_one", "00:01 00:02-1 00:04-2"},
        Row{"queue_all", "00:01 00:02 00:03"},
        Row{"cancel_other", "00:01 00:02 00:03 00:04 00:05 00:06 00:07 00:08"}}) {
    House house;
    const std::string overlap = R"(,"overlap":")" + std::string(row.overlap) + "\"";
    house.publish(scheduled(each_minute(overlap), sleeps(155)), TriggerType::schedule);
    for (int i = 0; i < 53; ++i) house.advance(seconds{10});
    EXPECT_EQ(runs_of(*house.journal), row.runs) << row.overlap;
    EXPECT_EQ(house.runs_with(RunStatus::cancelled), row.overlap == "cancel_other" ? 7u : 0u);
  }
}

TEST_F(ScheduleHouse, TheSlotIsOnDiskBeforeTheRunInItsWayIsCancelled) {
  install(scheduled(each_minute(R"(,"overlap":"cancel_other","catch_up":"none")"), sleeps(600)));
  live_for(minutes{1});
  const ExecutionId first = journal->turns.begin()->first;
  bool cancelled_before = false;
  const std::size_t commits = journal->commits;
  journal->before_commit = [&] {
    if (journal->commits == commits) cancelled_before = status(first) == RunStatus::cancelled;
  };
  live_for(minutes{1});
  EXPECT_FALSE(cancelled_before);
  EXPECT_EQ(status(first), RunStatus::cancelled);
  EXPECT_EQ(runs(), "00:01 00:02");
  EXPECT_EQ(journal->commits - commits, 3u) << "the slot, the cancel, the fire";
}

TEST_F(ScheduleHouse, AReplacementSurvivesARestartAnywhere) {
  // The process ends after each of the three commits in turn, and at the next start goes on.
  for (std::size_t last = 1; last <= 3; ++last) {
    House house;
    house.publish(
        scheduled(each_minute(R"(,"overlap":"cancel_other","catch_up":"none")"), sleeps(600)),
        TriggerType::schedule);
    house.advance(minutes{1});
    const std::size_t commits = house.journal->commits;
    house.journal->before_commit = [&] {
      if (house.journal->commits - commits == last)
        house.journal->failure = Error{ErrorCode::unavailable, "gone"};
    };
    house.advance(minutes{1});
    house.journal->before_commit = nullptr;
    house.journal->failure.reset();
    house.restart();
    for (int i = 0; i < 4; ++i) house.advance(seconds{2});
    EXPECT_EQ(runs_of(*house.journal), "00:01 00:02") << last;
    EXPECT_EQ(house.runs_with(RunStatus::cancelled), 1u) << last;
    EXPECT_EQ(house.runs_with(RunStatus::running), 1u) << last;
  }
}

TEST_F(ScheduleHouse, ACancelThatIsRefusedIsAskedAgain) {
  settings.gate_triggers_max = 1;
  install(scheduled(each_minute(R"(,"overlap":"cancel_other")"), sleeps(600)));
  const auto other = publish(calls_out());
  live_for(minutes{1});
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  live_for(minutes{1});
  journal->failure.reset();
  for (int i = 0; i < 5; ++i) advance(seconds{2});
  EXPECT_EQ(runs(), "00:01 00:02");
  EXPECT_EQ(runs_with(RunStatus::cancelled), 1u);
}

TEST_F(ScheduleHouse, TheLineAndTheLiveRunSurviveARestart) {
  install(scheduled(each_minute(R"(,"overlap":"queue_all","catch_up":"none")"), sleeps(150)));
  live_for(minutes{3});
  restart();
  advance(seconds{25});
  EXPECT_EQ(runs(), "00:01") << "its run goes on";
  advance(seconds{10});
  EXPECT_EQ(runs(), "00:01 00:02") << "the first in line";
}

TEST_F(ScheduleHouse, SlotsThatWereSkippedAreNotCaughtUpAfterARestart) {
  install(scheduled(each_minute(R"(,"overlap":"skip","catch_up":"all")"), sleeps(150)));
  live_for(minutes{3});
  restart();
  advance(seconds{55});
  EXPECT_EQ(runs(), "00:01");
  advance(seconds{5});
  EXPECT_EQ(runs(), "00:01 00:04-2");
}

class schedule : public ScheduleHouse {};

// The process is down for six hours of an hourly schedule.
TEST_F(schedule, catchup) {
  struct Row {
    std::string_view catch_up;
    std::string_view runs;
  };
  const std::string window = R"(,"catch_up_window_seconds":86400)";
  for (const Row& row :
       {Row{R"("none")", "01:00"}, Row{R"("latest")", "01:00 07:00-5"},
        Row{R"("all")", "01:00 02:00 03:00 04:00 05:00 06:00 07:00"},
        Row{R"("all","catch_up_window_seconds":10000)", "01:00 05:00 06:00 07:00"}}) {
    House house;
    std::string options = R"({"cron":"0 * * * *","catch_up":)" + std::string(row.catch_up);
    if (options.find("window") == std::string::npos) options += window;
    house.publish(scheduled(options + "}", nothing), TriggerType::schedule);
    for (int i = 0; i < 61; ++i) house.advance(minutes{1});
    house.system.reset();
    house.clock.advance(hours{6} + minutes{20});
    house.restart();
    house.advance(seconds{5});
    EXPECT_EQ(runs_of(*house.journal), row.runs) << row.catch_up;
  }
}

TEST_F(ScheduleHouse, AFireIsDurableWithItsSlotHoweverItsCommitEnds) {
  install(scheduled(each_minute(), nothing));
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  live_for(minutes{1});
  EXPECT_EQ(runs(), "");
  journal->failure.reset();
  for (int i = 0; i < 3; ++i) advance(seconds{2});
  EXPECT_EQ(runs(), "00:01");
  for (int i = 0; i < 3; ++i) {
    restart();
    advance(seconds{2});
  }
  EXPECT_EQ(runs(), "00:01");
}

class clock : public ScheduleHouse {};

TEST_F(clock, jump) {
  install(scheduled(R"({"cron":"0 * * * *","catch_up":"all","catch_up_window_seconds":86400})",
                    nothing));
  live_for(minutes{60});
  EXPECT_EQ(runs(), "01:00");
  House::clock.wall -= hours{1};
  live_for(minutes{61});
  EXPECT_EQ(runs(), "01:00") << "01:00 came again";
  House::clock.wall += hours{1};
  advance(minutes{1});
  EXPECT_EQ(runs(), "01:00 02:00") << "seen within a minute, run once";
  live_for(minutes{60});
  EXPECT_EQ(runs(), "01:00 02:00 03:00");
  House::clock.wall += hours{24 * 365};
  advance(minutes{1});
  const std::string after_a_year = runs();
  restart();
  advance(minutes{1});
  EXPECT_EQ(runs(), after_a_year);
}

TEST_F(ScheduleHouse, TheCallerOfADrainDoesNotWaitForTheNextSlot) {
  install(scheduled(each_minute(), nothing));
  live_for(minutes{1});
  system->drain(seconds{1});
  EXPECT_TRUE(system->drained());
  EXPECT_EQ(runs(), "00:01");
}

}  // namespace
}  // namespace millrace::test
