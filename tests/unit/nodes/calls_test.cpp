// http_request and send_message: the call they ask for, and what they make of the reply.
#include "tests/unit/nodes/bench.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::Bench;
using testing::errors_of;
using testing::json_of;
using testing::shown;

HttpCall http_call(std::string_view data, std::string_view roots = "{}") {
  return std::get<HttpCall>(std::get<Call>(Bench("http_request", data, roots).run()).request.what);
}

std::string header(const HttpCall& call, std::string_view name) {
  for (const auto& [key, value] : call.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

TEST(HttpRequestTest, AsksForTheCallWithItsKeyAndTimeout) {
  Bench bench("webhook_call",
              R"({"method":"POST","url":"https://api.test/u/{{trigger.id}}?x=1#frag",
                  "query":{"q":"a b&c","n":[1,2],"none":null},
                  "headers":{"X-Trace":"{{execution.id}}","Skip":null},
                  "body":{"id":"{{trigger.id}}"},"follow_redirects":true,
                  "max_response_bytes":1000})",
              R"({"trigger":{"id":7},"execution":{"id":"exec_1"}})");
  const CallRequest request = std::get<Call>(bench.key("exec_1:n:0").run()).request;
  EXPECT_EQ(request.idempotency_key, "exec_1:n:0");
  EXPECT_EQ(request.timeout, Duration(limits::node_timeout_default));
  const auto& call = std::get<HttpCall>(request.what);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api.test/u/7?x=1&q=a%20b%26c&n=1&n=2");
  EXPECT_EQ(call.body, R"({"id":7})");
  EXPECT_EQ(header(call, "X-Trace"), "exec_1");
  EXPECT_EQ(header(call, "Skip"), "(none)");
  EXPECT_EQ(header(call, "Content-Type"), "application/json");
  EXPECT_EQ(header(call, "Idempotency-Key"), "exec_1:n:0");
  EXPECT_TRUE(call.follow_redirects);
  EXPECT_EQ(call.response_bytes_max, 1000u);
}

TEST(HttpRequestTest, IsAGetWithoutBodyUnlessTold) {
  const HttpCall call = http_call(R"({"url":"http://api.test"})");
  EXPECT_EQ(call.method, "GET");
  EXPECT_EQ(call.body, "");
  EXPECT_EQ(header(call, "Content-Type"), "(none)");
  EXPECT_EQ(header(call, "Idempotency-Key"), "run:n:0");
  EXPECT_FALSE(call.follow_redirects);
}

TEST(HttpRequestTest, WritesTheBodyAsItsTypeSays) {
  struct Row {
    std::string_view fields;
    std::string_view body;
    std::string_view content_type;
  };
  const std::vector<Row> rows{
      {R"("body":{"a":1})", R"({"a":1})", "application/json"},
      {R"("body":"hello")", "hello", "text/plain; charset=utf-8"},
      {R"("body":"{{vars.o}}")", R"({"k":true})", "application/json"},
      {R"("body":"hello","body_type":"json")", R"("hello")", "application/json"},
      {R"("body":{"a":"x y","b":[1,2]},"body_type":"form")", "a=x%20y&b=1&b=2",
       "application/x-www-form-urlencoded"},
      {R"("body":{"a":1},"body_type":"text")", R"({"a":1})", "text/plain; charset=utf-8"},
      {R"("body":{"a":1},"body_type":"none")", "", "(none)"},
      {R"("body":null,"body_type":"json")", "null", "application/json"},
  };
  for (const Row& row : rows) {
    const std::string data =
        R"({"method":"POST","url":"http://api.test",)" + std::string(row.fields) + "}";
    const HttpCall call = http_call(data, R"({"vars":{"o":{"k":true}}})");
    EXPECT_EQ(call.body, row.body) << row.fields;
    EXPECT_EQ(header(call, "Content-Type"), row.content_type) << row.fields;
  }
}

TEST(HttpRequestTest, AContentTypeOfTheFlowStays) {
  const HttpCall call =
      http_call(R"({"url":"http://a.test","body":"<a/>","headers":{"content-type":"text/xml"}})");
  EXPECT_EQ(header(call, "content-type"), "text/xml");
  EXPECT_EQ(header(call, "Content-Type"), "(none)");
}

TEST(HttpRequestTest, WhatAnExpressionMakesUnfitFailsTheNode) {
  struct Row {
    std::string_view fields;
    std::string_view value;
  };
  const std::vector<Row> rows{
      {R"("url":"{{vars.v}}")", R"("ftp://a.test")"},
      {R"("url":"{{vars.v}}")", "null"},
      {R"("url":"http://{{vars.v}}")", R"("user@host")"},
      {R"("url":"http://a.test/{{vars.v}}")", R"("a b")"},
      {R"("url":"http://a.test/{{vars.v}}")", R"("a\r\nX: y")"},
      {R"("url":"http://a.test","headers":{"X":"{{vars.v}}"})", R"("a\r\nY: b")"},
      {R"("url":"http://a.test","headers":"{{vars.v}}")", R"({"Host":"b"})"},
      {R"("url":"http://a.test","headers":"{{vars.v}}")", R"({"a b":"c"})"},
      {R"("url":"http://a.test","headers":"{{vars.v}}")", "[1]"},
      {R"("url":"http://a.test","query":"{{vars.v}}")", R"("a=b")"},
      {R"("url":"http://a.test","body_type":"form","body":"{{vars.v}}")", "5"},
  };
  for (const Row& row : rows) {
    const std::string data = "{" + std::string(row.fields) + "}";
    const std::string roots = R"({"vars":{"v":)" + std::string(row.value) + "}}";
    EXPECT_EQ(shown(Bench("http_request", data, roots).run()), "error VALIDATION validation")
        << data << row.value;
  }
  Bench key("http_request", R"({"url":"http://a.test"})");
  EXPECT_EQ(shown(key.key("a\nb").run()), "error VALIDATION validation");
}

CallReply reply(int status, std::string body, std::string type = "application/json") {
  return {status, {{"content-type", std::move(type)}}, std::move(body)};
}

TEST(HttpRequestTest, ReadsTheReply) {
  struct Row {
    std::string_view response_type;
    CallReply reply;
    std::string_view body;
  };
  const std::vector<Row> rows{
      {"", reply(200, R"({"a":1})"), R"({"a":1})"},
      {"", reply(200, R"({"a":1})", "application/problem+json; charset=utf-8"), R"({"a":1})"},
      {"", reply(200, R"({"a":1})", "text/plain"), R"("{\"a\":1}")"},
      {"", reply(200, "{broken"), R"("{broken")"},
      {"", reply(204, ""), "null"},
      {"json", reply(200, "[1]", "text/plain"), "[1]"},
      {"text", reply(200, "[1]"), R"("[1]")"},
      {"text", reply(200, "a\xff\xc3\xa4"), "\"a\xef\xbf\xbd\xc3\xa4\""},
      {"binary", reply(200, std::string("\0\1", 2)), R"("AAE=")"},
  };
  for (const Row& row : rows) {
    std::string data = R"({"url":"http://a.test")";
    if (!row.response_type.empty()) {
      data += R"(,"response_type":")" + std::string(row.response_type) + "\"";
    }
    const Decision decision = Bench("http_request", data + "}").resume(row.reply);
    const auto& output = std::get<Finish>(decision).output;
    EXPECT_EQ(print_json(output.at("body")), row.body);
    EXPECT_EQ(output.at("status"), row.reply.status);
    EXPECT_EQ(output.at("headers").at("content-type"), Json(row.reply.headers[0].second));
  }
  EXPECT_EQ(shown(Bench("http_request", R"({"url":"http://a.test","response_type":"json"})")
                      .resume(reply(200, "{broken"))),
            "error VALIDATION validation");
}

TEST(HttpRequestTest, RepeatedHeadersOfTheReplyAreJoined) {
  const CallReply twice{200, {{"x-a", "1"}, {"x-b", "2"}, {"x-a", "3"}}, ""};
  EXPECT_EQ(shown(Bench("http_request", R"({"url":"http://a.test"})").resume(twice)),
            R"(default {"status":200,"headers":{"x-a":"1, 3","x-b":"2"},"body":null})");
}

TEST(HttpRequestTest, AStatusThatIsNotExpectedIsAClassifiedErrorWithTheReplyInIt) {
  struct Row {
    int status;
    std::string_view shown;
  };
  const std::vector<Row> rows{
      {301, "error HTTP_STATUS runtime"},
      {400, "error HTTP_STATUS runtime"},
      {401, "error HTTP_STATUS authentication"},
      {403, "error HTTP_STATUS authorization"},
      {404, "error HTTP_STATUS not_found"},
      {408, "error HTTP_STATUS timeout retryable"},
      {429, "error HTTP_STATUS rate_limited retryable"},
      {500, "error HTTP_STATUS communication retryable"},
      {503, "error HTTP_STATUS communication retryable"},
      {504, "error HTTP_STATUS timeout retryable"},
  };
  for (const Row& row : rows) {
    Bench bench("http_request", R"({"url":"http://a.test"})");
    const Decision decision = bench.resume(reply(row.status, R"({"why":"x"})"));
    EXPECT_EQ(shown(decision), row.shown) << row.status;
    const auto& error = std::get<NodeError>(decision);
    EXPECT_EQ(error.status, row.status);
    EXPECT_EQ(error.details.at("status"), row.status);
    EXPECT_EQ(error.details.at("body").at("why"), "x");
  }
}

TEST(HttpRequestTest, SuccessCodesSayWhatIsExpected) {
  Bench bench("http_request", R"({"url":"http://a.test","success_codes":["2xx","404",410]})");
  EXPECT_TRUE(std::holds_alternative<Finish>(bench.resume(reply(299, ""))));
  EXPECT_TRUE(std::holds_alternative<Finish>(bench.resume(reply(404, ""))));
  EXPECT_TRUE(std::holds_alternative<Finish>(bench.resume(reply(410, ""))));
  EXPECT_TRUE(std::holds_alternative<NodeError>(bench.resume(reply(409, ""))));
}

TEST(HttpRequestTest, AnErrorOfTheCallIsTheNodesError) {
  NodeError error;
  error.code = "EGRESS_REFUSED";
  error.error_class = ErrorClass::configuration;
  EXPECT_EQ(shown(Bench("http_request", R"({"url":"http://a.test"})").resume(error)),
            "error EGRESS_REFUSED configuration");
}

TEST(HttpRequestTest, RefusesWhatIsWrongOrNotBuiltAtPublish) {
  struct Row {
    std::string_view fields;
    std::vector<std::string> errors;
  };
  const std::vector<Row> rows{
      {R"("method":"post")", {".method INVALID_VALUE"}},
      {R"("method":"{{vars.m}}")", {".method EXPRESSION_NOT_ALLOWED"}},
      {R"("headers":{"Host":"x","Content-Length":"1","Idempotency-Key":"k","a b":"c"})",
       {".headers.Host INVALID_VALUE", ".headers.Content-Length INVALID_VALUE",
        ".headers.Idempotency-Key INVALID_VALUE", ".headers['a b'] INVALID_VALUE"}},
      {R"("headers":[])", {".headers INVALID_TYPE"}},
      {R"("query":"a=b")", {".query INVALID_TYPE"}},
      {R"("body_type":"multipart")", {".body_type UNSUPPORTED_OPTION"}},
      {R"("body_type":"yaml")", {".body_type INVALID_VALUE"}},
      {R"("auth":{"type":"bearer","token":"x"})", {".auth.type UNSUPPORTED_OPTION"}},
      {R"("auth":{"type":"none"})", {}},
      {R"("response_type":"xml")", {".response_type INVALID_VALUE"}},
      {R"("success_codes":["2xx","6xx",99,"20"])",
       {".success_codes[1] INVALID_VALUE", ".success_codes[2] INVALID_VALUE",
        ".success_codes[3] INVALID_VALUE"}},
      {R"("success_codes":[])", {".success_codes INVALID_VALUE"}},
      {R"("follow_redirects":"yes")", {".follow_redirects INVALID_TYPE"}},
      {R"("max_response_bytes":0)", {".max_response_bytes INVALID_VALUE"}},
      {R"("max_response_bytes":5242881)", {".max_response_bytes INVALID_VALUE"}},
      {R"("fire_and_forget":true)", {".fire_and_forget UNSUPPORTED_OPTION"}},
      {R"("body":{"k":"{{secrets.k}}"})", {".body.k SECRETS_NOT_AVAILABLE"}},
  };
  for (const Row& row : rows) {
    const std::string data = R"({"url":"http://a.test",)" + std::string(row.fields) + "}";
    EXPECT_EQ(errors_of("http_request", data), row.errors) << row.fields;
  }
  EXPECT_EQ(errors_of("http_request", "{}"),
            std::vector<std::string>{".url MISSING_REQUIRED_FIELD"});
  for (const auto* url : {"a.test", "ftp://a.test", "http://", "http://u:p@a.test", "http://:80",
                          "http://a\\\\b", "http://a.test/\xc3\xa4", "http://a.test/ x"}) {
    EXPECT_EQ(errors_of("http_request", R"({"url":")" + std::string(url) + R"("})"),
              std::vector<std::string>{".url INVALID_VALUE"})
        << url;
  }
}

ChannelCall channel_call(Bench& bench) {
  return std::get<ChannelCall>(std::get<Call>(bench.run()).request.what);
}

TEST(SendMessageTest, GoesToTheTriggersContactOnTheTriggersChannelUnlessTold) {
  const std::string_view roots = R"({"contact":{"id":"c1","phone":"+4912"},"vars":{"n":"Bo"}})";
  Bench plain("send_message", R"({"body":"Hi {{vars.n}}"})", roots);
  const ChannelCall call = channel_call(plain.channel("whatsapp"));
  EXPECT_EQ(call.channel, "whatsapp");
  EXPECT_EQ(print_json(call.message), R"({"body":"Hi Bo","to":"+4912"})");

  Bench told("send_message",
             R"({"channel":"{{vars.c}}","to":"you","from":"me","subject":"s","metadata":{"a":1},
                 "media":[{"type":"image","url":"http://a.test/{{vars.c}}"}]})",
             R"({"vars":{"c":"email"}})");
  const ChannelCall other = channel_call(told.channel("whatsapp"));
  EXPECT_EQ(other.channel, "email");
  EXPECT_EQ(other.message, json_of(R"({"to":"you","from":"me","subject":"s","metadata":{"a":1},
      "media":[{"type":"image","url":"http://a.test/email"}]})"));
}

TEST(SendMessageTest, AnAliasNamesItsChannel) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows{
      {"send_sms", "sms"},
      {"send_whatsapp", "whatsapp"},
      {"send_email", "email"},
      {"send_rcs", "rcs"},
      {"send_message", "console"}};
  for (const auto& [type, channel] : rows) {
    Bench bench(type, R"({"body":"x","to":"1"})");
    EXPECT_EQ(channel_call(bench.channel("console")).channel, channel);
  }
}

TEST(SendMessageTest, TheContactsIdServesWhereItHasNoPhone) {
  Bench bench("send_sms", R"({"body":"x"})", R"({"contact":{"id":"c1","phone":null}})");
  EXPECT_EQ(channel_call(bench).message.at("to"), "c1");
}

TEST(SendMessageTest, FailsWithoutChannelOrRecipient) {
  EXPECT_EQ(shown(Bench("send_message", R"({"body":"x","to":"1"})").run()),
            "error CHANNEL_MISSING configuration");
  EXPECT_EQ(shown(Bench("send_sms", R"({"body":"x"})").run()),
            "error RECIPIENT_MISSING validation");
  EXPECT_EQ(shown(Bench("send_sms", R"({"body":"x","to":"{{vars.none}}"})").run()),
            "error RECIPIENT_MISSING validation");
}

TEST(SendMessageTest, TheReplyBecomesTheOutput) {
  Bench bench("send_sms", R"({"body":"x","to":"1"})");
  EXPECT_EQ(shown(bench.resume(reply(202, R"({"id":"m1"})"))),
            R"(default {"channel":"sms","status":202,"message_id":"m1","response":{"id":"m1"}})");
  EXPECT_EQ(shown(bench.resume(reply(200, R"({"message_id":"m2","id":"x"})"))),
            R"(default {"channel":"sms","status":200,"message_id":"m2",)"
            R"("response":{"message_id":"m2","id":"x"}})");
  EXPECT_EQ(shown(bench.resume(reply(200, ""))),
            R"(default {"channel":"sms","status":200,"response":null})");
}

TEST(SendMessageTest, AnErrorOfTheProviderIsClassifiedAndClientErrorsAreNotRepeated) {
  Bench bench("send_sms", R"({"body":"x","to":"1"})");
  EXPECT_EQ(shown(bench.resume(reply(400, ""))), "error HTTP_STATUS runtime");
  EXPECT_EQ(shown(bench.resume(reply(401, ""))), "error HTTP_STATUS authentication");
  EXPECT_EQ(shown(bench.resume(reply(429, ""))), "error HTTP_STATUS rate_limited retryable");
  EXPECT_EQ(shown(bench.resume(reply(502, ""))), "error HTTP_STATUS communication retryable");
}

TEST(SendMessageTest, MustSaySomething) {
  EXPECT_EQ(errors_of("send_message", R"({"to":"1"})"),
            std::vector<std::string>{".body MISSING_REQUIRED_FIELD"});
  EXPECT_EQ(errors_of("send_email", R"({"html":"<b>x</b>"})"), std::vector<std::string>{});
  EXPECT_EQ(errors_of("send_message", R"({"body":"{{secrets.x}}","channel":5})"),
            (std::vector<std::string>{".channel INVALID_TYPE", ".body SECRETS_NOT_AVAILABLE"}));
}

}  // namespace
}  // namespace millrace
