// The contract of bulk jobs on both grounds: what is durable of them, who sees them, what is
// cleaned up after them.
#include "tests/storage/fixture.hpp"

#include <algorithm>

namespace millrace::storage::testing {
namespace {

class BulkTest : public StoreTest {
 protected:
  BulkTest() { install(store(), flow_at(1)); }

  BulkJob job_at(std::uint64_t age) const {
    BulkJob job;
    job.id = BulkId{id_at(age)};
    job.workspace = workspace_one;
    job.created = job.updated = clock_.now();
    return job;
  }
  Result<ChangeOutcome> create(const BulkJob& job, std::string inputs = {}) {
    return commit_change(store(),
                         {CreateBulk{std::make_shared<const BulkJob>(job), std::move(inputs)}});
  }
  Result<ChangeOutcome> save(const BulkJob& job, std::vector<ExecutionId> collected = {}) {
    return commit_change(store(),
                         {SaveBulk{std::make_shared<const BulkJob>(job), std::move(collected)}});
  }
  Result<ChangeOutcome> stop(BulkId job, WorkspaceNumber workspace = workspace_one) {
    return commit_change(store(), {StopBulk{workspace, job, clock_.now()}});
  }
  std::vector<ExecutionId> listed(const ExecutionQuery& query) {
    std::vector<ExecutionId> ids;
    const auto page = archive().executions(query).value();
    for (const ExecutionSummary& run : page.rows) ids.push_back(run.id);
    return ids;
  }
};

TEST_P(BulkTest, AJobIsReadBackByItsOwnWorkspaceAlone) {
  const auto created = create(job_at(1), "{}");
  ASSERT_TRUE(created);
  EXPECT_EQ(*created->bulk, job_at(1));
  reopen();
  EXPECT_EQ(archive().bulk_job(workspace_one, job_at(1).id).value(), job_at(1));
  EXPECT_EQ(archive().bulk_inputs(job_at(1).id).value(), "{}");
  const auto foreign = archive().bulk_job(WorkspaceNumber{2}, job_at(1).id);
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
  EXPECT_TRUE(archive().bulk_jobs(WorkspaceNumber{2}, {}, 10)->rows.empty());
  EXPECT_EQ(stop(job_at(1).id, WorkspaceNumber{2}).error().code, ErrorCode::not_found);
  BulkJob of_nobody = job_at(2);
  of_nobody.workspace = WorkspaceNumber{9};
  EXPECT_EQ(create(of_nobody).error().code, ErrorCode::not_found);
}

TEST_P(BulkTest, JobsAreListedNewestFirstAPageAtATime) {
  for (const std::uint64_t age : {1, 2, 3}) ASSERT_TRUE(create(job_at(age)));
  const auto first = archive().bulk_jobs(workspace_one, {}, 2);
  ASSERT_EQ(first->rows.size(), 2u);
  EXPECT_EQ(first->rows[0].id, job_at(3).id);
  EXPECT_EQ(first->rows[1].id, job_at(2).id);
  ASSERT_TRUE(first->has_more);
  const auto second = archive().bulk_jobs(workspace_one, BulkId{*first->next}, 2);
  ASSERT_EQ(second->rows.size(), 1u);
  EXPECT_EQ(second->rows[0].id, job_at(1).id);
  EXPECT_FALSE(second->has_more);
}

TEST_P(BulkTest, ChunksGoWhenTheyAreOverAndAllOfThemWithTheEnd) {
  BulkJob job = job_at(1);
  job.has_inputs = true;
  ASSERT_TRUE(create(job, "{}"));
  for (const std::uint64_t age : {3, 2, 1}) {
    ++job.chunks;
    ++job.total;
    ASSERT_TRUE(save(job, {run_at(age)}));
  }
  reopen();
  EXPECT_EQ(archive().bulk_items(job.id, 0).value(), std::vector{run_at(3)});
  EXPECT_EQ(archive().bulk_items(job.id, 2).value(), std::vector{run_at(1)});
  job.status = BulkStatus::running;
  job.chunk_at = 1;
  job.done = 1;
  ASSERT_TRUE(save(job));
  EXPECT_EQ(archive().bulk_items(job.id, 0).error().code, ErrorCode::not_found);
  EXPECT_TRUE(archive().bulk_items(job.id, 1));
  EXPECT_EQ(archive().open_bulk_jobs()->size(), 1u);
  job.status = BulkStatus::stopped;
  ASSERT_TRUE(save(job));
  EXPECT_FALSE(archive().bulk_items(job.id, 1));
  EXPECT_FALSE(archive().bulk_items(job.id, 2));
  EXPECT_FALSE(archive().bulk_inputs(job.id));
  EXPECT_TRUE(archive().open_bulk_jobs()->empty());
  EXPECT_EQ(save(job).error().code, ErrorCode::not_found) << "what has ended never changes";
}

TEST_P(BulkTest, AStopIsNotLostBesideProgressOfTheSameCommit) {
  const BulkJob job = job_at(1);
  ASSERT_TRUE(create(job));
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{{StopBulk{workspace_one, job.id, clock_.now()}}});
  batch.emplace_back(ChangeWrite{{SaveBulk{std::make_shared<const BulkJob>(job), {}}}});
  commit(store(), batch);
  EXPECT_TRUE(std::get<ChangeWrite>(batch.back()).outcome->bulk->stop_asked);
  EXPECT_TRUE(archive().bulk_job(workspace_one, job.id)->stop_asked);
  EXPECT_TRUE(stop(job.id)) << "it is asked already";
  BulkJob over = job;
  over.status = BulkStatus::completed;
  ASSERT_TRUE(save(over));
  EXPECT_EQ(stop(job.id).error().code, ErrorCode::version_conflict);
  EXPECT_EQ(stop(job_at(2).id).error().code, ErrorCode::not_found);
}

TEST_P(BulkTest, SoManyGoOnAndSoManyAreKept) {
  std::uint64_t age = 1;
  for (; age <= limits::bulk_jobs_open_max; ++age) ASSERT_TRUE(create(job_at(age)));
  EXPECT_EQ(create(job_at(age)).error().code, ErrorCode::busy);
  for (age = 1; age <= limits::bulk_jobs_kept_max; ++age) {
    BulkJob over = job_at(age);
    over.status = BulkStatus::completed;
    ASSERT_TRUE(age > limits::bulk_jobs_open_max ? create(over) : save(over));
  }
  std::vector<Write> batch;
  for (const std::uint64_t more : {0, 1})
    batch.emplace_back(
        ChangeWrite{{CreateBulk{std::make_shared<const BulkJob>(job_at(age + more)), ""}}});
  commit(store(), batch);
  const auto all = archive().bulk_jobs(workspace_one, {}, limits::page_size_max);
  EXPECT_EQ(all->rows.size(), limits::bulk_jobs_kept_max);
  EXPECT_EQ(all->rows.back().id, job_at(3).id) << "the oldest went first";
}

TEST_P(BulkTest, AListOfOpenRunsHoldsThoseThatGoOn) {
  const RunStatus statuses[] = {RunStatus::running, RunStatus::completed, RunStatus::pending,
                                RunStatus::failed};
  for (std::uint64_t age = 0; age < 4; ++age)
    commit_turn(store(), turn_of(run_at(age), {.status = statuses[age]}));
  ExecutionQuery query;
  query.workspace = workspace_one;
  query.open = true;
  const std::vector<ExecutionId> open{run_at(2), run_at(0)};
  EXPECT_EQ(listed(query), open);
  query.flow = flow_at(1);
  EXPECT_EQ(listed(query), open);
  query.status = RunStatus::pending;
  EXPECT_EQ(listed(query), std::vector{run_at(2)});
  query.status = RunStatus::completed;
  EXPECT_TRUE(listed(query).empty());
}

TEST_P(BulkTest, AKeyIsFoundByItsIdAlsoWhenItIsRevoked) {
  ApiKey key;
  key.id = KeyId{id_at(5)};
  key.workspace = workspace_one;
  ASSERT_TRUE(commit_change(store(), {CreateKey{key}}));
  EXPECT_FALSE(archive().key_of(key.id)->revoked);
  ASSERT_TRUE(commit_change(store(), {RevokeKey{key.id, clock_.now()}}));
  EXPECT_TRUE(archive().key_of(key.id)->revoked);
  EXPECT_FALSE(archive().key_of(KeyId{id_at(6)}));
}

INSTANTIATE_TEST_SUITE_P(Grounds, BulkTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
