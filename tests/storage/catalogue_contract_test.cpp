// The contract of catalogue changes and of the reads that see them, on both grounds.
#include "tests/storage/fixture.hpp"

#include <algorithm>

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class CatalogueTest : public StoreTest {
 protected:
  Result<ChangeOutcome> publish(FlowId flow, std::uint32_t version) {
    return commit_change(store(), {PublishFlow{workspace_one, flow, version, clock_.now()}});
  }
  Result<ChangeOutcome> update(UpdateFlow change) {
    change.workspace = workspace_one;
    change.at = clock_.now();
    return commit_change(store(), {std::move(change)});
  }
  ApiKey make_key(std::uint64_t age, WorkspaceNumber workspace = workspace_one) const {
    ApiKey key;
    key.id = KeyId{id_at(age)};
    key.workspace = workspace;
    key.dialect = Dialect::orbit;
    key.hash = sha256("key " + std::to_string(age));
    key.shown = "dv_live_sk_…abcd";
    key.created = clock_.now();
    return key;
  }
  std::vector<std::uint64_t> ages(const Page<StoredFlow>& page) const {
    std::vector<std::uint64_t> ages;
    for (const StoredFlow& flow : page.rows)
      ages.push_back(flow.id.id.milliseconds() - id_at(0).milliseconds());
    return ages;
  }
};

TEST_P(CatalogueTest, WorkspacesAreNumberedOnceByName) {
  EXPECT_EQ(commit_change(store(), {EnsureWorkspace{"a"}})->workspace->number, WorkspaceNumber{1});
  EXPECT_EQ(commit_change(store(), {EnsureWorkspace{"b"}})->workspace->number, WorkspaceNumber{2});
  EXPECT_EQ(commit_change(store(), {EnsureWorkspace{"a"}})->workspace->number, WorkspaceNumber{1});
  reopen();
  EXPECT_EQ(archive().workspace("b")->number, WorkspaceNumber{2});
  EXPECT_FALSE(archive().workspace("c"));
  EXPECT_EQ(commit_change(store(), {EnsureWorkspace{"c"}})->workspace->number, WorkspaceNumber{3});
}

TEST_P(CatalogueTest, AKeyIsFoundByItsHashUntilItIsRevoked) {
  install(store(), flow_at(1));
  const ApiKey key = make_key(1);
  EXPECT_FALSE(archive().key(key.hash));
  ASSERT_TRUE(commit_change(store(), {CreateKey{key}}));
  ASSERT_TRUE(archive().key(key.hash));
  EXPECT_EQ(archive().key(key.hash)->id, key.id);
  reopen();
  ASSERT_TRUE(archive().key(key.hash));
  ASSERT_TRUE(commit_change(store(), {RevokeKey{key.id, clock_.now()}}));
  EXPECT_FALSE(archive().key(key.hash));
  ASSERT_EQ(archive().keys().size(), 1u);
  EXPECT_EQ(archive().keys()[0].revoked, clock_.now());
  reopen();
  EXPECT_FALSE(archive().key(key.hash));
  EXPECT_EQ(archive().keys().size(), 1u);
}

TEST_P(CatalogueTest, AKeyOfNoWorkspaceAndARevocationOfNoKeyAreNotFound) {
  EXPECT_EQ(commit_change(store(), {CreateKey{make_key(1)}}).error().code, ErrorCode::not_found);
  EXPECT_EQ(commit_change(store(), {RevokeKey{KeyId{id_at(1)}, clock_.now()}}).error().code,
            ErrorCode::not_found);
}

TEST_P(CatalogueTest, ACreatedFlowIsADraftWithItsFirstVersion) {
  install(store(), flow_at(1));
  reopen();
  const auto flow = archive().flow(workspace_one, flow_at(1));
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->version, 1u);
  EXPECT_EQ(flow->published_version, 0u);
  EXPECT_EQ(archive().version(flow_at(1), 1)->definition, small_definition());
  EXPECT_FALSE(archive().version(flow_at(1), 2));
  EXPECT_EQ(archive().published(flow_at(1)), nullptr);
  EXPECT_FALSE(archive().flow(WorkspaceNumber{2}, flow_at(1)));
}

TEST_P(CatalogueTest, AFlowIdIsTakenOnce) {
  install(store(), flow_at(1));
  EXPECT_EQ(commit_change(store(), {create_flow(flow_at(1))}).error().code,
            ErrorCode::version_conflict);
}

TEST_P(CatalogueTest, EveryUpdateMakesTheNextVersionFromTheNewest) {
  install(store(), flow_at(1));
  UpdateFlow rename;
  rename.flow = flow_at(1);
  rename.name = "another name";
  const auto renamed = update(rename).value();
  EXPECT_EQ(renamed.flow->version, 2u);
  EXPECT_EQ(renamed.version->definition, small_definition());
  UpdateFlow redefine;
  redefine.flow = flow_at(1);
  redefine.definition = webhook_definition("x");
  redefine.trigger_type = TriggerType::webhook;
  EXPECT_EQ(update(redefine)->version->name, "another name");
  reopen();
  const auto flow = archive().flow(workspace_one, flow_at(1));
  EXPECT_EQ(flow->version, 3u);
  EXPECT_EQ(flow->name, "another name");
  EXPECT_EQ(flow->trigger_type, TriggerType::webhook);
  EXPECT_EQ(archive().version(flow_at(1), 1)->name, "a flow");
  EXPECT_EQ(archive().version(flow_at(1), 2)->trigger_type, TriggerType::api);
  EXPECT_EQ(archive().version(flow_at(1), 3)->definition, webhook_definition("x"));
}

TEST_P(CatalogueTest, AnUpdateOfAnOtherVersionIsAConflictThatTellsBoth) {
  install(store(), flow_at(1));
  UpdateFlow change;
  change.flow = flow_at(1);
  change.expected_version = 1;
  ASSERT_TRUE(update(change));
  const auto stale = update(change);
  EXPECT_EQ(stale.error().code, ErrorCode::version_conflict);
  EXPECT_EQ(stale.error().message, "expected version 1, current version 2");
  EXPECT_EQ(archive().flow(workspace_one, flow_at(1))->version, 2u);
}

TEST_P(CatalogueTest, ChangesOfOneBatchSeeTheOnesBeforeThem) {
  std::vector<Write> batch;
  UpdateFlow first;
  first.workspace = workspace_one;
  first.flow = flow_at(1);
  first.expected_version = 1;
  batch.emplace_back(ChangeWrite{{EnsureWorkspace{"w"}}});
  batch.emplace_back(ChangeWrite{{create_flow(flow_at(1))}});
  batch.emplace_back(ChangeWrite{{first}});
  batch.emplace_back(ChangeWrite{{first}});
  batch.emplace_back(ChangeWrite{{PublishFlow{workspace_one, flow_at(1), 2, clock_.now()}}});
  batch.emplace_back(ChangeWrite{{EnsureWorkspace{"w"}}});
  commit(store(), batch);
  const auto outcome = [&](std::size_t i) { return std::get<ChangeWrite>(batch[i]).outcome; };
  EXPECT_EQ(outcome(2)->flow->version, 2u);
  EXPECT_EQ(outcome(3).error().code, ErrorCode::version_conflict);
  EXPECT_EQ(outcome(4)->flow->published_version, 2u);
  EXPECT_EQ(outcome(5)->workspace->number, workspace_one);
  EXPECT_EQ(archive().published(flow_at(1))->program->version, 2u);
}

TEST_P(CatalogueTest, PublishingPointsAtOneVersionAndUpdatingKeepsItLive) {
  install(store(), flow_at(1));
  ASSERT_TRUE(publish(flow_at(1), 1));
  UpdateFlow change;
  change.flow = flow_at(1);
  change.name = "draft";
  ASSERT_TRUE(update(change));
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto live = archive().published(flow_at(1));
    ASSERT_NE(live, nullptr);
    EXPECT_EQ(live->program->version, 1u);
    EXPECT_EQ(live->flow.version, 2u);
    EXPECT_EQ(live->flow.published_version, 1u);
  }
  ASSERT_TRUE(publish(flow_at(1), 2));
  EXPECT_EQ(archive().published(flow_at(1))->program->version, 2u);
}

TEST_P(CatalogueTest, UnpublishingTakesItAway) {
  install(store(), flow_at(1));
  ASSERT_TRUE(publish(flow_at(1), 1));
  EXPECT_EQ(publish(flow_at(1), 0)->flow->published_version, 0u);
  EXPECT_EQ(archive().published(flow_at(1)), nullptr);
  EXPECT_TRUE(archive().published_by_trigger(workspace_one, TriggerType::api).empty());
  reopen();
  EXPECT_EQ(archive().published(flow_at(1)), nullptr);
}

TEST_P(CatalogueTest, PublishingAVersionThatDoesNotExistOrDoesNotCompileChangesNothing) {
  install(store(), flow_at(1), R"({"nodes":[],"edges":[]})");
  EXPECT_EQ(publish(flow_at(1), 2).error().code, ErrorCode::not_found);
  EXPECT_FALSE(publish(flow_at(1), 1));
  EXPECT_EQ(archive().flow(workspace_one, flow_at(1))->published_version, 0u);
  EXPECT_EQ(archive().published(flow_at(1)), nullptr);
}

TEST_P(CatalogueTest, AnArchivedVersionIsNotPublishedUntilItIsRestored) {
  install(store(), flow_at(1));
  UpdateFlow change;
  change.flow = flow_at(1);
  change.name = "second";
  ASSERT_TRUE(update(change));
  ASSERT_TRUE(publish(flow_at(1), 2));
  const ArchiveVersion live{workspace_one, flow_at(1), 2, clock_.now()};
  EXPECT_EQ(commit_change(store(), {live}).error().code, ErrorCode::version_conflict);
  const ArchiveVersion gone{workspace_one, flow_at(1), 3, clock_.now()};
  EXPECT_EQ(commit_change(store(), {gone}).error().code, ErrorCode::not_found);
  const ArchiveVersion first{workspace_one, flow_at(1), 1, clock_.now()};
  for (int again = 0; again < 2; ++again)
    EXPECT_EQ(commit_change(store(), {first})->version->archived, first.at);
  reopen();
  EXPECT_EQ(archive().version(flow_at(1), 1)->archived, first.at);
  EXPECT_EQ(archive().version(flow_at(1), 1)->definition, small_definition());
  EXPECT_EQ(publish(flow_at(1), 1).error().code, ErrorCode::version_conflict);
  EXPECT_EQ(archive().published(flow_at(1))->program->version, 2u);
  change.restores = 1;
  EXPECT_EQ(update(change)->flow->version, 3u);
  EXPECT_EQ(archive().version(flow_at(1), 1)->archived, std::nullopt);
  EXPECT_TRUE(publish(flow_at(1), 1));
}

TEST_P(CatalogueTest, AnUpdateOfAnArchivedVersionIsNotArchived) {
  install(store(), flow_at(1));
  ASSERT_TRUE(commit_change(store(), {ArchiveVersion{workspace_one, flow_at(1), 1, clock_.now()}}));
  UpdateFlow change;
  change.flow = flow_at(1);
  change.name = "second";
  EXPECT_EQ(update(change)->version->archived, std::nullopt);
  EXPECT_TRUE(archive().version(flow_at(1), 1)->archived.has_value());
}

TEST_P(CatalogueTest, PublishedFlowsAreListedByTheTriggerOfWhatIsLive) {
  install(store(), flow_at(2), webhook_definition("a"), TriggerType::webhook);
  install(store(), flow_at(1), webhook_definition("b"), TriggerType::webhook);
  install(store(), flow_at(3));
  for (const std::uint64_t age : {1, 2, 3}) ASSERT_TRUE(publish(flow_at(age), 1));
  UpdateFlow change;
  change.flow = flow_at(1);
  change.trigger_type = TriggerType::api;
  ASSERT_TRUE(update(change));
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto hooks = archive().published_by_trigger(workspace_one, TriggerType::webhook);
    ASSERT_EQ(hooks.size(), 2u);
    EXPECT_EQ(hooks[0]->flow.id, flow_at(1));
    EXPECT_EQ(hooks[1]->flow.id, flow_at(2));
    EXPECT_EQ(archive().published_by_trigger(workspace_one, TriggerType::api).size(), 1u);
    EXPECT_TRUE(archive().published_by_trigger(WorkspaceNumber{2}, TriggerType::api).empty());
  }
}

TEST_P(CatalogueTest, ADeletedFlowIsGoneButItsVersionsRunOn) {
  install(store(), flow_at(1));
  ASSERT_TRUE(publish(flow_at(1), 1));
  ASSERT_TRUE(commit_change(store(), {DeleteFlow{workspace_one, flow_at(1), clock_.now()}}));
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_FALSE(archive().flow(workspace_one, flow_at(1)));
    EXPECT_EQ(archive().published(flow_at(1)), nullptr);
    EXPECT_TRUE(archive().flows(workspace_one, {}, {}, 10).rows.empty());
    EXPECT_TRUE(journal().program(flow_at(1), 1));
  }
  EXPECT_EQ(publish(flow_at(1), 1).error().code, ErrorCode::not_found);
  const auto again = commit_change(store(), {DeleteFlow{workspace_one, flow_at(1), clock_.now()}});
  EXPECT_EQ(again.error().code, ErrorCode::not_found);
}

TEST_P(CatalogueTest, ChangesOfAForeignFlowAreNotFound) {
  install(store(), flow_at(1));
  const WorkspaceNumber foreign{2};
  UpdateFlow change;
  change.workspace = foreign;
  change.flow = flow_at(1);
  EXPECT_EQ(commit_change(store(), {change}).error().code, ErrorCode::not_found);
  EXPECT_EQ(commit_change(store(), {PublishFlow{foreign, flow_at(1), 1, {}}}).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(commit_change(store(), {DeleteFlow{foreign, flow_at(1), {}}}).error().code,
            ErrorCode::not_found);
}

TEST_P(CatalogueTest, FlowsAreListedNewestFirstPageByPage) {
  for (const std::uint64_t age : {5, 1, 4, 2, 3}) install(store(), flow_at(age));
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto first = archive().flows(workspace_one, {}, {}, 2);
    EXPECT_EQ(ages(first), (std::vector<std::uint64_t>{5, 4}));
    EXPECT_TRUE(first.has_more);
    const auto second = archive().flows(workspace_one, {}, FlowId{*first.next}, 2);
    EXPECT_EQ(ages(second), (std::vector<std::uint64_t>{3, 2}));
    const auto last = archive().flows(workspace_one, {}, FlowId{*second.next}, 2);
    EXPECT_EQ(ages(last), (std::vector<std::uint64_t>{1}));
    EXPECT_FALSE(last.has_more);
    EXPECT_FALSE(last.next);
  }
}

TEST_P(CatalogueTest, FlowsAreFilteredByTheDialectThatMadeThem) {
  install(store(), flow_at(1));
  EXPECT_EQ(archive().flows(workspace_one, Dialect::orbit, {}, 10).rows.size(), 1u);
  EXPECT_TRUE(archive().flows(workspace_one, Dialect::tenex, {}, 10).rows.empty());
}

TEST_P(CatalogueTest, ProgramsOfOldVersionsAreSharedWhileSomebodyHoldsThem) {
  install(store(), flow_at(1));
  const ProgramPtr one = journal().program(flow_at(1), 1).value();
  EXPECT_EQ(journal().program(flow_at(1), 1).value(), one);
  EXPECT_EQ(one->version, 1u);
  EXPECT_EQ(journal().program(flow_at(1), 9).error().code, ErrorCode::not_found);
}

INSTANTIATE_TEST_SUITE_P(Grounds, CatalogueTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
