// The contract of execution lists and traces, on both grounds.
#include "tests/storage/fixture.hpp"

#include <algorithm>
#include <map>

namespace millrace::storage::testing {
namespace {

using Ages = std::vector<std::uint64_t>;

class ListsTest : public StoreTest {
 protected:
  void add(std::uint64_t age, RunStatus status, FlowId flow = flow_at(1),
           WorkspaceNumber workspace = workspace_one) {
    TurnOptions options;
    options.flow = flow;
    options.workspace = workspace;
    options.status = status;
    const auto partition = static_cast<std::uint16_t>(age * 7 % 64);
    commit_turn(store(), turn_of(run_at(age, partition), options));
  }
  /// All pages of a query, each row by its age.
  Ages list(ExecutionQuery query) const {
    query.workspace = workspace_one;
    Ages ages;
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = archive().executions(query);
      EXPECT_TRUE(page) << page.error().message;
      EXPECT_LE(page->rows.size(), static_cast<std::size_t>(query.limit));
      for (const ExecutionSummary& row : page->rows)
        ages.push_back(row.id.id.milliseconds() - id_at(0).milliseconds());
      if (!page->has_more) break;
      query.after = ExecutionId{*page->next};
    }
    return ages;
  }
};

TEST_P(ListsTest, AnEmptyStoreListsNothing) { EXPECT_EQ(list({}), Ages{}); }

TEST_P(ListsTest, EveryFilterGivesItsRunsNewestFirstOnPagesOfAnySize) {
  const std::vector<RunStatus> statuses{RunStatus::pending,   RunStatus::running,
                                        RunStatus::completed, RunStatus::failed,
                                        RunStatus::cancelled, RunStatus::timed_out};
  std::map<std::uint64_t, std::pair<RunStatus, FlowId>> all;
  for (std::uint64_t age = 1; age <= 36; ++age) {
    all[age] = {statuses[age % 6], flow_at(100 + age % 3)};
    add(age, all[age].first, all[age].second);
  }
  add(50, RunStatus::failed, flow_at(100), WorkspaceNumber{2});

  std::vector<std::optional<RunStatus>> status_filters{std::nullopt};
  status_filters.insert(status_filters.end(), statuses.begin(), statuses.end());
  for (const auto& status : status_filters) {
    for (const std::optional<FlowId>& flow :
         {std::optional<FlowId>(), std::optional(flow_at(100)), std::optional(flow_at(102))}) {
      Ages expected;
      for (const auto& [age, run] : all)
        if ((!status || run.first == *status) && (!flow || run.second == *flow))
          expected.insert(expected.begin(), age);
      for (const int limit : {1, 3, 200}) {
        ExecutionQuery query;
        query.flow = flow;
        query.status = status;
        query.limit = limit;
        EXPECT_EQ(list(query), expected) << "limit " << limit;
      }
    }
  }
}

TEST_P(ListsTest, FiltersByTriggerAndByTimeOfStartOnPagesOfAnySize) {
  const std::int64_t hour = 3'600'000;
  const auto epoch = static_cast<std::int64_t>(id_at(0).milliseconds());
  for (std::int64_t age = 1; age <= 100; ++age) {
    TurnWrite turn = turn_of(run_at(static_cast<std::uint64_t>(age * hour)));
    turn.summary.started = Timestamp(Duration(epoch + age * hour + 5));
    turn.summary.trigger_type = age % 2 == 0 ? TriggerType::webhook : TriggerType::api;
    commit_turn(store(), std::move(turn));
  }
  for (const std::int64_t from : {0, 1, 40, 41, 99, 200}) {
    for (const std::int64_t before : {0, 1, 41, 60, 101, 200}) {
      for (const int limit : {3, 200}) {
        ExecutionQuery query;
        query.limit = limit;
        query.trigger_type = TriggerType::webhook;
        query.started_from = Timestamp(Duration(epoch + from * hour + 5));
        query.started_before = Timestamp(Duration(epoch + before * hour + 5));
        Ages expected;
        for (std::int64_t age = 100; age >= 1; --age)
          if (age % 2 == 0 && age >= from && age < before)
            expected.push_back(static_cast<std::uint64_t>(age * hour));
        EXPECT_EQ(list(query), expected) << from << " to " << before;
      }
    }
  }
}

TEST_P(ListsTest, TimesBeyondWhatAnIdCanSayAreNoError) {
  add(1, RunStatus::completed);
  ExecutionQuery query;
  query.started_from = Timestamp(Duration(-62'135'596'800'000));
  query.started_before = Timestamp(Duration(253'402'300'799'000));
  EXPECT_EQ(list(query), Ages{1});
  std::swap(query.started_from, query.started_before);
  EXPECT_EQ(list(query), Ages{});
}

TEST_P(ListsTest, ARunMovesBetweenListsWithItsStatus) {
  TurnOptions options;
  options.status = RunStatus::running;
  commit_turn(store(), turn_of(run_at(1), options));
  ExecutionQuery running, failed, of_flow;
  running.status = RunStatus::running;
  failed.status = RunStatus::failed;
  of_flow.flow = flow_at(1);
  EXPECT_EQ(list(running), Ages{1});
  EXPECT_EQ(list(failed), Ages{});
  options.turn = 1;
  options.status = RunStatus::failed;
  commit_turn(store(), turn_of(run_at(1), options));
  EXPECT_EQ(list(running), Ages{});
  EXPECT_EQ(list(failed), Ages{1});
  EXPECT_EQ(list(of_flow), Ages{1});
  EXPECT_EQ(list({}), Ages{1});
}

TEST_P(ListsTest, AFlowThatNobodyHasListsNothing) {
  add(1, RunStatus::failed);
  ExecutionQuery query;
  query.flow = flow_at(77);
  EXPECT_EQ(list(query), Ages{});
  query.flow = FlowId{};
  EXPECT_EQ(list(query), Ages{});
}

TEST_P(ListsTest, AFilteredScanStopsAtItsLimitWithACursorThatGoesOn) {
  std::vector<Write> batch;
  add(1, RunStatus::completed);
  TurnOptions failed;
  failed.status = RunStatus::failed;
  for (std::uint64_t i = 0; i < limits::scan_rows_max + 5; ++i)
    batch.emplace_back(turn_of(ExecutionId{id_at(2 + i)}, failed));
  commit(store(), batch);
  ExecutionQuery query;
  query.workspace = workspace_one;
  query.status = RunStatus::completed;
  const auto first = archive().executions(query).value();
  EXPECT_TRUE(first.rows.empty());
  ASSERT_TRUE(first.has_more);
  query.after = ExecutionId{*first.next};
  const auto second = archive().executions(query).value();
  ASSERT_EQ(second.rows.size(), 1u);
  EXPECT_EQ(second.rows[0].id, run_at(1, 7));
  EXPECT_FALSE(second.has_more);
}

class TracesTest : public StoreTest {
 protected:
  void SetUp() override { install(store(), flow_at(1)); }
  /// Runs the small flow with the real engine and commits its one turn.
  ExecutionSummary run_through(ExecutionId id) {
    const ProgramPtr program = journal().program(flow_at(1), 1).value();
    Trigger trigger;
    trigger.workspace = workspace_one;
    trigger.program = program;
    trigger.payload = parse_document(R"({"hello":"world"})").value();
    trigger.execution = id;
    trigger.accepted_at = clock_.now();
    Execution execution(id, program);
    Turn turn = execution.begin(trigger, clock_.now(), 0.5);
    TurnWrite write = turn_of(id, {});
    write.bytes = encode_record(turn.record);
    write.record = std::make_shared<const TurnRecord>(std::move(turn.record));
    const ExecutionSummary summary = write.summary;
    commit_turn(store(), std::move(write));
    return summary;
  }
};

TEST_P(TracesTest, ATraceIsReadBackFromTheRecords) {
  const ExecutionSummary summary = run_through(run_at(1));
  reopen();
  const auto trace = archive().trace(summary);
  ASSERT_TRUE(trace) << trace.error().message;
  EXPECT_EQ(trace->trigger_payload, R"({"hello":"world"})");
  ASSERT_FALSE(trace->node_runs.empty());
  EXPECT_EQ(trace->node_runs.back().node_id, "stop");
  EXPECT_EQ(trace->node_runs.back().status, NodeRunStatus::completed);
}

TEST_P(TracesTest, ATraceSurvivesTheDeletionOfItsFlow) {
  const ExecutionSummary summary = run_through(run_at(1));
  ASSERT_TRUE(commit_change(store(), {DeleteFlow{workspace_one, flow_at(1), clock_.now()}}));
  EXPECT_TRUE(archive().trace(summary));
}

TEST_P(TracesTest, ThereIsNoTraceOfAnUnknownOrForeignRun) {
  ExecutionSummary summary = run_through(run_at(1));
  summary.workspace = WorkspaceNumber{2};
  EXPECT_EQ(archive().trace(summary).error().code, ErrorCode::not_found);
  summary.workspace = workspace_one;
  summary.id = run_at(2);
  EXPECT_EQ(archive().trace(summary).error().code, ErrorCode::not_found);
}

INSTANTIATE_TEST_SUITE_P(Grounds, ListsTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);
INSTANTIATE_TEST_SUITE_P(Grounds, TracesTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
