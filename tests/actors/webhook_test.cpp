// Outgoing webhooks over the whole house: what is sent to whom, when again, and when no more.
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/webhooks/webhook_answers.hpp"
#include "runtime/webhooks/signed_call.hpp"
#include "runtime/webhooks/webhook_limits.hpp"
#include "tests/actors/fixture.hpp"

#include <algorithm>
#include <charconv>

namespace millrace::test {
namespace {

using namespace std::chrono_literals;

const std::string first_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string second_secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr EventTypes completed = bit_of(LiveEventType::execution_completed);

std::string header(const HttpCall& call, std::string_view name) {
  const auto found = std::ranges::find(call.headers, name, [](const auto& h) { return h.first; });
  return found == call.headers.end() ? "" : found->second;
}

class WebhookHouse : public HouseTest {
 protected:
  WebhookHouse() {
    settings.vault = std::make_shared<const Vault>(Vault::Key{1, 2, 3});
    settings.webhook_voice = actors::WebhookVoice{http::orbit::webhook_event_id, http::orbit::spell,
                                                  http::orbit::live_event, http::orbit::test_event};
  }

  std::string sealed(WebhookId id, const std::string& secret) {
    return settings.vault->seal(secret, secret_context(id), Vault::draw_nonce(random));
  }
  WebhookId create(EventTypes events = completed, std::string url = "https://r.example/hook",
                   std::optional<WorkspaceNumber> of = {}) {
    Webhook webhook;
    webhook.id = WebhookId{ids->next(Partition{0})};
    webhook.workspace = of.value_or(workspace);
    webhook.url = std::move(url);
    webhook.events = events;
    webhook.secret = sealed(webhook.id, first_secret);
    webhook.created = webhook.updated = clock.now();
    change({WebhookChange{CreateWebhook{webhook}}}).value();
    return webhook.id;
  }
  ChangeOutcome apply(WebhookChange what) { return change({std::move(what)}).value(); }
  std::vector<Delivery> deliveries(WebhookId id, std::optional<DeliveryStatus> status = {}) {
    return store->archive().deliveries({workspace, id, status, {}, 200}).value().rows;
  }
  Delivery only(WebhookId id) {
    const auto all = deliveries(id);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Delivery{} : all.front();
  }
  bool is_active(WebhookId id) { return store->archive().webhook(workspace, id)->active; }

  void answer(Result<CallReply> reply) {
    ASSERT_EQ(outbound.open.size(), 1u);
    outbound.answer(0, std::move(reply));
    run();
  }
  void answer(int status, HeaderList headers = {}) {
    answer(CallReply{status, std::move(headers), ""});
  }
  /// Advances half a minute at a time until something is sent; how long that took.
  Duration until_sent() {
    const Timestamp begin = clock.now();
    while (outbound.open.empty() && clock.now() - begin < 48h) advance(30s);
    return clock.now() - begin;
  }
  static bool is_signed_by(const HttpCall& call, const std::string& secret) {
    const std::string time = header(call, "webhook-timestamp");
    std::int64_t seconds = 0;
    std::from_chars(time.data(), time.data() + time.size(), seconds);
    const std::string expected =
        webhook_signature(secret, header(call, "webhook-id"), seconds, call.body);
    return header(call, "webhook-signature").find(expected) != std::string::npos;
  }
};

class hook : public WebhookHouse {};

TEST_F(hook, out_retry) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  fire(program);
  ASSERT_EQ(outbound.all.size(), 1u);
  const HttpCall sent = outbound.all.front();
  EXPECT_TRUE(is_signed_by(sent, first_secret));

  answer(500);
  EXPECT_EQ(only(id).error, "the endpoint answered 500");
  const Duration after_500 = until_sent();
  EXPECT_GE(after_500, 1min);
  EXPECT_LE(after_500, 2min);

  answer(Error{ErrorCode::timeout, "no answer within 30 s"});
  EXPECT_GE(until_sent(), 5min);

  apply(RotateWebhookSecret{workspace, id, sealed(id, second_secret), clock.now() + 2h, {}});
  answer(429, {{"retry-after", "3600"}});
  EXPECT_EQ(only(id).response_status, 429);
  EXPECT_GE(until_sent(), 1h) << "longer than the 30 min of the schedule";
  const HttpCall rotated = outbound.all.back();
  EXPECT_TRUE(is_signed_by(rotated, first_secret) && is_signed_by(rotated, second_secret));

  answer(302, {{"location", "http://10.0.0.1/"}});
  EXPECT_TRUE(outbound.open.empty()) << "nobody follows";
  EXPECT_NE(only(id).error.find("redirects are not followed"), std::string::npos);
  EXPECT_GE(until_sent(), 2h);
  const HttpCall later = outbound.all.back();
  EXPECT_TRUE(is_signed_by(later, second_secret));
  EXPECT_FALSE(is_signed_by(later, first_secret)) << "the overlap is over";

  answer(410);
  EXPECT_EQ(only(id).status, DeliveryStatus::dead);
  EXPECT_FALSE(is_active(id));
  fire(program);
  advance(48h);
  EXPECT_EQ(outbound.all.size(), 5u) << "a disabled endpoint is told nothing";
  for (const HttpCall& call : outbound.all) {
    EXPECT_EQ(call.body, sent.body);
    EXPECT_FALSE(call.follow_redirects);
    EXPECT_EQ(header(call, "webhook-id"), header(sent, "webhook-id"));
    EXPECT_EQ(header(call, "X-Devotel-Delivery-Id"), header(sent, "X-Devotel-Delivery-Id"));
  }
}

TEST_F(WebhookHouse, SendsWhatTheStreamShowsUnderTheSameId) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create(all_event_types);
  const Told& told = fire(program);
  outbound.answer_all();
  run();
  while (!outbound.open.empty()) {
    outbound.answer_all();
    run();
  }
  std::vector<std::string> types = outbound.sent("X-Devotel-Event-Type");
  EXPECT_EQ(types.size(), 8u);
  EXPECT_EQ(types.front(), "execution.started");
  const auto shown = store->archive().turn(workspace, told.value().execution, 0).value();
  const auto events = live_events(*shown.record, program.get());
  EXPECT_EQ(outbound.all.front().body, http::orbit::live_event(shown, events.front()));
  EXPECT_EQ(deliveries(id, DeliveryStatus::delivered).size(), 8u);
}

TEST_F(WebhookHouse, AfterSevenAttemptsItIsADeadLetterThatCanBeSentAgain) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  fire(program);
  for (int attempt = 1; attempt <= 7; ++attempt) {
    if (outbound.open.empty()) until_sent();
    answer(500);
  }
  EXPECT_EQ(only(id).status, DeliveryStatus::dead);
  EXPECT_EQ(only(id).attempts, 7u);
  advance(48h);
  EXPECT_EQ(outbound.all.size(), 7u);
  EXPECT_TRUE(is_active(id));
  EXPECT_EQ(apply(Redeliver{workspace, id, {}, false, clock.now()}).webhook->pending.size(), 1u);
  answer(200);
  EXPECT_EQ(only(id).status, DeliveryStatus::delivered);
  EXPECT_EQ(only(id).attempts, 1u);
  EXPECT_EQ(header(outbound.all.back(), "webhook-id"), header(outbound.all.front(), "webhook-id"));
}

TEST_F(WebhookHouse, WhatWaitsAndWhatNobodyLookedAtYetOutlivesARestart) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  fire(program);
  answer(500);
  fire(program);
  ASSERT_EQ(outbound.open.size(), 1u) << "under way, and never answered";
  const std::string under_way = header(outbound.all.back(), "webhook-id");
  restart();
  run();
  ASSERT_EQ(outbound.open.size(), 1u);
  EXPECT_EQ(header(outbound.all.back(), "webhook-id"), under_way);
  answer(200);
  until_sent();
  EXPECT_EQ(header(outbound.all.back(), "webhook-id"), header(outbound.all.front(), "webhook-id"));
  answer(200);
  EXPECT_EQ(deliveries(id, DeliveryStatus::delivered).size(), 2u);
}

TEST_F(WebhookHouse, WorkspacesAreToldTheirOwnEventsAlone) {
  const ProgramPtr program = publish(pure);
  const WorkspaceNumber other = change({EnsureWorkspace{"other"}}).value().workspace->number;
  create(all_event_types, "https://other.example", other);
  fire(program);
  EXPECT_TRUE(outbound.all.empty());
}

TEST_F(WebhookHouse, ADeadReceiverHoldsUpNobodyAndHasOneAttemptAtATime) {
  const ProgramPtr program = publish(pure);
  create(completed, "https://dead.example");
  create(completed, "https://well.example");
  fire(program);
  const auto to = [&](std::string_view url) {
    return std::ranges::count(outbound.open, url, [](const auto& o) { return o.call.url; });
  };
  for (std::size_t i = 0; i < outbound.open.size(); ++i) {
    if (outbound.open[i].call.url == "https://dead.example") {
      outbound.answer(i, Error{ErrorCode::communication, "refused"});
      break;
    }
  }
  run();
  for (int i = 0; i < 20; ++i) fire(program);
  EXPECT_EQ(to("https://dead.example"), 1);
  EXPECT_EQ(to("https://well.example"),
            static_cast<std::ptrdiff_t>(limits::webhook_calls_per_endpoint_max));
}

TEST_F(WebhookHouse, ATestIsSentWhateverTheEndpointListensTo) {
  publish(pure);
  const WebhookId id = create();
  AddDelivery test;
  test.workspace = workspace;
  test.delivery.id = DeliveryId{ids->next(Partition{0})};
  test.delivery.webhook = id;
  test.delivery.created = clock.now();
  test.delivery.due = clock.now();
  apply(test);
  ASSERT_EQ(outbound.open.size(), 1u);
  EXPECT_EQ(header(outbound.all.front(), "X-Devotel-Event-Type"), "webhook.test");
  EXPECT_EQ(outbound.all.front().body, http::orbit::test_event(test.delivery));
  answer(204);
  EXPECT_EQ(only(id).status, DeliveryStatus::delivered);
}

TEST_F(WebhookHouse, WhatCouldNotBeNotedIsNotedWhenTheDiskHasRoomAgain) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  fire(program);
  journal->failure = Error{ErrorCode::unavailable, "no space"};
  answer(200);
  EXPECT_EQ(only(id).status, DeliveryStatus::pending);
  journal->failure.reset();
  for (int i = 0; i < 5; ++i) advance(2s);
  EXPECT_EQ(only(id).status, DeliveryStatus::delivered);
  EXPECT_EQ(outbound.all.size(), 1u) << "it is not sent again";
}

TEST_F(WebhookHouse, ADeletedEndpointIsToldNothingMoreAndLeavesNothing) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  fire(program);
  answer(500);
  apply(DeleteWebhook{workspace, id});
  fire(program);
  advance(2h);
  EXPECT_EQ(outbound.all.size(), 1u);
  EXPECT_TRUE(store->archive().all_webhooks()->empty());
}

TEST_F(WebhookHouse, ADayWithoutEventsLosesNothing) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  for (int hour = 0; hour < 30; ++hour) {
    for (int i = 0; i < 10; ++i) change({EnsureWorkspace{std::to_string(hour * 10 + i)}}).value();
    for (int minute = 0; minute < 60; ++minute) advance(1min);
  }
  fire(program);
  ASSERT_EQ(outbound.open.size(), 1u);
  EXPECT_FALSE(store->archive().all_webhooks()->front().progress.gap);
  answer(200);
  EXPECT_EQ(only(id).status, DeliveryStatus::delivered);
}

TEST_F(WebhookHouse, AnEndpointThatTheFeedHasLeftBehindGoesOnAndItsRowSaysSo) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  const WebhookProgress lost{{99'999, 0}, std::nullopt};
  apply(NoteDeliveries{workspace, id, {}, lost, false});
  restart();
  EXPECT_EQ(store->archive().all_webhooks()->front().progress.gap, clock.now());
  fire(program);
  EXPECT_EQ(outbound.open.size(), 1u);
}

TEST_F(WebhookHouse, AnEventThatIsNoLongerKeptIsADeadLetter) {
  publish(pure);
  const WebhookId id = create();
  Delivery purged;
  purged.id = DeliveryId{ids->next(Partition{0})};
  purged.webhook = id;
  purged.execution = ExecutionId{ids->next(Partition{1})};
  purged.created = clock.now();
  purged.due = clock.now();
  apply(NoteDeliveries{workspace, id, {purged}, std::nullopt, false});
  restart();
  EXPECT_EQ(only(id).status, DeliveryStatus::dead);
  EXPECT_EQ(only(id).error, "the event is no longer kept");
  EXPECT_TRUE(outbound.all.empty());
}

TEST_F(WebhookHouse, ASecretThatCannotBeOpenedSignsNothing) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  settings.vault = std::make_shared<const Vault>(Vault::Key{9});
  restart();
  fire(program);
  EXPECT_TRUE(outbound.all.empty());
  EXPECT_NE(only(id).error.find("rotate"), std::string::npos);
}

TEST_F(WebhookHouse, WithoutEndpointsNobodyListensToTheFeed) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  apply(DeleteWebhook{workspace, id});
  const std::size_t commits = journal->commits;
  fire(program);
  advance(2h);
  EXPECT_EQ(journal->commits, commits + 1) << "the run's own";
}

TEST_F(WebhookHouse, NothingIsSentWhileTheHouseStandsStill) {
  const ProgramPtr program = publish(pure);
  const WebhookId id = create();
  fire(program);
  ASSERT_EQ(outbound.all.size(), 1u);
  answer(500);
  settings.paused = true;
  restart();
  advance(2min);
  EXPECT_EQ(outbound.all.size(), 1u);
  EXPECT_EQ(only(id).status, DeliveryStatus::pending);
  ASSERT_TRUE(system->resume());
  advance(2s);
  EXPECT_EQ(outbound.all.size(), 2u);
}

}  // namespace
}  // namespace millrace::test
