// Events that wait for a pause, in a house that lives: one run for many, over restarts and
// failures.
#include "tests/actors/fixture.hpp"

namespace millrace::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view listens =
    R"({"nodes":[{"id":"start","type":"trigger","data":{"event":"a","debounce_seconds":10}},
        {"id":"done","type":"end","data":{"output":"{{trigger.n}}"}}],
        "edges":[{"source":"start","target":"done"}]})";

class DebounceTest : public HouseTest {
 protected:
  DebounceTest() = default;
  void install() { program_ = publish(listens, TriggerType::event); }

  std::optional<Error> send(int n, std::string contact = "") {
    DebounceEvent event;
    event.workspace = workspace;
    event.flow = program_->flow;
    event.contact = std::move(contact);
    event.payload = R"({"n":)" + std::to_string(n) + "}";
    event.at = clock.now();
    event.pause = seconds{10};
    const auto outcome = change({std::move(event)});
    return outcome ? std::nullopt : std::optional(outcome.error());
  }
  /// The outputs of all runs, in order of their ids.
  std::string runs() const {
    std::string text;
    for (const auto& [id, turns] : journal->turns) {
      for (const Change& change : turns.back().changes)
        if (const auto* end = std::get_if<RunEnded>(&change)) text += end->output + " ";
    }
    return text;
  }
  std::size_t windows() { return journal->debounces()->size(); }

  ProgramPtr program_;
};

TEST_F(DebounceTest, ManyEventsAreOneRunWithTheLastAPauseBehindIt) {
  install();
  for (int n = 1; n <= 4; ++n, advance(seconds{9})) EXPECT_FALSE(send(n));
  EXPECT_EQ(runs(), "");
  advance(milliseconds{999});
  EXPECT_EQ(runs(), "");
  advance(milliseconds{1});
  EXPECT_EQ(runs(), "4 ");
  EXPECT_EQ(windows(), 0u);
  advance(hours{1});
  EXPECT_EQ(runs(), "4 ");
  EXPECT_FALSE(send(5));
  advance(seconds{10});
  EXPECT_EQ(runs(), "4 5 ");
  EXPECT_EQ(system->gate_triggers(), 0u);
}

TEST_F(DebounceTest, EventsWithoutAPauseStartARunAllTheSame) {
  install();
  for (int n = 0; n < 21; ++n, advance(seconds{5})) EXPECT_FALSE(send(n));
  EXPECT_EQ(runs(), "19 ") << "after ten times the pause";
}

TEST_F(DebounceTest, ContactsDoNotWaitForEachOther) {
  install();
  EXPECT_FALSE(send(1, "ann"));
  advance(seconds{5});
  EXPECT_FALSE(send(2, "bob"));
  advance(seconds{5});
  EXPECT_EQ(runs(), "1 ");
  advance(seconds{5});
  EXPECT_EQ(runs(), "1 2 ");
}

TEST_F(DebounceTest, AWindowOutlivesTheProcess) {
  install();
  EXPECT_FALSE(send(1));
  EXPECT_FALSE(send(2));
  for (int life = 0; life < 3; ++life) {
    restart();
    advance(seconds{3});
  }
  EXPECT_EQ(runs(), "");
  advance(seconds{1});
  EXPECT_EQ(runs(), "2 ");
  restart();
  advance(hours{1});
  EXPECT_EQ(runs(), "2 ");
}

TEST_F(DebounceTest, APauseThatPassedWhileTheProcessWasDownIsOverAtTheStart) {
  install();
  EXPECT_FALSE(send(1));
  system.reset();
  clock.advance(hours{1});
  restart();
  advance(milliseconds{1});
  EXPECT_EQ(runs(), "1 ");
}

TEST_F(DebounceTest, ARefusedRunIsTriedAgainAndBegunOnce) {
  install();
  EXPECT_FALSE(send(1));
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  advance(seconds{10});
  EXPECT_TRUE(send(2).has_value());
  EXPECT_EQ(runs(), "");
  journal->failure.reset();
  for (int i = 0; i < 4; ++i) advance(seconds{1});
  EXPECT_EQ(runs(), "1 ");
}

TEST_F(DebounceTest, AnEventThatMeetsTheBeginningRunWaitsForItsOwnPause) {
  install();
  EXPECT_FALSE(send(1));
  bool sent = false;
  journal->before_commit = [this, &sent] {
    if (std::exchange(sent, true)) return;
    DebounceEvent event;
    event.workspace = workspace;
    event.flow = program_->flow;
    event.payload = R"({"n":2})";
    event.at = clock.now();
    event.pause = seconds{10};
    EXPECT_FALSE(system->gateway().change({event}, {&sink, [](const Result<ChangeOutcome>&) {}}));
  };
  advance(seconds{10});
  journal->before_commit = nullptr;
  EXPECT_EQ(runs(), "1 ");
  EXPECT_EQ(windows(), 1u);
  advance(seconds{10});
  EXPECT_EQ(runs(), "1 2 ");
  EXPECT_EQ(windows(), 0u);
}

TEST_F(DebounceTest, AFlowThatWasUnpublishedMeanwhileRunsNothing) {
  install();
  EXPECT_FALSE(send(1));
  change({PublishFlow{workspace, program_->flow, 0, clock.now()}}).value();
  advance(seconds{10});
  EXPECT_EQ(runs(), "");
  EXPECT_EQ(windows(), 0u);
  change({PublishFlow{workspace, program_->flow, 1, clock.now()}}).value();
  EXPECT_FALSE(send(2));
  advance(seconds{10});
  EXPECT_EQ(runs(), "2 ");
}

TEST_F(DebounceTest, AJumpOfTheWallClockNeitherShortensNorLengthensThePause) {
  install();
  for (const auto jump : {hours{1}, hours{-2}}) {
    EXPECT_FALSE(send(1));
    const std::size_t before = journal->turns.size();
    clock.wall += jump;
    advance(seconds{9});
    EXPECT_EQ(journal->turns.size(), before);
    advance(seconds{1});
    EXPECT_EQ(journal->turns.size(), before + 1);
  }
}

TEST_F(DebounceTest, AHouseThatStandsStillWaitsOn) {
  settings.paused = true;
  install();
  EXPECT_FALSE(send(1));
  advance(hours{1});
  EXPECT_EQ(runs(), "");
  system->resume();
  run();
  EXPECT_EQ(runs(), "1 ");
}

TEST_F(DebounceTest, WhateverTheOrderOfMailEachWindowIsOneRun) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    House house;
    const auto program = house.publish(listens, TriggerType::event);
    house.shuffle_with(seed);
    for (int round = 0; round < 3; ++round) {
      for (int n = 0; n < 12; ++n) {
        DebounceEvent event;
        event.workspace = house.workspace;
        event.flow = program->flow;
        event.contact = "c" + std::to_string(n % 4);
        event.payload = R"({"n":1})";
        event.at = house.clock.now();
        event.pause = seconds{10};
        EXPECT_TRUE(house.change({std::move(event)}));
      }
      if (seed % 2 == 0) house.restart();
      house.advance(seconds{11});
    }
    EXPECT_EQ(house.runs_with(RunStatus::completed), 12u) << seed;
    EXPECT_TRUE(house.journal->debounces()->empty()) << seed;
  }
}

}  // namespace
}  // namespace millrace::test
