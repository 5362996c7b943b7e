// Orbit's webhook bodies: what is taken, and what is refused with which place.
#include "http/dialects/orbit/webhooks/webhook_requests.hpp"

#include "http/dialects/orbit/webhooks/webhook_answers.hpp"
#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

AddressPolicy open_to_loopback() {
  AddressPolicy policy;
  policy.allow.push_back(*parse_cidr("127.0.0.0/8"));
  return policy;
}

OrbitResult<WebhookDraft> with_url(std::string_view url, const AddressPolicy& policy = {}) {
  return read_webhook(R"({"url":")" + std::string(url) + R"(","events":["*"]})", policy);
}

TEST(WebhookRequestTest, TakesPublicHttpsAlone) {
  for (const std::string_view url :
       {"https://r.example/hook?x=1", "https://93.184.216.34/", "https://r.example:8443/"})
    EXPECT_TRUE(with_url(url)) << url;
  for (const std::string_view url :
       {"http://r.example/", "ftp://r.example/", "r.example", "", "https://user:pw@r.example/",
        "https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://192.168.0.1/",
        "https://169.254.169.254/", "https://100.64.0.1/", "https://[::1]/", "https://[fd00::1]/",
        "https://2130706433/", "https://0x7f.1/", "https://93.184.216.34:22/"}) {
    const auto refused = with_url(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().status, 422) << url;
    EXPECT_EQ(refused.error().code, "INVALID_WEBHOOK_URL") << url;
    EXPECT_NE(refused.error().details.find(R"("field":"url")"), std::string::npos) << url;
  }
}

TEST(WebhookRequestTest, WhatTheOperatorExemptsMayBePlainHttp) {
  EXPECT_TRUE(with_url("http://127.0.0.1:4000/", open_to_loopback()));
  EXPECT_TRUE(with_url("http://localhost:4000/", open_to_loopback()));
  EXPECT_FALSE(with_url("http://10.0.0.1/", open_to_loopback()));
  EXPECT_FALSE(with_url("http://r.example/", open_to_loopback()));
}

TEST(WebhookRequestTest, EventsAreKnownNamesOrAll) {
  const auto events = [](std::string_view list) {
    return read_webhook(R"({"url":"https://r.example","events":)" + std::string(list) + "}", {});
  };
  EXPECT_EQ(events(R"(["*"])")->events, all_event_types);
  EXPECT_EQ(events(R"(["execution.failed","execution.completed"])")->events,
            bit_of(LiveEventType::execution_failed) | bit_of(LiveEventType::execution_completed));
  for (const std::string_view list : {"[]", "null", R"("*")", "[1]"}) EXPECT_FALSE(events(list));
  const auto refused = events(R"(["*","message.created"])");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().details.find(R"("field":"events[1]")"), std::string::npos);
}

TEST(WebhookRequestTest, RefusesWhatIsMissingUnknownOrTooMuch) {
  const std::string good = R"("url":"https://r.example","events":["*"])";
  EXPECT_EQ(read_webhook("{}", {}).error().code, "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(read_webhook(R"({"url":"https://r.example"})", {}).error().code,
            "MISSING_REQUIRED_FIELD");
  for (const std::string& more :
       {std::string(R"("active":true)"), std::string(R"("description":1)"),
        R"("description":")" + std::string(501, 'x') + '"', std::string(R"("secret":"short")"),
        std::string(R"("secret":"with blanks in between")")}) {
    std::string body = "{" + good + ",";
    const auto refused = read_webhook(body + more + "}", {});
    ASSERT_FALSE(refused) << more;
    EXPECT_EQ(refused.error().code, "VALIDATION_ERROR");
    EXPECT_EQ(refused.error().details.find("blanks in between"), std::string::npos);
  }
  EXPECT_EQ(read_webhook("{" + good + R"(,"secret":"whsec_0123456789abc"})", {})->secret,
            "whsec_0123456789abc");
}

TEST(WebhookRequestTest, ARotationOverlapsForADayUnlessToldOtherwise) {
  using namespace std::chrono_literals;
  EXPECT_EQ(read_rotation("")->overlap, 24h);
  EXPECT_EQ(read_rotation(R"({"overlap_seconds":0})")->overlap, 0s);
  for (const std::string_view body :
       {R"({"overlap_seconds":-1})", R"({"overlap_seconds":604801})", R"({"overlap":1})", "[]"})
    EXPECT_FALSE(read_rotation(body)) << body;
}

TEST(WebhookRequestTest, RedeliveryNamesDeliveriesOrAllThatAreDead) {
  EXPECT_TRUE(read_redelivery(R"({"status":"dead"})")->empty());
  const DeliveryId id{Id::make(1'790'000'000'000, Partition{0}, 7)};
  const auto named = read_redelivery(R"({"ids":[")" + spell(id) + R"("]})");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->front(), id);
  for (const std::string_view body : {"{}", R"({"status":"pending"})", R"({"ids":[]})",
                                      R"({"ids":["x"]})", R"({"ids":[1],"status":"dead"})"})
    EXPECT_EQ(read_redelivery(body).error().status, 422) << body;
}

TEST(WebhookRequestTest, ADeliveriesCursorIsGoodForItsOwnListAlone) {
  const CursorKeeper keeper{"0123456789abcdef0123456789abcdef", WorkspaceNumber{1}};
  const WebhookId one{Id::make(1, Partition{0}, 1)}, other{Id::make(2, Partition{0}, 2)};
  const auto ask = [](std::vector<std::pair<std::string, std::string>> query) {
    Request made = test::request("GET", "/v1/webhooks/x/deliveries");
    made.query = std::move(query);
    return made;
  };
  const auto plain = read_deliveries_query(ask({}), keeper, one);
  ASSERT_TRUE(plain);
  const std::string cursor = next_cursor(keeper, plain->filter, Id::make(5, Partition{0}, 5));
  EXPECT_TRUE(read_deliveries_query(ask({{"cursor", cursor}}), keeper, one)->after);
  EXPECT_FALSE(read_deliveries_query(ask({{"cursor", cursor}}), keeper, other));
  EXPECT_FALSE(read_deliveries_query(ask({{"status", "dead"}, {"cursor", cursor}}), keeper, one));
  EXPECT_EQ(read_deliveries_query(ask({{"status", "lost"}}), keeper, one).error().status, 400);
}

TEST(WebhookAnswerTest, ASecretIsShownOnlyWhenItIsHandedIn) {
  Webhook webhook;
  webhook.url = "https://r.example";
  webhook.events = all_event_types;
  webhook.secret = "sealed";
  webhook.previous_secret = "sealed before";
  const std::string later = webhook_answer(webhook, {}, {});
  EXPECT_EQ(later.find("secret\":\""), std::string::npos);
  EXPECT_EQ(later.find("sealed"), std::string::npos);
  EXPECT_NE(later.find("previous_secret_expires_at"), std::string::npos);
  EXPECT_NE(webhook_answer(webhook, "whsec_x", {}).find(R"("signing_secret":"whsec_x")"),
            std::string::npos);
}

}  // namespace
}  // namespace millrace::http::orbit
