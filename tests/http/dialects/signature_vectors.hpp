// What the vendors publish to check an implementation by: secret, request, signature.
#pragma once

#include "runtime/nodes/call.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::http::test {

struct SignatureVector {
  std::string name;
  std::string auth;    ///< the trigger's `auth`, its secret being {{env.KEY}}
  std::string secret;  ///< what KEY is
  std::string base;    ///< how the sender names us
  std::string target;
  HeaderList headers;
  std::string body;
  long long seconds = 1'614'265'330;  ///< our clock
};

/// GitHub: docs.github.com, «Validating webhook deliveries», its values to test with.
inline SignatureVector github_vector() {
  return {"github",
          R"({"type":"hmac","preset":"github","secret":"{{env.KEY}}"})",
          "It's a Secret to Everybody",
          "",
          "/hooks/f",
          {{"x-hub-signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}},
          "Hello, World!"};
}

/// Meta: developers.facebook.com, «Webhooks, getting started», publishes the scheme (that of
/// GitHub, keyed with the app secret) and no secret with it; the signature is by `openssl dgst
/// -sha256 -hmac`.
inline SignatureVector meta_vector() {
  return {"meta",
          R"({"type":"hmac","preset":"meta","secret":"{{env.KEY}}"})",
          "app-secret",
          "",
          "/hooks/f",
          {{"x-hub-signature-256",
            "sha256=9f5a122360c29f074a3c97c3b0d97b7ba7ec57220cf21e37048ca33023c8ce7a"}},
          R"({"object":"page","entry":[{"id":"0","time":1520383571,"changes":[]}]})"};
}

/// Slack: api.slack.com, «Verifying requests from Slack», its worked example.
inline SignatureVector slack_vector() {
  return {
      "slack",
      R"({"type":"hmac","preset":"slack","secret":"{{env.KEY}}"})",
      "8f742231b10e8888abcd99yyyzzz85a5",
      "",
      "/hooks/f",
      {{"x-slack-request-timestamp", "1531420618"},
       {"x-slack-signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"},
       {"content-type", "application/x-www-form-urlencoded"}},
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&"
      "channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&"
      "command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F"
      "commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
      "trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
      1'531'420'618};
}

/// Stripe: the fixture event_test_signature.json of stripe-dotnet, whose EventUtilityTest names the
/// secret, the time, and the openssl command of the signature.
inline SignatureVector stripe_vector() {
  return {"stripe",
          R"({"type":"hmac","preset":"stripe","secret":"{{env.KEY}}"})",
          "webhook_secret",
          "",
          "/hooks/f",
          {{"stripe-signature",
            "t=1533204620,"
            "v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7,"
            "v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef"}},
          R"({
  "id": "evt_123",
  "object": "event",
  "account": "acct_123",
  "api_version": "2017-05-25",
  "created": 1533204620,
  "data": {
    "object": {
      "id": "cus_123",
      "object": "customer",
      "created": 123456789,
      "email": "test@stripe.com",
      "livemode": false,
      "metadata": {}
    }
  },
  "livemode": false,
  "pending_webhooks": 1,
  "request": {
    "id": "req_123",
    "idempotency_key": "idempotency-key-123"
  },
  "type": "customer.created"
}
)",
          1'533'204'720};
}

/// Twilio: RequestValidatorTest of twilio-php, the example of Twilio's security documentation.
inline SignatureVector twilio_vector() {
  return {"twilio",
          R"({"type":"hmac","preset":"twilio","secret":"{{env.KEY}}"})",
          "12345",
          "https://mycompany.com",
          "/myapp.php?foo=1&bar=2",
          {{"x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
           {"content-type", "application/x-www-form-urlencoded"}},
          "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&"
          "CallSid=CA1234567890ABCDE"};
}

/// The same test's fields that come twice, and its body that is no form.
inline std::vector<SignatureVector> more_twilio_vectors() {
  SignatureVector twice = twilio_vector();
  twice.name = "twilio, repeated fields";
  twice.headers[0].second = "IK+Dwps556ElfBT0I3Rgjkr1wJU=";
  twice.body = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234";
  SignatureVector json = twilio_vector();
  json.name = "twilio, JSON";
  json.target += "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
  json.headers = {{"x-twilio-signature", "a9nBmqA0ju/hNViExpshrM61xv4="},
                  {"content-type", "application/json"}};
  json.body = R"({"property": "value", "boolean": true})";
  return {twice, json};
}

/// Standard Webhooks: «sign function works» of its reference libraries.
inline SignatureVector standard_vector() {
  return {"standard_webhooks",
          R"({"type":"standard_webhooks","secret":"{{env.KEY}}"})",
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "",
          "/hooks/f",
          {{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
           {"webhook-timestamp", "1614265330"},
           {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}},
          R"({"test": 2432232314})"};
}

/// Its asymmetric kind: test_asymmetric_key_signing of the Svix server.
inline SignatureVector asymmetric_vector() {
  SignatureVector vector = standard_vector();
  vector.name = "standard_webhooks, v1a";
  vector.auth = R"({"type":"standard_webhooks",)"
                R"("public_key":"whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="})";
  vector.headers[2].second =
      "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+"
      "m7TBAg==";
  return vector;
}

inline std::vector<SignatureVector> signature_vectors() {
  std::vector<SignatureVector> all{github_vector(),    meta_vector(),   slack_vector(),
                                   stripe_vector(),    twilio_vector(), standard_vector(),
                                   asymmetric_vector()};
  for (auto& vector : more_twilio_vectors()) all.push_back(std::move(vector));
  return all;
}

}  // namespace millrace::http::test
