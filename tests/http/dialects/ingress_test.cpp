// What the callers of hooks are told, and how an inbound message is read.
#include "http/dialects/idempotency.hpp"
#include "http/ingress/begin_all.hpp"
#include "http/ingress/hook_answer.hpp"
#include "http/ingress/message_codec.hpp"
#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

const ExecutionId execution{Id::make(1'772'971'200'000, Partition{2}, 6)};
const std::string spelt = "exec_" + to_base62(execution.id);

TriggerOutcome outcome(RunStatus status) {
  TriggerOutcome made;
  made.execution = execution;
  made.status = status;
  return made;
}

std::string execution_header(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "X-Execution-Id") return value;
  }
  return {};
}

TEST(HookAnswerTest, SaysAcceptedAtOnceWhateverTheRunDid) {
  const auto response = hook_answer(ResponseMode::immediate, outcome(RunStatus::failed));
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, R"({"execution_id":")" + spelt + R"("})");
}

TEST(HookAnswerTest, GivesTheOutputOnCompletion) {
  auto done = outcome(RunStatus::completed);
  done.output = R"({"a":1})";
  const auto response = hook_answer(ResponseMode::on_complete, done);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"a":1})");
  EXPECT_EQ(execution_header(response), spelt);
  EXPECT_EQ(hook_answer(ResponseMode::on_complete, outcome(RunStatus::completed)).body, "null");
}

TEST(HookAnswerTest, GivesTheIdOfARunThatDidNotComplete) {
  for (const auto status : {RunStatus::failed, RunStatus::cancelled, RunStatus::timed_out}) {
    const auto response = hook_answer(ResponseMode::on_complete, outcome(status));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, R"({"execution_id":")" + spelt + R"(","status":")" +
                                 std::string(to_string(status)) + R"("})");
  }
}

TEST(HookAnswerTest, SaysAcceptedWhenTheDeadlineHasPassed) {
  auto late = outcome(RunStatus::running);
  late.deadline_passed = true;
  for (const auto mode : {ResponseMode::on_complete, ResponseMode::respond_node}) {
    EXPECT_EQ(hook_answer(mode, late).status, 202);
  }
}

TEST(HookAnswerTest, GivesTheAnswerOfTheNode) {
  auto answered = outcome(RunStatus::running);
  answered.answer = Answer{418, {{"X-Tea", "yes"}}, "text/plain", "short"};
  const auto response = hook_answer(ResponseMode::respond_node, answered);
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.content_type, "text/plain");
  EXPECT_EQ(response.body, "short");
  EXPECT_EQ(response.headers.front().first, "X-Tea");
}

TEST(HookAnswerTest, MarksADuplicate) {
  auto again = outcome(RunStatus::running);
  again.duplicate = true;
  const auto response = hook_answer(ResponseMode::immediate, again);
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers.front().first, "Idempotency-Replayed");
}

TEST(HookAnswerTest, GivesTheFlowsOwnResponseWithTheIdOfItsRun) {
  auto begun = outcome(RunStatus::running);
  const Answer own{200, {{"X-Tea", "yes"}}, "text/plain", "short"};
  const auto response = hook_answer(own, begun);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "short");
  EXPECT_EQ(execution_header(response), spelt);
  begun.duplicate = true;
  EXPECT_EQ(hook_answer(own, begun).headers.back().first, "Idempotency-Replayed");
}

TEST(MessageTest, IsReadWithItsContactAndKeepsEverythingElse) {
  const std::string body = R"({"channel":"whatsapp","message":{"id":"m1","text":"hi","x":1},)"
                           R"("contact":{"id":"c1"},"y":2})";
  const auto message = read_message(body);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->channel, "whatsapp");
  EXPECT_EQ(message->id, "m1");
  EXPECT_EQ(message->text, "hi");
  EXPECT_EQ(message->contact, "c1");
  EXPECT_EQ(message->payload->text, body);
}

TEST(MessageTest, FindsTheContactByIdElseByPhone) {
  const std::pair<std::string, std::string> rows[] = {
      {R"({"id":"c1","phone":"+1 415 555 2671"})", "c1"},
      {R"({"phone":"+1 (415) 555-2671"})", "+14155552671"},
      {R"({"id":null,"phone":"00 1 415 555 2671"})", "+14155552671"},
      {R"({"id":42})", "42"},
      {R"({"id":"","phone":14155552671})", "14155552671"},
  };
  for (const auto& [contact, told] : rows) {
    const auto message =
        read_message(R"({"channel":"sms","message":{"id":1},"contact":)" + contact + "}");
    ASSERT_TRUE(message.has_value()) << contact << message.error().message;
    EXPECT_EQ(message->contact, told);
  }
}

TEST(MessageTest, NamesTheFieldThatIsMissingOrWrong) {
  struct Row {
    std::string body;
    int status;
    std::string code;
    std::string field;
  };
  const Row rows[] = {
      {"{", 400, "VALIDATION_ERROR", ""},
      {"[]", 422, "VALIDATION_ERROR", "$"},
      {"{}", 422, "MISSING_REQUIRED_FIELD", "channel"},
      {R"({"channel":"s"})", 422, "MISSING_REQUIRED_FIELD", "message"},
      {R"({"channel":"s","message":"hi"})", 422, "VALIDATION_ERROR", "message"},
      {R"({"channel":"s","message":{}})", 422, "MISSING_REQUIRED_FIELD", "message.id"},
      {R"({"channel":"s","message":{"id":{}}})", 422, "VALIDATION_ERROR", "message.id"},
      {R"({"channel":"s","message":{"id":1}})", 422, "MISSING_REQUIRED_FIELD", "contact"},
      {R"({"channel":"s","message":{"id":1},"contact":{}})", 422, "MISSING_REQUIRED_FIELD",
       "contact.id"},
      {R"({"channel":"s","message":{"id":1},"contact":{"phone":"x"}})", 422, "INVALID_PHONE_NUMBER",
       ""},
      {R"({"channel":"s","message":{"id":")" + std::string(256, 'a') + R"("},"contact":{"id":1}})",
       422, "VALIDATION_ERROR", "message.id"},
  };
  for (const auto& row : rows) {
    const auto message = read_message(row.body);
    ASSERT_FALSE(message.has_value()) << row.body;
    EXPECT_EQ(message.error().status, row.status) << row.body;
    EXPECT_EQ(message.error().code, row.code) << row.body;
    EXPECT_NE(message.error().details.find(row.field), std::string::npos) << row.body;
  }
}

TEST(MessageTest, IsTheSameMessageByChannelAndIdAlone) {
  const auto key = [](std::string_view channel, std::string_view id, std::string_view text) {
    InboundMessage message;
    message.channel = channel;
    message.id = id;
    message.text = text;
    return message_key(message, {});
  };
  EXPECT_EQ(key("sms", "1", "a").key, key("sms", "1", "b").key);
  EXPECT_EQ(key("sms", "1", "a").fingerprint, key("sms", "1", "b").fingerprint);
  EXPECT_NE(key("sms", "1", "a").key, key("rcs", "1", "a").key);
  EXPECT_NE(key("sms1", "2", "").key, key("sms", "12", "").key);
}

TEST(MessageTest, RepeatsTheFirstAnswerOnlyWhenEveryFlowKnewTheMessage) {
  const Request first = test::request("POST", "/v1/messages/inbound");
  Request second = first;
  second.request_id = "req_2";
  auto begun = outcome(RunStatus::running);
  auto again = begun;
  again.duplicate = true;
  again.memo = to_memo({meta_of(first), 1});
  const auto one = begun_answer({begun}, first);
  const auto two = begun_answer({again}, second);
  EXPECT_EQ(one.body, two.body);
  EXPECT_EQ(two.headers.size(), 1u);
  EXPECT_TRUE(begun_answer({again, begun}, second).headers.empty());
  EXPECT_EQ(begun_answer({}, first).status, 202);
}

}  // namespace
}  // namespace millrace::http
