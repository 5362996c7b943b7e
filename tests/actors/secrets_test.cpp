// Secrets of the operator: the call goes out with them, what is kept and shown does not hold them.
#include "tests/actors/fixture.hpp"

#include <algorithm>

namespace millrace::test {
namespace {

const std::string token = "s3cr3t-Token-0042";

/// The flow asks with the secret in URL, header and body, waits, and answers with what it got.
constexpr std::string_view asks = R"({"nodes":[
  {"id":"start","type":"trigger","data":{}},
  {"id":"keep","type":"set","data":{"assignments":[
    {"name":"auth","value":"Bearer {{env.TOKEN}}"}]}},
  {"id":"rest","type":"delay","data":{"seconds":3600}},
  {"id":"ask","type":"http_request","data":{
    "method":"POST","url":"https://example.com/{{env.TOKEN}}",
    "headers":{"Authorization":"{{vars.auth}}","X-Copy":"{{env.TOKEN}}"},
    "body":{"token":"{{env.TOKEN}}"}}},
  {"id":"done","type":"end","data":{"output":"{{nodes.ask.output.body}}"}}],
  "edges":[{"source":"start","target":"keep"},{"source":"keep","target":"rest"},
           {"source":"rest","target":"ask"},{"source":"ask","target":"done"}]})";

class SecretsTest : public ::testing::Test, protected House {
 protected:
  SecretsTest() {
    settings.env = std::make_shared<const Json>(JsonObject{{"TOKEN", token}});
    settings.redaction = std::make_shared<const Redaction>(
        std::vector<std::pair<std::string, std::string>>{{"env.TOKEN", token}},
        std::vector<std::string>{});
    settings.snapshot_turns = 1;
    restart();
  }
  void answer_with(std::string body) {
    CallReply reply{200, {{"content-type", "text/plain"}, {"set-cookie", "session=1"}}, {}};
    reply.body = std::move(body);
    outbound.answer(0, std::move(reply));
    run();
  }
  /// Everything that reached the journal, as one text.
  const std::string& written() const { return journal->bytes; }
  bool holds_secret(const std::string& text) const { return text.find(token) != text.npos; }
};

TEST_F(SecretsTest, TheCallHasTheTrueValueAndTheRecordsHaveNot) {
  const auto program = publish(asks);
  const Told& told = fire(program);
  advance(std::chrono::hours{2});
  ASSERT_EQ(outbound.open.size(), 1u);
  const HttpCall& call = outbound.open[0].call;
  EXPECT_EQ(call.url, "https://example.com/" + token);
  EXPECT_EQ(call.body, R"({"token":")" + token + R"("})");
  EXPECT_EQ(outbound.sent("Authorization"), std::vector{"Bearer " + token});
  EXPECT_EQ(outbound.sent("X-Copy"), std::vector{token});
  answer_with("you sent " + token);
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
  EXPECT_FALSE(holds_secret(written()));
  EXPECT_EQ(written().find("session=1"), std::string::npos);
}

TEST_F(SecretsTest, ACallThatIsIssuedAgainAfterARestartHasTheTrueValueAgain) {
  const auto program = publish(asks);
  const Told& told = fire(program);
  restart();
  advance(std::chrono::hours{2});
  restart();
  ASSERT_EQ(outbound.open.size(), 1u);
  EXPECT_EQ(outbound.sent("Authorization"), (std::vector{"Bearer " + token, "Bearer " + token}));
  EXPECT_EQ(outbound.open[0].call.body, R"({"token":")" + token + R"("})");
  answer_with("ok");
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(SecretsTest, WhoAsksForTheTraceOrWaitsForTheOutputSeesAMask) {
  const auto program = publish(asks);
  Told& told = fire(program, {.mode = ResponseMode::on_complete});
  advance(std::chrono::hours{2});
  answer_with("you sent " + token);
  const ExecutionId id = told.ok() ? told.value().execution : journal->summaries.begin()->first;
  const auto summary = store->archive().execution(workspace, id).value();
  const Trace trace = store->archive().trace(summary).value();
  EXPECT_EQ(trace.output, R"("you sent ***")");
  const auto asked = std::ranges::find(trace.node_runs, "ask", &NodeRunView::node_id);
  ASSERT_NE(asked, trace.node_runs.end());
  const Json input = parse_json(asked->input).value();
  EXPECT_EQ(input.at("url"), "https://example.com/***");
  EXPECT_EQ(input.at("headers").at("Authorization"), "***");
  EXPECT_EQ(input.at("headers").at("X-Copy"), "***");
  EXPECT_EQ(input.at("body").at("token"), "***");
}

TEST_F(SecretsTest, AnErrorThatNamesASecretIsKeptMasked) {
  const auto program = publish(asks);
  const Told& told = fire(program);
  advance(std::chrono::hours{2});
  outbound.answer(0, Error{ErrorCode::egress_refused, "no way to example.com/" + token});
  run();
  const ExecutionSummary& summary = journal->summaries.at(told.value().execution);
  EXPECT_EQ(summary.status, RunStatus::failed);
  EXPECT_NE(summary.error_message.find("***"), std::string::npos) << summary.error_message;
  EXPECT_FALSE(holds_secret(summary.error_message) || holds_secret(written()));
}

TEST_F(SecretsTest, AFlowThatNamesNoSecretIsWrittenAsItIs) {
  const auto program = publish(pure);
  fire(program, {.payload = R"({"n":")" + token + R"("})"});
  EXPECT_TRUE(holds_secret(written())) << "nobody scans what cannot hold one";
}

}  // namespace
}  // namespace millrace::test
