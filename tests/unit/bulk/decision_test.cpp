// The rules of bulk jobs as tables: who may go on, what is left alone and why, how counts add up.
#include "runtime/bulk/decision.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

constexpr WorkspaceNumber workspace{3};
const Timestamp now{Duration{1'790'000'000'000}};

ExecutionId run_at(std::uint64_t n) { return ExecutionId{Id::make(1'000 + n, Partition{1}, n)}; }

BulkJob job_of(BulkKind kind = BulkKind::cancel) {
  BulkJob job;
  job.id = BulkId{Id::make(5'000, Partition{2}, 7)};
  job.workspace = workspace;
  job.kind = kind;
  job.created = job.updated = now;
  return job;
}

BulkJob running(std::uint64_t total) {
  BulkJob job = job_of();
  job.status = BulkStatus::running;
  job.total = total;
  job.chunks = 1;
  return job;
}

ApiKey good_key() {
  ApiKey key;
  key.workspace = workspace;
  return key;
}

BulkStep told(std::uint64_t n, std::optional<BulkResult> result) {
  return {run_at(n), result, std::nullopt};
}

void expect_sum(const BulkJob& job) {
  EXPECT_LE(job.done + job.failed + job.skipped, job.total);
  EXPECT_EQ(job.total, job.done + job.failed + job.skipped + job.remaining());
}

TEST(BulkDecisionTest, AJobGoesOnOnlyAsACallerWhoStillMay) {
  ApiKey revoked = good_key(), narrow = good_key(), foreign = good_key();
  revoked.revoked = now;
  narrow.scopes = static_cast<Scopes>(Scope::executions_read);
  foreign.workspace = WorkspaceNumber{4};
  const struct {
    std::optional<ApiKey> key;
    BulkStop expected;
  } rows[] = {{good_key(), BulkStop::none},
              {std::nullopt, BulkStop::key_revoked},
              {revoked, BulkStop::key_revoked},
              {foreign, BulkStop::key_revoked},
              {narrow, BulkStop::scope_lost}};
  for (const auto& row : rows) {
    EXPECT_EQ(judge_caller(row.key, job_of()), row.expected);
    EXPECT_EQ(judge_job(row.key, job_of(), now), row.expected);
  }
}

TEST(BulkDecisionTest, AJobStopsWhenItIsAskedToAndWhenItsReplaysCanNoLongerBeToldApart) {
  BulkJob asked = job_of();
  asked.stop_asked = true;
  EXPECT_EQ(judge_job(good_key(), asked, now), BulkStop::asked);
  EXPECT_EQ(judge_job(good_key(), job_of(), now + limits::bulk_job_idle_max), BulkStop::none);
  EXPECT_EQ(judge_job(good_key(), job_of(), now + limits::bulk_job_idle_max + Duration{1}),
            BulkStop::too_old);
}

TEST(BulkDecisionTest, HalfOfTheRoomIsForLiveTriggers) {
  EXPECT_TRUE(has_room(0, 1));
  EXPECT_TRUE(has_room(4, 8));
  EXPECT_FALSE(has_room(5, 8));
}

TEST(BulkDecisionTest, ARunIsJudgedAsItStandsWhenItsTurnComes) {
  using enum RunStatus;
  const auto nothing = std::optional<BulkResult>();
  const auto finished = std::optional(refused(BulkProblem::already_finished));
  const auto changed = std::optional(refused(BulkProblem::changed));
  const struct {
    BulkKind kind;
    std::optional<RunStatus> filter;
    RunStatus status;
    bool again;
    std::optional<BulkResult> expected;
  } rows[] = {
      {BulkKind::cancel, {}, running, false, nothing},
      {BulkKind::cancel, {}, pending, false, nothing},
      {BulkKind::cancel, running, running, false, nothing},
      {BulkKind::cancel, pending, running, false, changed},
      {BulkKind::cancel, {}, completed, false, finished},
      {BulkKind::cancel, {}, cancelled, false, finished},
      {BulkKind::cancel, {}, cancelled, true, BulkResult{}},
      {BulkKind::cancel, running, cancelled, true, BulkResult{}},
      {BulkKind::cancel, {}, completed, true, finished},
      {BulkKind::replay, {}, completed, false, nothing},
      {BulkKind::replay, {}, running, false, nothing},
      {BulkKind::replay, failed, failed, false, nothing},
      {BulkKind::replay, running, completed, false, changed},
  };
  for (const auto& row : rows) {
    BulkJob job = job_of(row.kind);
    job.filter.status = row.filter;
    ExecutionSummary summary;
    summary.workspace = workspace;
    summary.status = row.status;
    EXPECT_EQ(judge_run(job, summary, row.again), row.expected)
        << to_string(row.kind) << " of " << to_string(row.status) << " again " << row.again;
    summary.workspace = WorkspaceNumber{4};
    EXPECT_EQ(judge_run(job, summary, row.again), refused(BulkProblem::not_found)) << "foreign";
  }
}

TEST(BulkDecisionTest, WhatThereWasNoRoomForIsTriedAgain) {
  const struct {
    ErrorCode code;
    BulkResult of_cancel;
    BulkResult of_replay;
  } rows[] = {
      {ErrorCode::busy, {BulkEnd::later}, {BulkEnd::later}},
      {ErrorCode::unavailable, {BulkEnd::later}, {BulkEnd::later}},
      {ErrorCode::not_found, refused(BulkProblem::already_finished),
       refused(BulkProblem::unreadable)},
      {ErrorCode::corrupt, refused(BulkProblem::unreadable), refused(BulkProblem::unreadable)},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(cancel_result(Error{row.code, ""}), row.of_cancel) << to_string(row.code);
    EXPECT_EQ(replay_result(Error{row.code, ""}), row.of_replay) << to_string(row.code);
  }
  EXPECT_EQ(cancel_result(RunStatus::cancelled), BulkResult{});
  EXPECT_EQ(cancel_result(RunStatus::completed), refused(BulkProblem::already_finished));
  EXPECT_EQ(replay_result(Result<void>()), BulkResult{});
}

TEST(BulkDecisionTest, PagesAddUpToAJobThatRuns) {
  std::vector<ExecutionId> page{run_at(3), run_at(2)};
  BulkJob job = with_page(job_of(), page, run_at(2), now + Duration{1});
  EXPECT_EQ(job.status, BulkStatus::collecting);
  EXPECT_EQ(job.collected_to, run_at(2));
  EXPECT_EQ(job.updated, now + Duration{1});
  std::vector<ExecutionId> none;
  job = with_page(job, none, run_at(1), now);
  EXPECT_EQ(job.chunks, 1u) << "an empty page makes no chunk";
  std::vector<ExecutionId> last{run_at(0)};
  job = with_page(job, last, std::nullopt, now);
  EXPECT_EQ(job.status, BulkStatus::running);
  EXPECT_EQ(job.chunks, 2u);
  EXPECT_EQ(job.total, 3u);
  EXPECT_FALSE(job.truncated);
  expect_sum(job);
}

TEST(BulkDecisionTest, AJobForNothingIsOverAtOnce) {
  std::vector<ExecutionId> none;
  const BulkJob job = with_page(job_of(), none, std::nullopt, now);
  EXPECT_EQ(job.status, BulkStatus::completed);
  EXPECT_EQ(job.ended, now);
}

TEST(BulkDecisionTest, AJobTakesNoMoreRunsThanItMayAndSaysSo) {
  std::vector<ExecutionId> page{run_at(4), run_at(3), run_at(2)};
  BulkJob job = with_page(job_of(), page, run_at(2), now, 2);
  EXPECT_TRUE(job.truncated);
  EXPECT_EQ(job.total, 2u);
  EXPECT_EQ(page.size(), 2u);
  EXPECT_EQ(job.status, BulkStatus::running);
  std::vector<ExecutionId> all{run_at(4), run_at(3)};
  EXPECT_FALSE(with_page(job_of(), all, std::nullopt, now, 2).truncated) << "exactly as many";
  EXPECT_TRUE(with_page(job_of(), all, run_at(3), now, 2).truncated) << "there may be more";
}

TEST(BulkDecisionTest, EveryRunIsCountedOnce) {
  const BulkStep steps[] = {told(1, BulkResult{}), told(2, refused(BulkProblem::already_finished)),
                            told(3, refused(BulkProblem::not_published))};
  const BulkJob job = with_results(running(4), steps, 4, now);
  EXPECT_EQ(job.done, 1u);
  EXPECT_EQ(job.skipped, 1u);
  EXPECT_EQ(job.failed, 1u);
  EXPECT_EQ(job.remaining(), 1u);
  EXPECT_EQ(job.item_at, 3u);
  EXPECT_EQ(job.status, BulkStatus::running);
  EXPECT_EQ(job.refusals, (std::vector<BulkRefusal>{{run_at(2), BulkProblem::already_finished},
                                                    {run_at(3), BulkProblem::not_published}}));
  const BulkStep last[] = {told(4, BulkResult{})};
  const BulkJob over = with_results(job, last, 4, now);
  EXPECT_EQ(over.status, BulkStatus::completed);
  EXPECT_EQ(over.chunk_at, 1u);
  EXPECT_EQ(over.item_at, 0u);
  expect_sum(over);
}

TEST(BulkDecisionTest, RunsThatWereNotTouchedRemain) {
  const BulkStep steps[] = {told(1, BulkResult{}), told(2, BulkResult{BulkEnd::later}),
                            told(3, std::nullopt)};
  BulkJob job = with_results(running(3), steps, 3, now);
  EXPECT_EQ(job.done, 1u);
  EXPECT_EQ(job.remaining(), 2u);
  job = with_stop(std::move(job), BulkStop::key_revoked, now);
  EXPECT_EQ(job.status, BulkStatus::stopped);
  EXPECT_EQ(job.reason, BulkStop::key_revoked);
  expect_sum(job);
}

TEST(BulkDecisionTest, TheListOfRefusalsIsBoundedAndTheirCountIsNot) {
  std::vector<BulkStep> steps;
  const std::size_t count = limits::bulk_refusals_max + 5;
  for (std::size_t n = 0; n < count; ++n)
    steps.push_back(told(n, refused(BulkProblem::needs_inputs)));
  const BulkJob job = with_results(running(count), steps, count, now);
  EXPECT_EQ(job.failed, count);
  EXPECT_EQ(job.refusals.size(), limits::bulk_refusals_max);
}

TEST(BulkDecisionTest, TheBoundOfAJobLiesBehindItsMillisecond) {
  const BulkJob job = job_of();
  EXPECT_LT((ExecutionId{Id::make(5'000, Partition{63}, (1ULL << 60) - 2)}), bound_of(job));
  EXPECT_GT((ExecutionId{Id::make(5'001, Partition{0}, 0)}), bound_of(job));
}

}  // namespace
}  // namespace millrace
