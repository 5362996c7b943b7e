// Named tests hook.signature and hook.replay: who signs a webhook passes, who alters it does not.
#include "http/ingress/hook_check.hpp"

#include "runtime/base/crypto.hpp"
#include "tests/http/dialects/requests.hpp"
#include "tests/http/dialects/signature_vectors.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

using test::SignatureVector;

HookAuth auth_of(const std::string& text) {
  Problems problems;
  HookAuth auth = read_hook_auth(parse_json(text).value(), "$.auth", problems);
  EXPECT_TRUE(problems.errors.empty()) << text;
  return auth;
}

Json env_of(const std::string& key) { return JsonObject{{"KEY", key}}; }

Request request_of(const SignatureVector& vector) {
  Request request = test::request("POST", "/hooks/f", vector.body, vector.headers);
  request.target = vector.target;
  const auto question = vector.target.find("bodySHA256=");
  if (question != std::string::npos) {
    request.query = {{"bodySHA256", vector.target.substr(question + 11)}};
  }
  request.received = Timestamp(std::chrono::seconds(vector.seconds));
  return request;
}

Result<std::string> check(const SignatureVector& vector, const Request& request) {
  const Json env = env_of(vector.secret);
  return check_hook(auth_of(vector.auth), request, {&env, vector.base});
}

std::string refusal(const Result<std::string>& checked) {
  return checked ? "passed as " + *checked : checked.error().message;
}

constexpr std::string_view not_proven = "the request does not prove who sent it";

TEST(HookSignatureTest, TakesWhatEachVendorPublishes) {
  for (const SignatureVector& vector : test::signature_vectors()) {
    const auto checked = check(vector, request_of(vector));
    EXPECT_TRUE(checked.has_value()) << vector.name << ": " << refusal(checked);
  }
}

TEST(HookSignatureTest, RefusesAByteMoreLessOrOther) {
  for (const SignatureVector& vector : test::signature_vectors()) {
    std::vector<std::string> bodies{vector.body + " ", vector.body.substr(1), ""};
    for (std::size_t at = 0; at < vector.body.size(); at += 7) {
      bodies.push_back(vector.body);
      bodies.back()[at] = static_cast<char>(bodies.back()[at] ^ 1);
    }
    for (const std::string& body : bodies) {
      Request request = request_of(vector);
      request.body = body;
      EXPECT_EQ(refusal(check(vector, request)), not_proven) << vector.name << " " << body;
    }
  }
}

TEST(HookSignatureTest, RefusesEveryAlteredOrMissingHeaderWithOneMessage) {
  for (const SignatureVector& vector : test::signature_vectors()) {
    for (std::size_t header = 0; header < vector.headers.size(); ++header) {
      if (vector.headers[header].first == "content-type") continue;
      Request request = request_of(vector);
      request.headers.erase(request.headers.begin() + static_cast<std::ptrdiff_t>(header));
      EXPECT_EQ(refusal(check(vector, request)), not_proven) << vector.name;
      const std::string value = vector.headers[header].second;
      const std::size_t end = std::min(value.size(), value.find(",v0="));
      for (std::size_t at = 0; at < end; ++at) {
        request = request_of(vector);
        char& byte = request.headers[header].second[at];
        byte = byte == '1' ? '2' : '1';
        EXPECT_EQ(refusal(check(vector, request)), not_proven) << vector.name << " " << at;
      }
    }
  }
}

TEST(HookSignatureTest, RefusesAnotherSecretAndAnotherUrl) {
  for (SignatureVector vector : test::signature_vectors()) {
    if (vector.name == "standard_webhooks, v1a") continue;
    vector.secret.back() = vector.secret.back() == 'w' ? 'g' : 'w';
    EXPECT_EQ(refusal(check(vector, request_of(vector))), not_proven) << vector.name;
  }
  SignatureVector moved = test::twilio_vector();
  moved.base = "http://mycompany.com";
  EXPECT_EQ(refusal(check(moved, request_of(moved))), not_proven);
}

TEST(HookSignatureTest, RefusesHexadecimalInTheWrongCase) {
  for (const SignatureVector& vector : {test::github_vector(), test::slack_vector()}) {
    Request request = request_of(vector);
    for (auto& [name, value] : request.headers) {
      for (char& byte : value) byte = byte == 'b' ? 'B' : byte;
    }
    EXPECT_EQ(refusal(check(vector, request)), not_proven) << vector.name;
  }
}

TEST(HookSignatureTest, TakesEitherOfTwoSecretsInRotation) {
  const std::string both =
      R"({"type":"hmac","preset":"github","secret":["{{env.NEW}}","{{env.OLD}}"]})";
  const SignatureVector vector = test::github_vector();
  const std::string& good = vector.secret;
  struct Row {
    Json env;
    bool passes;
  };
  const std::vector<Row> rows{{JsonObject{{"NEW", good}, {"OLD", "x"}}, true},
                              {JsonObject{{"NEW", "x"}, {"OLD", good}}, true},
                              {JsonObject{{"OLD", good}}, true},
                              {JsonObject{{"NEW", "x"}, {"OLD", "y"}}, false}};
  for (const Row& row : rows) {
    const auto checked = check_hook(auth_of(both), request_of(vector), {&row.env, ""});
    EXPECT_EQ(checked.has_value(), row.passes) << print_json(row.env);
  }
}

TEST(HookSignatureTest, TakesAnyGoodOneOfSeveralSignatures) {
  SignatureVector vector = test::standard_vector();
  std::string& given = vector.headers[2].second;
  given = "v1,AAAA v2,x v1a,AAAA garbage " + given;
  EXPECT_TRUE(check(vector, request_of(vector)).has_value());
  vector = test::stripe_vector();
  vector.headers[0].second += ",v1=00";
  EXPECT_TRUE(check(vector, request_of(vector)).has_value());
}

TEST(HookSignatureTest, ChecksEveryAlgorithmAndEncodingOverBytesOfAnyKind) {
  struct Row {
    std::string fields;
    std::string header;
    std::string value;
  };
  // RFC 2202 and RFC 4231, test case 2: the key Jefe.
  const std::vector<Row> rows{
      {R"("header":"X-Sign","algorithm":"sha1")", "x-sign",
       "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
      {R"("header":"X-Sign")", "x-sign",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {R"("header":"X-Sign","encoding":"base64","prefix":"v9:")", "x-sign",
       "v9:W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="},
      {R"("header":"X-Sign","algorithm":"sha512")", "x-sign",
       "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f"
       "8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
  };
  const Json env = env_of("Jefe");
  for (const Row& row : rows) {
    const HookAuth auth = auth_of(R"({"type":"hmac","secret":"{{env.KEY}}",)" + row.fields + "}");
    Request request = test::request("POST", "/hooks/f", "what do ya want for nothing?",
                                    {{row.header, row.value}});
    EXPECT_TRUE(check_hook(auth, request, {&env, ""}).has_value()) << row.fields;
    request.body += '\0';
    EXPECT_FALSE(check_hook(auth, request, {&env, ""}).has_value()) << row.fields;
  }
}

TEST(HookSignatureTest, VerifiesBinaryAndMultipartBodiesByTheirBytes) {
  const std::string binary("\x00\xff\xfe\r\n\x80", 6);
  const std::string parts =
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n" + binary +
      "\r\n--b--\r\n";
  const HookAuth auth =
      auth_of(R"({"type":"hmac","secret":"{{env.KEY}}","header":"X-Sign","encoding":"base64"})");
  const Json env = env_of("k");
  for (const std::string& body : {binary, parts}) {
    Request request = test::request("POST", "/hooks/f", body,
                                    {{"content-type", "multipart/form-data; boundary=b"}});
    request.headers.emplace_back("x-sign", to_base64(hmac(HashAlgorithm::sha256, "k", body)));
    EXPECT_TRUE(check_hook(auth, request, {&env, ""}).has_value());
    request.body[1] = static_cast<char>(request.body[1] ^ 1);
    EXPECT_FALSE(check_hook(auth, request, {&env, ""}).has_value());
  }
}

TEST(HookSecretTest, ComparesHeaderBasicAndBearer) {
  const std::string header = R"({"type":"header","header":"X-Token","value":"{{env.KEY}}"})";
  const std::string basic = R"({"type":"basic","username":"ann","password":"{{env.KEY}}"})";
  const std::string bearer = R"({"type":"bearer","token":"{{env.KEY}}"})";
  struct Row {
    std::string auth;
    HeaderList headers;
    bool passes;
  };
  const std::vector<Row> rows{
      {header, {{"x-token", "s3:cret"}}, true},
      {header, {{"x-token", "s3:cre"}}, false},
      {header, {{"x-token", ""}}, false},
      {header, {}, false},
      {basic, {{"authorization", "Basic " + to_base64("ann:s3:cret")}}, true},
      {basic, {{"authorization", "basic " + to_base64("ann:s3:cret")}}, true},
      {basic, {{"authorization", "Basic " + to_base64("bob:s3:cret")}}, false},
      {basic, {{"authorization", "Basic " + to_base64("ann:s3:cre")}}, false},
      {basic, {{"authorization", "Basic !"}}, false},
      {basic, {{"authorization", "Bearer s3:cret"}}, false},
      {bearer, {{"authorization", "Bearer s3:cret"}}, true},
      {bearer, {{"authorization", "bearer  s3:cret"}}, true},
      {bearer, {{"authorization", "Bearers3:cret"}}, false},
      {bearer, {{"authorization", "s3:cret"}}, false},
      {bearer, {}, false},
  };
  const Json env = env_of("s3:cret");
  for (const Row& row : rows) {
    const Request request = test::request("POST", "/hooks/f", "", row.headers);
    const auto checked = check_hook(auth_of(row.auth), request, {&env, ""});
    EXPECT_EQ(checked.has_value(), row.passes) << row.auth;
  }
}

TEST(HookSecretTest, SaysThatItWaitsWhenNoSecretIsConfigured) {
  const SignatureVector vector = test::github_vector();
  const Json empty = env_of("");
  for (const Json* env : {static_cast<const Json*>(nullptr), &empty}) {
    const auto checked = check_hook(auth_of(vector.auth), request_of(vector), {env, ""});
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, ErrorCode::unavailable);
  }
}

TEST(HookReplayTest, TakesFiveMinutesEitherWayAndTellsOnlyTheSignerOfMore) {
  for (const SignatureVector& vector : {test::slack_vector(), test::stripe_vector(),
                                        test::standard_vector(), test::asymmetric_vector()}) {
    const long long signed_at = vector.name == "stripe" ? vector.seconds - 100 : vector.seconds;
    for (const int minutes : {-6, -5, 0, 5, 6}) {
      Request request = request_of(vector);
      request.received = Timestamp(std::chrono::seconds(signed_at) + std::chrono::minutes(minutes));
      const auto checked = check(vector, request);
      EXPECT_EQ(checked.has_value(), std::abs(minutes) <= 5) << vector.name << minutes;
      if (checked) continue;
      EXPECT_EQ(checked.error().code, ErrorCode::unauthorized);
      EXPECT_NE(checked.error().message.find("5 minutes"), std::string::npos);
      request.body += ' ';
      EXPECT_EQ(refusal(check(vector, request)), not_proven) << vector.name;
    }
  }
}

TEST(HookReplayTest, NamesADeliverySoThatItsCopyIsKnown) {
  EXPECT_EQ(*check(test::standard_vector(), request_of(test::standard_vector())),
            "msg_p5jXN8AQM9LWM0D4loKWxJek");
  Request github = request_of(test::github_vector());
  EXPECT_EQ(*check(test::github_vector(), github), "");
  github.headers.emplace_back("x-github-delivery", "72d3162e");
  EXPECT_EQ(*check(test::github_vector(), github), "72d3162e");
  EXPECT_TRUE(check(test::slack_vector(), request_of(test::slack_vector()))
                  ->starts_with("1531420618.a2114d57"));
  EXPECT_TRUE(check(test::stripe_vector(), request_of(test::stripe_vector()))
                  ->starts_with("1533204620.2220f87e"));
}

Request handshake(const std::string& mode, const std::string& token, const std::string& challenge) {
  Request request = test::request("GET", "/hooks/f");
  request.query = {{"hub.mode", mode}, {"hub.verify_token", token}, {"hub.challenge", challenge}};
  return request;
}

TEST(HookHandshakeTest, SendsMetaItsChallengeForTheRightTokenAlone) {
  const HookAuth auth = auth_of(R"({"type":"hmac","preset":"meta","secret":"{{env.KEY}}",
                                    "verify_token":"{{env.TOKEN}}"})");
  // The values of Meta's own example.
  const Json env = JsonObject{{"KEY", "k"}, {"TOKEN", "meatyhamhock"}};
  const auto good =
      answer_handshake(auth, handshake("subscribe", "meatyhamhock", "1158201444"), &env);
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(good->status, 200);
  EXPECT_EQ(good->body, "1158201444");
  EXPECT_EQ(good->content_type, "text/plain; charset=utf-8");
  for (const Request& request :
       {handshake("subscribe", "meatyhamhoc", "1"), handshake("unsubscribe", "meatyhamhock", "1"),
        handshake("subscribe", "meatyhamhock", "<script>"), handshake("subscribe", "", "1"),
        handshake("subscribe", "meatyhamhock", std::string(257, '1'))}) {
    EXPECT_EQ(answer_handshake(auth, request, &env)->status, 403);
  }
  EXPECT_EQ(answer_handshake(auth, handshake("subscribe", "meatyhamhock", "1"), nullptr)->status,
            403);
}

TEST(HookHandshakeTest, IsNoBusinessOfOtherRequestsAndFlows) {
  const Json env = JsonObject{{"TOKEN", "t"}};
  const HookAuth with = auth_of(R"({"type":"hmac","preset":"meta","secret":"{{env.KEY}}",
                                    "verify_token":"{{env.TOKEN}}"})");
  const HookAuth without = auth_of(test::meta_vector().auth);
  Request post = handshake("subscribe", "t", "1");
  post.method = "POST";
  EXPECT_FALSE(answer_handshake(with, post, &env).has_value());
  EXPECT_FALSE(answer_handshake(with, test::request("GET", "/hooks/f"), &env).has_value());
  EXPECT_FALSE(answer_handshake(without, handshake("subscribe", "t", "1"), &env).has_value());
}

}  // namespace
}  // namespace millrace::http
