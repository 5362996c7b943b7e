// Any order in which actors may run keeps the promises: seeds decide the order of mail, what the
// outside answers, who cancels, pauses and resumes what, when the disk is full and when the process
// dies. A failing seed is printed.
#include "tests/actors/fixture.hpp"

#include <algorithm>

namespace millrace::test {
namespace {

/// One world, one seed.
class ShuffledHouse : public House {
 public:
  void play(std::uint64_t seed);

 private:
  void act();
  void fire_one();
  void control_one();
  void ask(const ExecutionId& id, Control what);
  void settle_down();
  void check() const;
  void check_finished_immutable();

  FakeRandom chance_;
  std::vector<ProgramPtr> programs_;
  std::list<Told> told_;
  std::list<Controlled> controlled_;
};

void ShuffledHouse::fire_one() {
  Ask ask;
  ask.contact = chance_.next() % 2 == 0 ? "c" + std::to_string(chance_.next() % 3) : "";
  if (chance_.next() % 3 == 0) ask.key = TriggerKey{std::to_string(chance_.next() % 4), {}, ""};
  if (chance_.next() % 3 == 0) ask.mode = ResponseMode::on_complete;
  Told& told = told_.emplace_back();
  const auto refused = submit(programs_[chance_.next() % programs_.size()], told, ask);
  if (refused) told_.pop_back();
}

void ShuffledHouse::control_one() {
  if (journal->summaries.empty()) return;
  auto run = journal->summaries.begin();
  std::advance(run, chance_.next() % journal->summaries.size());
  constexpr Control wishes[] = {Control::cancel, Control::pause, Control::pause, Control::resume,
                                Control::resume};
  ask(run->first, wishes[chance_.next() % 5]);
}

void ShuffledHouse::ask(const ExecutionId& id, Control what) {
  if (ask_control(id, what, controlled_.emplace_back())) controlled_.pop_back();
}

void ShuffledHouse::act() {
  switch (chance_.next() % 10) {
    case 0:
      return advance(Duration{chance_.next() % 30'000});
    case 1:
      if (!outbound.open.empty()) {
        outbound.answer(chance_.next() % outbound.open.size(),
                        chance_.next() % 4 == 0
                            ? Result<CallReply>(Error{ErrorCode::timeout, "late"})
                            : Result<CallReply>(CallReply{200, {}, "{}"}));
      }
      return;
    case 2:
      journal->failure = Error{ErrorCode::unavailable, "no space"};
      return;
    case 3:
      journal->failure.reset();
      return;
    case 4:
      if (chance_.next() % 4 == 0) restart();
      return;
    case 5:
    case 6:
      for (std::uint64_t i = chance_.next() % 4; i > 0; --i) control_one();
      if (chance_.next() % 2 == 0) run();
      return;
    default:
      for (std::uint64_t i = chance_.next() % 5; i > 0; --i) fire_one();
      if (chance_.next() % 2 == 0) run();
  }
}

void ShuffledHouse::settle_down() {
  journal->failure.reset();
  for (int i = 0; i < 20; ++i) {
    advance(std::chrono::minutes{1});
    outbound.answer_all();
    run();
    const auto summaries = journal->summaries;
    for (const auto& [id, summary] : summaries) {
      if (!has_ended(summary.status)) {
        ask(id, Control::resume);
      }
    }
  }
  run();
}

void ShuffledHouse::check() const {
  EXPECT_TRUE(fatal.empty());
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
  for (const Told& told : told_) {
    EXPECT_EQ(told.times, 1);
    EXPECT_TRUE(!told.ok() || journal->turns.contains(told.value().execution));
  }
  for (const Controlled& told : controlled_) EXPECT_EQ(told.times, 1);
  for (const auto& [id, turns] : journal->turns) {
    EXPECT_TRUE(has_ended(journal->summaries.at(id).status));
    std::size_t ends = 0;
    for (std::size_t i = 0; i < turns.size(); ++i) {
      EXPECT_EQ(turns[i].turn, i);
      ends += static_cast<std::size_t>(std::count_if(
          turns[i].changes.begin(), turns[i].changes.end(),
          [](const Change& change) { return std::holds_alternative<RunEnded>(change); }));
    }
    EXPECT_EQ(ends, 1u);
  }
}

/// finished.immutable: late results, timers and controls after the end change nothing.
void ShuffledHouse::check_finished_immutable() {
  const std::size_t commits = journal->commits;
  for (std::size_t i = 0; i < 20; ++i) control_one();
  outbound.answer_all();
  advance(std::chrono::hours{1});
  EXPECT_EQ(journal->commits, commits);
  for (const Controlled& told : controlled_) EXPECT_EQ(told.times, 1);
}

void ShuffledHouse::play(std::uint64_t seed) {
  chance_ = FakeRandom(seed);
  settings.live_runs_max = 1 + seed % 7;
  settings.gate_triggers_max = 12;
  settings.timer_window = 2 + seed % 5;
  settings.snapshot_turns = 2;
  programs_ = {publish(pure), publish(waits_for(8)), publish(waits_for(2)), publish(calls_out())};
  shuffle_with(seed);
  for (int i = 0; i < 60; ++i) act();
  settle_down();
  check();
  check_finished_immutable();
}

class ShuffleTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(ShuffleTest, EveryOrderOfMailKeepsThePromises) {
  constexpr std::uint64_t seeds_per_case = 30;
  for (std::uint64_t i = 0; i < seeds_per_case && !HasFailure(); ++i) {
    const std::uint64_t seed = GetParam() * seeds_per_case + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    ShuffledHouse house;
    house.play(seed);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ShuffleTest, ::testing::Range<std::uint64_t>(0, 10));

}  // namespace
}  // namespace millrace::test
