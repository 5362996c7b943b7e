// What is told to whom, and when: nobody outside sees what is not on disk.
#include "tests/actors/fixture.hpp"

namespace millrace::test {
namespace {

class CommitsTest : public HouseTest {};
const Error no_space{ErrorCode::unavailable, "no space left on device"};
const Error broken{ErrorCode::storage, "fsync failed"};

TEST_F(CommitsTest, ATriggerIsAnsweredOnlyAfterItsCommit) {
  const auto program = publish(pure);
  Told told;
  int seen_before = -1;
  journal->before_commit = [&] { seen_before = told.times; };
  ASSERT_FALSE(submit(program, told));
  run();
  EXPECT_EQ(seen_before, 0);
  EXPECT_EQ(told.times, 1);
}

TEST_F(CommitsTest, AFlowOfPureNodesCostsOneCommitAndLeavesNoActor) {
  const auto program = publish(pure);
  const std::size_t before = journal->commits;
  const Told& told = fire(program, {.mode = ResponseMode::on_complete, .payload = R"({"n":7})"});
  EXPECT_EQ(journal->commits, before + 1);
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told.value().status, RunStatus::completed);
  EXPECT_EQ(told.value().output, R"({"n":7})");
  EXPECT_EQ(journal->turns.at(told.value().execution).size(), 1u);
}

TEST_F(CommitsTest, TriggersThatWaitTogetherAreOneCommitAndOnePost) {
  const auto program = publish(pure);
  const std::size_t commits = journal->commits;
  const std::size_t posts = sink.posts;
  std::vector<Told> told(20);
  for (Told& one : told) ASSERT_FALSE(submit(program, one));
  run();
  for (const Told& one : told) EXPECT_TRUE(one.ok());
  EXPECT_LE(journal->commits - commits, 4u);
  EXPECT_EQ(sink.posts - posts, journal->commits - commits);
}

TEST_F(CommitsTest, ACallGoesOutOnlyAfterItsTurnIsOnDisk) {
  const auto program = publish(calls_out());
  std::size_t calls_before_commit = 99;
  journal->before_commit = [&] { calls_before_commit = outbound.all.size(); };
  const Told& told = fire(program);
  EXPECT_EQ(calls_before_commit, 0u);
  ASSERT_EQ(outbound.open.size(), 1u);
  EXPECT_EQ(status(told.value().execution), RunStatus::running);
  outbound.answer_all();
  run();
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  EXPECT_EQ(system->live_runs(), 0u);
}

TEST_F(CommitsTest, AFailedCommitAnswersEveryoneAndAcknowledgesNothing) {
  const auto program = publish(pure);
  journal->failure = broken;
  std::vector<Told> told(5);
  for (Told& one : told) ASSERT_FALSE(submit(program, one));
  run();
  for (const Told& one : told) {
    EXPECT_EQ(one.times, 1);
    EXPECT_EQ(one.error(), ErrorCode::unavailable);
  }
  EXPECT_TRUE(journal->turns.empty());
  EXPECT_EQ(system->live_runs(), 0u);
  EXPECT_EQ(system->gate_triggers(), 0u);
}

TEST_F(CommitsTest, AfterAFailureThatOnlyARestartCanJudgeNothingIsWrittenAgain) {
  const auto program = publish(pure);
  const auto waiting_program = publish(calls_out());
  const Told& waiting = fire(waiting_program, {.mode = ResponseMode::on_complete});
  journal->failure = broken;
  fire(program);
  EXPECT_EQ(fatal.size(), 1u);
  EXPECT_EQ(waiting.error(), ErrorCode::unavailable);
  journal->failure.reset();
  const std::size_t commits = journal->commits;
  outbound.answer_all();
  run();
  Told refused;
  const auto error = submit(program, refused);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::unavailable);
  EXPECT_FALSE(system->gateway().ready());
  EXPECT_EQ(refused.times, 0);
  EXPECT_EQ(journal->commits, commits);
  EXPECT_EQ(fatal.size(), 1u);
}

TEST_F(CommitsTest, AFullDiskRefusesTriggersAndBringsAcceptedRunsBackWhenThereIsSpace) {
  const auto program = publish(calls_out());
  const Told& waiting = fire(program, {.mode = ResponseMode::on_complete});
  journal->failure = no_space;
  outbound.answer_all();
  run();
  std::string reason;
  EXPECT_FALSE(system->gateway().ready(&reason));
  EXPECT_EQ(reason, "the disk is full");
  Told refused;
  EXPECT_EQ(submit(program, refused)->code, ErrorCode::unavailable);
  advance(std::chrono::seconds{20});
  EXPECT_FALSE(system->gateway().ready());
  EXPECT_EQ(waiting.times, 0);

  journal->failure.reset();
  advance(std::chrono::seconds{2});
  EXPECT_TRUE(system->gateway().ready());
  ASSERT_EQ(outbound.open.size(), 1u);
  EXPECT_EQ(outbound.sent("Idempotency-Key").at(0), outbound.sent("Idempotency-Key").at(1));
  outbound.answer_all();
  run();
  EXPECT_TRUE(fatal.empty());
}

TEST_F(CommitsTest, ASecondTriggerWithAKeyIsToldOfTheFirst) {
  const auto program = publish(pure);
  const TriggerKey key{"k1", {}, "memo of the first"};
  std::vector<Told> told(10);
  for (Told& one : told) ASSERT_FALSE(submit(program, one, {.key = key}));
  run();
  EXPECT_EQ(journal->turns.size(), 1u);
  int firsts = 0;
  for (const Told& one : told) {
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(one.value().execution, journal->turns.begin()->first);
    firsts += one.value().duplicate ? 0 : 1;
    EXPECT_EQ(one.value().memo, one.value().duplicate ? "memo of the first" : "");
  }
  EXPECT_EQ(firsts, 1);
}

TEST_F(CommitsTest, ADuplicateThatWaitsForTheEndIsAnsweredWithTheFirst) {
  const auto program = publish(calls_out());
  const Ask ask{.key = TriggerKey{"k1", {}, "m"}, .mode = ResponseMode::on_complete};
  const Told& first = fire(program, ask);
  const Told& second = fire(program, ask);
  EXPECT_EQ(first.times + second.times, 0);
  EXPECT_EQ(outbound.all.size(), 1u);
  outbound.answer_all();
  run();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first.value().execution, second.value().execution);
  EXPECT_EQ(first.value().output, second.value().output);
  EXPECT_EQ(second.value().status, RunStatus::completed);
  EXPECT_TRUE(second.value().duplicate);
}

TEST_F(CommitsTest, ADuplicateThatComesAfterTheEndIsToldWhatTheFirstWasTold) {
  const auto program = publish(pure);
  const Ask ask{
      .key = TriggerKey{"k1", {}, "m"}, .mode = ResponseMode::on_complete, .payload = R"({"n":3})"};
  const Told& first = fire(program, ask);
  const Told& second = fire(program, ask);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(second.value().execution, first.value().execution);
  EXPECT_EQ(second.value().output, first.value().output);
  EXPECT_EQ(second.value().status, RunStatus::completed);
  EXPECT_TRUE(second.value().duplicate);
  EXPECT_EQ(second.value().memo, "m");
}

class idem : public CommitsTest {};

TEST_F(idem, concurrent) {
  const auto program = publish(calls_out());
  std::vector<Told> told(200);
  const Ask ask{.key = TriggerKey{"k1", {}, "m"}, .mode = ResponseMode::on_complete};
  for (Told& one : told) ASSERT_FALSE(submit(program, one, ask));
  run();
  outbound.answer_all();
  run();
  EXPECT_EQ(outbound.all.size(), 1u);
  ASSERT_EQ(journal->turns.size(), 1u);
  for (const Told& one : told) {
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(one.times, 1);
    EXPECT_EQ(one.value().execution, journal->turns.begin()->first);
    EXPECT_EQ(one.value().output, told.front().value().output);
  }
}

TEST_F(idem, conflict) {
  const auto program = publish(pure);
  const auto with = [](std::uint8_t body) {
    return Ask{.key = TriggerKey{"k1", Sha256{body}, ""}};
  };
  const ExecutionId first = fire(program, with(1)).value().execution;
  advance(limits::idempotency_window - std::chrono::milliseconds{1});
  EXPECT_EQ(fire(program, with(2)).error(), ErrorCode::idempotency_mismatch);
  EXPECT_EQ(fire(program, with(1)).value().execution, first);
  advance(std::chrono::milliseconds{1});
  const Told& second = fire(program, with(2));
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second.value().duplicate);
  EXPECT_NE(second.value().execution, first);
  EXPECT_EQ(fire(program, with(1)).error(), ErrorCode::idempotency_mismatch);
  EXPECT_EQ(journal->turns.size(), 2u);
}

TEST_F(CommitsTest, ACallerWhoseDeadlinePassesIsToldThatTheRunGoesOn) {
  const auto program = publish(calls_out());
  const Told& told = fire(program, {.mode = ResponseMode::on_complete});
  advance(std::chrono::seconds{29});
  EXPECT_EQ(told.times, 0);
  advance(std::chrono::seconds{2});
  ASSERT_TRUE(told.ok());
  EXPECT_TRUE(told.value().deadline_passed);
  outbound.answer_all();
  run();
  EXPECT_EQ(told.times, 1);
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(CommitsTest, ARespondNodeAnswersBeforeTheRunEnds) {
  const auto program = publish(R"({"nodes":[
    {"id":"start","type":"trigger","data":{}},
    {"id":"say","type":"respond","data":{"status":201,"body":{"a":1}}},
    {"id":"wait","type":"delay","data":{"seconds":600}}],
    "edges":[{"source":"start","target":"say"},{"source":"say","target":"wait"}]})");
  const Told& told = fire(program, {.mode = ResponseMode::respond_node});
  ASSERT_TRUE(told.ok());
  ASSERT_TRUE(told.value().answer);
  EXPECT_EQ(told.value().answer->status, 201);
  EXPECT_EQ(status(told.value().execution), RunStatus::running);
}

}  // namespace
}  // namespace millrace::test
