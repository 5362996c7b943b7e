// The contract of outgoing webhooks on both grounds: endpoints, what waits, what was settled.
#include "runtime/webhooks/webhook_limits.hpp"
#include "tests/storage/fixture.hpp"

#include <algorithm>

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class WebhooksTest : public StoreTest {
 protected:
  WebhooksTest() { install(store(), flow_at(1)); }

  Webhook webhook(std::uint64_t age = 1, WorkspaceNumber workspace = workspace_one) const {
    Webhook row;
    row.id = WebhookId{id_at(age)};
    row.workspace = workspace;
    row.url = "https://r.example";
    row.events = all_event_types;
    row.secret = "sealed";
    row.created = row.updated = clock_.now();
    return row;
  }
  WebhookId create(std::uint64_t age = 1) {
    EXPECT_TRUE(commit_change(store(), {WebhookChange{CreateWebhook{webhook(age)}}}));
    return webhook(age).id;
  }
  Delivery delivery(WebhookId id, std::uint64_t age,
                    DeliveryStatus status = DeliveryStatus::pending) const {
    Delivery row;
    row.id = DeliveryId{id_at(age)};
    row.webhook = id;
    row.execution = run_at(1);
    row.created = clock_.now();
    row.status = status;
    if (status == DeliveryStatus::pending) row.due = clock_.now();
    return row;
  }
  Result<ChangeOutcome> apply(WebhookChange change) {
    return commit_change(store(), {std::move(change)});
  }
  Result<ChangeOutcome> note(WebhookId id, std::vector<Delivery> rows,
                             std::optional<WebhookProgress> progress = {}, bool disable = false) {
    return apply(NoteDeliveries{workspace_one, id, std::move(rows), progress, disable});
  }
  std::vector<Delivery> list(WebhookId id, std::optional<DeliveryStatus> status = {}) {
    return archive().deliveries({workspace_one, id, status, {}, 200}).value().rows;
  }
  StoredWebhook stored() {
    const auto all = archive().all_webhooks().value();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? StoredWebhook{} : all.front();
  }
};

TEST_P(WebhooksTest, AnEndpointCountsFromItsOwnCommitAndOutlivesTheProcess) {
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{{WebhookChange{CreateWebhook{webhook()}}}});
  const std::uint64_t number = commit(store(), batch);
  reopen();
  EXPECT_EQ(stored().webhook.url, "https://r.example");
  EXPECT_EQ(stored().progress.after, (EventPosition{number, 0}));
  EXPECT_TRUE(stored().pending.empty());
  EXPECT_EQ(archive().webhook(workspace_one, webhook().id)->secret, "sealed");
}

TEST_P(WebhooksTest, TenantsAreApart) {
  const WebhookId id = create();
  const WorkspaceNumber other{2};
  EXPECT_EQ(archive().webhook(other, id).error().code, ErrorCode::not_found);
  EXPECT_TRUE(archive().webhooks(other)->empty());
  EXPECT_EQ(archive().deliveries({other, id, {}, {}, 20}).error().code, ErrorCode::not_found);
  UpdateWebhook update;
  update.workspace = other;
  update.webhook = id;
  EXPECT_EQ(apply(update).error().code, ErrorCode::not_found);
  EXPECT_EQ(apply(DeleteWebhook{other, id}).error().code, ErrorCode::not_found);
  EXPECT_EQ(apply(Redeliver{other, id, {}, false, {}}).error().code, ErrorCode::not_found);
  EXPECT_EQ(apply(AddDelivery{other, delivery(id, 5)}).error().code, ErrorCode::not_found);
}

TEST_P(WebhooksTest, ChangesOfOneCommitSeeEachOther) {
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{{WebhookChange{CreateWebhook{webhook()}}}});
  UpdateWebhook update;
  update.workspace = workspace_one;
  update.webhook = webhook().id;
  update.description = "d";
  batch.emplace_back(ChangeWrite{{WebhookChange{update}}});
  batch.emplace_back(ChangeWrite{
      {WebhookChange{RotateWebhookSecret{workspace_one, update.webhook, "new", {}, {}}}}});
  commit(store(), batch);
  EXPECT_EQ(stored().webhook.description, "d");
  EXPECT_EQ(stored().webhook.secret, "new");
  EXPECT_EQ(stored().webhook.previous_secret, "sealed");
}

TEST_P(WebhooksTest, OnlyAnEndpointThatIsMadeActiveAgainBeginsAnew) {
  const WebhookId id = create();
  const WebhookProgress first = stored().progress;
  UpdateWebhook update;
  update.workspace = workspace_one;
  update.webhook = id;
  update.active = true;
  ASSERT_TRUE(apply(update));
  EXPECT_EQ(stored().progress, first);
  ASSERT_TRUE(note(id, {}, std::nullopt, true));
  EXPECT_FALSE(stored().webhook.active);
  ASSERT_TRUE(apply(update));
  EXPECT_TRUE(stored().webhook.active);
  EXPECT_GT(stored().progress.after, first.after);
}

TEST_P(WebhooksTest, DeliveriesMoveFromStatusToStatusAndAreListedNewestFirst) {
  const WebhookId id = create();
  const WebhookProgress progress{{7, 3}, std::nullopt};
  ASSERT_TRUE(note(id, {delivery(id, 1), delivery(id, 2), delivery(id, 3)}, progress));
  EXPECT_EQ(stored().progress, progress);
  ASSERT_TRUE(note(
      id, {delivery(id, 1, DeliveryStatus::delivered), delivery(id, 2, DeliveryStatus::dead)}));
  reopen();
  const auto all = list(id);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], delivery(id, 3));
  EXPECT_EQ(all[1], delivery(id, 2, DeliveryStatus::dead));
  EXPECT_EQ(all[2], delivery(id, 1, DeliveryStatus::delivered));
  EXPECT_EQ(list(id, DeliveryStatus::dead).size(), 1u);
  EXPECT_EQ(stored().pending, std::vector{delivery(id, 3)});
  const auto page = archive().deliveries({workspace_one, id, {}, {}, 2}).value();
  EXPECT_TRUE(page.has_more);
  const auto rest =
      archive().deliveries({workspace_one, id, {}, DeliveryId{*page.next}, 2}).value();
  EXPECT_EQ(rest.rows, std::vector{all[2]});
  EXPECT_FALSE(rest.has_more);
}

TEST_P(WebhooksTest, WhatIsDeadOrNamedIsPutInLineAgain) {
  const WebhookId id = create();
  ASSERT_TRUE(
      note(id, {delivery(id, 1, DeliveryStatus::delivered), delivery(id, 2, DeliveryStatus::dead),
                delivery(id, 3, DeliveryStatus::dead), delivery(id, 4)}));
  const auto dead = apply(Redeliver{workspace_one, id, {}, false, clock_.now()}).value().webhook;
  EXPECT_EQ(dead->pending.size(), 2u);
  EXPECT_FALSE(dead->has_more);
  EXPECT_EQ(dead->pending.front().attempts, 0u);
  EXPECT_TRUE(list(id, DeliveryStatus::dead).empty());
  EXPECT_EQ(stored().pending.size(), 3u);
  const std::vector<DeliveryId> named{DeliveryId{id_at(1)}, DeliveryId{id_at(4)},
                                      DeliveryId{id_at(9)}};
  const auto some = apply(Redeliver{workspace_one, id, named, false, clock_.now()}).value().webhook;
  EXPECT_EQ(some->pending.size(), 1u);
  EXPECT_EQ(some->waiting, 1u);
  EXPECT_EQ(some->missing, 1u);
  EXPECT_EQ(apply(Redeliver{workspace_one, id, {named[1]}, true, {}}).error().code,
            ErrorCode::version_conflict);
  EXPECT_EQ(apply(Redeliver{workspace_one, id, {named[2]}, true, {}}).error().code,
            ErrorCode::not_found);
}

TEST_P(WebhooksTest, ADeletedOneIsGoneAtOnceAndItsRowsPieceByPiece) {
  const WebhookId id = create();
  std::vector<Delivery> rows;
  for (std::uint64_t i = 0; i < limits::webhook_swept_rows_max + 1; ++i)
    rows.push_back(delivery(id, i));
  ASSERT_TRUE(note(id, rows));
  ASSERT_TRUE(apply(DeleteWebhook{workspace_one, id}));
  EXPECT_EQ(archive().webhook(workspace_one, id).error().code, ErrorCode::not_found);
  EXPECT_TRUE(archive().webhooks(workspace_one)->empty());
  EXPECT_EQ(note(id, {delivery(id, 1)}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(stored().webhook.deleted) << "until it is swept";
  EXPECT_TRUE(stored().webhook.secret.empty());
  EXPECT_TRUE(apply(SweepWebhook{workspace_one, id})->webhook->has_more);
  EXPECT_FALSE(apply(SweepWebhook{workspace_one, id})->webhook->has_more);
  EXPECT_TRUE(archive().all_webhooks()->empty());
}

TEST_P(WebhooksTest, AWorkspaceHasABoundedNumberOfThem) {
  for (std::uint64_t i = 0; i < limits::webhooks_per_workspace_max; ++i) create(i);
  EXPECT_EQ(apply(CreateWebhook{webhook(99)}).error().code, ErrorCode::configuration);
  ASSERT_TRUE(apply(DeleteWebhook{workspace_one, webhook(3).id}));
  EXPECT_TRUE(apply(CreateWebhook{webhook(99)}));
  EXPECT_EQ(archive().webhooks(workspace_one)->front().id, webhook(99).id) << "newest first";
}

TEST_P(WebhooksTest, WhatWasSettledLongAgoIsNoLongerListed) {
  const WebhookId id = create();
  const auto milliseconds = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
  Delivery delivered = delivery(id, 1, DeliveryStatus::delivered);
  Delivery dead = delivery(id, 2, DeliveryStatus::dead);
  delivered.id = DeliveryId{Id::make(milliseconds, Partition{0}, 1)};
  dead.id = DeliveryId{Id::make(milliseconds, Partition{0}, 2)};
  ASSERT_TRUE(note(id, {delivered, dead}));
  clock_.advance(73h);
  ASSERT_TRUE(note(id, {}, WebhookProgress{{1, 0}, {}}));
  EXPECT_EQ(list(id), std::vector{dead});
  clock_.advance(28 * 24h);
  ASSERT_TRUE(note(id, {}, WebhookProgress{{2, 0}, {}}));
  EXPECT_TRUE(list(id).empty());
}

TEST_P(WebhooksTest, ATurnIsReadBackAsItWasCommitted) {
  commit_turn(store(), turn_of(run_at(1), {.status = RunStatus::running}));
  commit_turn(store(), turn_of(run_at(1), {.turn = 1}));
  const auto turn = archive().turn(workspace_one, run_at(1), 1);
  ASSERT_TRUE(turn);
  EXPECT_EQ(turn->record->turn, 1u);
  EXPECT_EQ(turn->summary.id, run_at(1));
  EXPECT_EQ(archive().turn(workspace_one, run_at(1), 2).error().code, ErrorCode::not_found);
  EXPECT_EQ(archive().turn(WorkspaceNumber{2}, run_at(1), 1).error().code, ErrorCode::not_found);
}

INSTANTIATE_TEST_SUITE_P(Grounds, WebhooksTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
