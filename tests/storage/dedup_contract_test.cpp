// The contract of idempotency keys: of triggers and of requests, on both grounds.
#include "tests/storage/fixture.hpp"

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class DedupTest : public StoreTest {
 protected:
  TriggerKey key(std::string text, std::string body = "body", std::string memo = "memo") const {
    return {std::move(text), sha256(body), std::move(memo)};
  }
  TurnWrite keyed(ExecutionId run, TriggerKey with, FlowId flow = flow_at(1)) {
    return turn_of(run, {.flow = flow, .key = std::move(with), .key_expires = clock_.now() + 24h});
  }
  TurnWrite committed(TurnWrite turn) {
    std::vector<Write> batch;
    batch.emplace_back(std::move(turn));
    commit(store(), batch);
    return std::get<TurnWrite>(batch.front());
  }
  bool exists(ExecutionId run) const { return archive().execution(workspace_one, run).has_value(); }
};

TEST_P(DedupTest, TheSecondTriggerWithAKeyMeetsTheFirst) {
  EXPECT_FALSE(committed(keyed(run_at(1), key("k", "body", "first"))).winner);
  const TurnWrite second = committed(keyed(run_at(2), key("k", "body", "second")));
  EXPECT_EQ(second.winner, run_at(1));
  EXPECT_EQ(second.winner_memo, "first");
  EXPECT_FALSE(exists(run_at(2)));
}

TEST_P(DedupTest, KeysOfTheOpenBatchCount) {
  std::vector<Write> batch;
  for (std::uint64_t i = 0; i < 5; ++i) batch.emplace_back(keyed(run_at(i), key("k")));
  commit(store(), batch);
  EXPECT_FALSE(std::get<TurnWrite>(batch[0]).winner);
  for (std::uint64_t i = 1; i < 5; ++i) {
    EXPECT_EQ(std::get<TurnWrite>(batch[i]).winner, run_at(0));
    EXPECT_FALSE(exists(run_at(i)));
  }
}

TEST_P(DedupTest, ABatchOfDuplicatesAloneIsNoCommit) {
  const std::uint64_t first = commit_turn(store(), keyed(run_at(1), key("k")));
  EXPECT_EQ(commit_turn(store(), keyed(run_at(2), key("k"))), first);
  EXPECT_EQ(commit_turn(store(), keyed(run_at(3), key("other"))), first + 1);
}

TEST_P(DedupTest, AnotherBodyWithTheSameKeyIsAMismatch) {
  committed(keyed(run_at(1), key("k", "one")));
  const TurnWrite other = committed(keyed(run_at(2), key("k", "two")));
  ASSERT_TRUE(other.refused);
  EXPECT_EQ(other.refused->code, ErrorCode::idempotency_mismatch);
  EXPECT_FALSE(other.winner);
  EXPECT_FALSE(exists(run_at(2)));
}

TEST_P(DedupTest, KeysOfDifferentFlowsDoNotMeet) {
  committed(keyed(run_at(1), key("k"), flow_at(1)));
  EXPECT_FALSE(committed(keyed(run_at(2), key("k"), flow_at(2))).winner);
}

TEST_P(DedupTest, AKeyHoldsAfterReopening) {
  committed(keyed(run_at(1), key("k")));
  reopen();
  EXPECT_EQ(committed(keyed(run_at(2), key("k"))).winner, run_at(1));
}

TEST_P(DedupTest, AnExpiredKeyCountsAsAbsentAndIsTakenAnew) {
  committed(keyed(run_at(1), key("k", "one")));
  clock_.advance(24h - 1ms);
  EXPECT_EQ(committed(keyed(run_at(2), key("k", "one"))).winner, run_at(1));
  clock_.advance(1ms);
  EXPECT_FALSE(committed(keyed(run_at(3), key("k", "two"))).refused);
  EXPECT_EQ(committed(keyed(run_at(4), key("k", "two"))).winner, run_at(3));
}

TEST_P(DedupTest, OnlyTheFirstTurnClaimsItsKey) {
  TurnWrite first = keyed(run_at(1), key("k"));
  first = turn_of(
      run_at(1), {.status = RunStatus::running, .key = key("k"), .key_expires = clock_.now() + 1h});
  committed(std::move(first));
  const TurnWrite second =
      committed(turn_of(run_at(1), {.turn = 1, .key = key("k"), .key_expires = clock_.now() + 1h}));
  EXPECT_FALSE(second.winner);
  EXPECT_EQ(archive().execution(workspace_one, run_at(1))->status, RunStatus::completed);
}

class RequestKeyTest : public DedupTest {
 protected:
  CatalogChange create(FlowId flow, std::string text, std::string body = "body",
                       std::uint64_t caller = 1) {
    RequestKey request;
    request.caller = KeyId{id_at(caller)};
    request.key = std::move(text);
    request.fingerprint = sha256(body);
    request.expires = clock_.now() + 24h;
    request.render = [](const ChangeOutcome& outcome) {
      return "made " + to_base62(outcome.flow->id.id);
    };
    return {create_flow(flow), request};
  }
  void SetUp() override { ASSERT_TRUE(commit_change(store(), {EnsureWorkspace{"w"}})); }
};

TEST_P(RequestKeyTest, ARepeatedRequestGetsTheFirstAnswerAndChangesNothing) {
  const auto first = commit_change(store(), create(flow_at(1), "k")).value();
  EXPECT_FALSE(first.replayed);
  EXPECT_EQ(first.stored_answer, "made " + to_base62(flow_at(1).id));
  reopen();
  const auto again = commit_change(store(), create(flow_at(2), "k")).value();
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.stored_answer, first.stored_answer);
  EXPECT_FALSE(archive().flow(workspace_one, flow_at(2)));
}

TEST_P(RequestKeyTest, AnAnswerIsKeptBesideAnEffectThatStandsElsewhere) {
  const auto keep = [this](bool only_ask, std::string answer) {
    CatalogChange change = create(flow_at(1), "k");
    change.what = KeepAnswer{only_ask};
    change.request_key->render = [answer](const ChangeOutcome&) { return answer; };
    return commit_change(store(), change);
  };
  EXPECT_EQ(keep(true, "nobody").error().code, ErrorCode::not_found);
  EXPECT_FALSE(keep(false, "first")->replayed);
  reopen();
  EXPECT_EQ(keep(true, "nobody")->stored_answer, "first");
  const auto again = keep(false, "second").value();
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.stored_answer, "first");
  clock_.advance(24h);
  EXPECT_EQ(keep(true, "nobody").error().code, ErrorCode::not_found);
}

TEST_P(RequestKeyTest, TwoOfOneBatchMeetEachOther) {
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{create(flow_at(1), "k")});
  batch.emplace_back(ChangeWrite{create(flow_at(2), "k")});
  commit(store(), batch);
  EXPECT_TRUE(std::get<ChangeWrite>(batch[1]).outcome->replayed);
  EXPECT_FALSE(archive().flow(workspace_one, flow_at(2)));
}

TEST_P(RequestKeyTest, AnotherRequestWithTheSameKeyIsAMismatch) {
  ASSERT_TRUE(commit_change(store(), create(flow_at(1), "k", "one")));
  const auto other = commit_change(store(), create(flow_at(2), "k", "two"));
  EXPECT_EQ(other.error().code, ErrorCode::idempotency_mismatch);
}

TEST_P(RequestKeyTest, KeysAreEachCallersOwn) {
  ASSERT_TRUE(commit_change(store(), create(flow_at(1), "k", "body", 1)));
  EXPECT_FALSE(commit_change(store(), create(flow_at(2), "k", "body", 2))->replayed);
}

TEST_P(RequestKeyTest, ARequestThatFailedMayBeTriedAgain) {
  ASSERT_TRUE(commit_change(store(), create(flow_at(1), "first")));
  EXPECT_FALSE(commit_change(store(), create(flow_at(1), "k")));
  EXPECT_FALSE(commit_change(store(), create(flow_at(2), "k"))->replayed);
}

INSTANTIATE_TEST_SUITE_P(Grounds, DedupTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);
INSTANTIATE_TEST_SUITE_P(Grounds, RequestKeyTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
