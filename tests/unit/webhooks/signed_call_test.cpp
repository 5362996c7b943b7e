// The call that carries a delivery. Signatures by hand: `openssl dgst -sha256 -hmac KEY`.
#include "runtime/webhooks/signed_call.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace {
namespace {

std::string header(const HttpCall& call, std::string_view name) {
  const auto found = std::ranges::find(call.headers, name, [](const auto& h) { return h.first; });
  return found == call.headers.end() ? "" : found->second;
}

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const DeliveryText text{"msg_p5jXN8AQM9LWM0D4loKWxJek", "execution.completed", "dlv_1",
                        R"({"test": 2432232314})"};
const Timestamp now{std::chrono::seconds{1'614'265'330}};

// The example of the Standard Webhooks specification, «Verifying signatures».
TEST(SignedCallTest, SignsAsStandardWebhooksSays) {
  EXPECT_EQ(webhook_signature(secret, text.event_id, 1'614'265'330, text.body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignedCallTest, CarriesBothKindsOfHeaders) {
  const HttpCall call = delivery_call("https://r.example/x", text, std::span(&secret, 1), now);
  EXPECT_EQ(call.method + " " + call.url, "POST https://r.example/x");
  EXPECT_EQ(call.body, text.body);
  EXPECT_FALSE(call.follow_redirects);
  EXPECT_EQ(header(call, "User-Agent"), "Devotel-Webhooks/1.0");
  EXPECT_EQ(header(call, "X-Devotel-Event-Id"), text.event_id);
  EXPECT_EQ(header(call, "X-Devotel-Event-Type"), "execution.completed");
  EXPECT_EQ(header(call, "X-Devotel-Delivery-Id"), "dlv_1");
  EXPECT_EQ(header(call, "X-Devotel-Signature"),
            "t=1614265330,v1="
            "2e37df5d4a028c51a7f3133d64ae1e300d2c2c900f1b1d49d4369ad2530f8964");
  EXPECT_EQ(header(call, "webhook-id"), text.event_id);
  EXPECT_EQ(header(call, "webhook-timestamp"), "1614265330");
  EXPECT_EQ(header(call, "webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignedCallTest, TwoSecretsMakeTwoSignaturesTheNewerFirst) {
  const std::vector<std::string> secrets{"the newer one 123", secret};
  const HttpCall call = delivery_call("https://r.example/x", text, secrets, now);
  const std::string old_alone =
      header(delivery_call("https://r.example/x", text, std::span(&secret, 1), now),
             "X-Devotel-Signature");
  const std::string devotel = header(call, "X-Devotel-Signature");
  EXPECT_TRUE(devotel.ends_with(old_alone.substr(old_alone.find(",v1="))));
  EXPECT_EQ(std::ranges::count(devotel, '='), 3);
  EXPECT_EQ(header(call, "webhook-signature"),
            webhook_signature(secrets[0], text.event_id, 1'614'265'330, text.body) +
                " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace millrace
