// Orbit's answers: the union of both published documents, and the same bytes for a duplicate.
#include "http/dialects/orbit/answers.hpp"

#include "http/dialects/orbit/errors.hpp"
#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

const AnswerMeta meta{"req_1", "2026-03-08T12:00:00.000Z"};
const FlowId flow_id{Id::make(1'772'971'200'000, Partition{1}, 5)};
const ExecutionId execution_id{Id::make(1'772'971'200'000, Partition{2}, 6)};

Json parsed(const std::string& text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json.has_value()) << text;
  return json ? *json : Json();
}

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

ExecutionSummary failed_run() {
  ExecutionSummary summary;
  summary.id = execution_id;
  summary.flow = flow_id;
  summary.flow_version = 4;
  summary.trigger_type = TriggerType::inbound_message;
  summary.status = RunStatus::failed;
  summary.channel = "sms";
  summary.message_id = "msg_1";
  summary.started = at(1'772'971'200'000);
  summary.ended = at(1'772'971'200'384);
  summary.node_runs = 6;
  summary.error_node = "send";
  summary.error_code = "INVALID_PHONE_NUMBER";
  summary.error_message = "to must be a valid E.164 phone number";
  return summary;
}

ExecutionView named_view() {
  ExecutionView view;
  view.flow_names[{flow_id, 4}] = "Welcome Flow";
  return view;
}

TEST(OrbitAnswerTest, ShowsAFlowWithItsDefinitionVerbatim) {
  StoredFlow flow;
  flow.id = flow_id;
  flow.name = "Welcome \"Flow\"";
  flow.version = 3;
  flow.published_version = 2;
  flow.created = at(1'772'971'200'000);
  flow.updated = at(1'772'971'201'000);
  StoredFlowVersion newest;
  newest.definition = R"({ "nodes":[], "n": 1.50 })";
  EXPECT_EQ(
      flow_answer(flow, newest, meta),
      R"({"data":{"id":")" + spell(flow_id) +
          R"(","name":"Welcome \"Flow\"","trigger_type":"api","status":"published",)"
          R"("version":3,"published_version":2,"created_at":"2026-03-08T12:00:00.000Z",)"
          R"("updated_at":"2026-03-08T12:00:01.000Z","definition":{ "nodes":[], "n": 1.50 }},)"
          R"("meta":{"request_id":"req_1","timestamp":"2026-03-08T12:00:00.000Z"}})");
}

TEST(OrbitAnswerTest, ShowsTheFieldsOfBothDocumentsInAnExecutionItem) {
  Page<ExecutionSummary> page;
  page.rows = {failed_run()};
  const Json answer = parsed(executions_answer(page, "", named_view(), meta));
  const std::string item = print_json(answer.at("data").at(0));
  EXPECT_EQ(item,
            R"({"id":")" + spell(execution_id) + R"(","flow_id":")" + spell(flow_id) +
                R"(","flow_name":"Welcome Flow","flow_version":4,"trigger_type":"inbound_message",)"
                R"("trigger":{"type":"inbound_message","channel":"sms","message_id":"msg_1"},)"
                R"("status":"failed","steps_executed":6,"node_count":6,)"
                R"("started_at":"2026-03-08T12:00:00.000Z",)"
                R"("completed_at":"2026-03-08T12:00:00.384Z",)"
                R"("ended_at":"2026-03-08T12:00:00.384Z","duration_ms":384,)"
                R"("error":{"node_id":"send","code":"INVALID_PHONE_NUMBER",)"
                R"("message":"to must be a valid E.164 phone number"},)"
                R"("error_message":"to must be a valid E.164 phone number"})");
}

TEST(OrbitAnswerTest, ShowsOfARunPastItsRetentionWhatOutlivesIt) {
  ExecutionSummary run = failed_run();
  run.purged = true;
  Page<ExecutionSummary> page;
  page.rows = {run};
  const std::string left = R"({"id":")" + spell(execution_id) + R"(","flow_id":")" +
                           spell(flow_id) +
                           R"(","status":"failed","started_at":"2026-03-08T12:00:00.000Z"})";
  const Json listed = parsed(executions_answer(page, "", named_view(), meta));
  EXPECT_EQ(print_json(listed.at("data").at(0)), left);
  EXPECT_EQ(print_json(parsed(purged_answer(run, meta)).at("data")), left);
  EXPECT_FALSE(
      parsed(controlled_answer(run, meta)).at("data").as_object().contains("flow_version"));
}

TEST(OrbitAnswerTest, TellsTheErrorAsAStringToClientsThatWantIt) {
  Page<ExecutionSummary> page;
  page.rows = {failed_run()};
  ExecutionView view = named_view();
  view.error_as_string = true;
  const Json answer = parsed(executions_answer(page, "", view, meta));
  EXPECT_EQ(answer.at("data").at(0).at("error"), "to must be a valid E.164 phone number");
}

TEST(OrbitAnswerTest, ShowsAWaitingRunAsRunningWithASubstatus) {
  ExecutionSummary waiting = failed_run();
  waiting.status = RunStatus::running;
  waiting.waiting = true;
  waiting.ended.reset();
  waiting.error_code = waiting.error_message = waiting.error_node = "";
  Page<ExecutionSummary> page;
  page.rows = {waiting};
  const Json item = parsed(executions_answer(page, "", named_view(), meta)).at("data").at(0);
  EXPECT_EQ(item.at("status"), "running");
  EXPECT_EQ(item.at("substatus"), "waiting");
  EXPECT_TRUE(item.at("ended_at").is_null());
  EXPECT_TRUE(item.at("duration_ms").is_null());
  EXPECT_TRUE(item.at("error").is_null());
}

TEST(OrbitAnswerTest, ShowsAPausedRunAsRunningAndWhatAReplayRepeats) {
  ExecutionSummary paused = failed_run();
  paused.status = RunStatus::running;
  paused.paused = true;
  paused.replay_of = ExecutionId{Id::make(1'772'971'100'000, Partition{2}, 1)};
  Page<ExecutionSummary> page;
  page.rows = {paused};
  const Json item = parsed(executions_answer(page, "", named_view(), meta)).at("data").at(0);
  EXPECT_EQ(item.at("status"), "running");
  EXPECT_EQ(item.at("substatus"), "paused");
  EXPECT_EQ(item.at("replay_of"), Json(spell(*paused.replay_of)));
  const Json single = parsed(execution_answer(paused, {}, named_view(), meta)).at("data");
  EXPECT_EQ(single.at("replay_of"), Json(spell(*paused.replay_of)));
  const Json told = parsed(controlled_answer(paused, meta)).at("data");
  EXPECT_EQ(print_json(told), R"({"id":")" + spell(execution_id) + R"(","flow_id":")" +
                                  spell(flow_id) +
                                  R"(","flow_version":4,"status":"running","substatus":"paused"})");
}

TEST(OrbitAnswerTest, TellsOfAReplayWhatThePublishedPageSays) {
  TriggerOutcome outcome;
  outcome.execution = execution_id;
  outcome.status = RunStatus::completed;
  const ExecutionId first{Id::make(1'772'971'100'000, Partition{2}, 1)};
  const Json told = parsed(replayed_answer(first, outcome, {meta, 5})).at("data");
  EXPECT_EQ(print_json(told), R"({"id":")" + spell(execution_id) + R"(","replay_of":")" +
                                  spell(first) + R"(","flow_version":5,"status":"running"})");
}

TEST(OrbitAnswerTest, GivesPageInfoInBothForms) {
  Page<StoredFlow> page;
  page.has_more = true;
  const Json more = parsed(flows_answer(page, "abc", meta)).at("meta");
  EXPECT_EQ(more.at("pagination").at("cursor"), "abc");
  EXPECT_EQ(more.at("pagination").at("has_more"), true);
  EXPECT_EQ(more.at("next_cursor"), "abc");
  page.has_more = false;
  const Json last = parsed(flows_answer(page, "", meta)).at("meta");
  EXPECT_TRUE(last.at("pagination").at("cursor").is_null());
  EXPECT_EQ(last.at("pagination").at("has_more"), false);
  EXPECT_TRUE(last.at("next_cursor").is_null());
}

TEST(OrbitAnswerTest, ShowsNodeRunsWithInputOutputAndError) {
  Trace trace;
  trace.trigger_payload = R"({"to":"+1"})";
  NodeRunView run;
  run.node_id = "send";
  run.node_type = "send_message";
  run.status = NodeRunStatus::failed;
  run.attempt = 2;
  run.input = R"({"n":1.50})";
  run.started = at(1'772'971'200'000);
  run.error = NodeError{};
  run.error->code = "HTTP_STATUS";
  trace.node_runs = {run};
  const Json data = parsed(execution_answer(failed_run(), trace, named_view(), meta)).at("data");
  const Json& shown = data.at("node_runs").at(0);
  EXPECT_EQ(shown.at("node_id"), "send");
  EXPECT_EQ(shown.at("node_type"), "send_message");
  EXPECT_EQ(shown.at("status"), "failed");
  EXPECT_EQ(shown.at("attempt"), 2);
  EXPECT_TRUE(shown.at("output").is_null());
  EXPECT_EQ(shown.at("error").at("code"), "HTTP_STATUS");
  EXPECT_EQ(data.at("input").at("to"), "+1");
}

TEST(OrbitAnswerTest, AnswersADuplicateWithTheBytesOfTheFirst) {
  const Request first = test::request("POST", "/v1/flows/x/execute");
  Request second = first;
  second.request_id = "req_2";
  second.received += Duration(5'000);
  TriggerOutcome begun;
  begun.execution = execution_id;
  begun.flow_version = 7;
  begun.status = RunStatus::completed;
  TriggerOutcome again;
  again.execution = execution_id;
  again.duplicate = true;
  again.memo = to_memo({meta_of(first), 7});
  EXPECT_EQ(accepted_answer(flow_id, begun, memo_of(begun, first)),
            accepted_answer(flow_id, again, memo_of(again, second)));
}

TEST(OrbitErrorTest, SpeaksInTheEnvelopeWithItsCodes) {
  struct Row {
    Error error;
    int status;
    std::string_view code;
  };
  const Row rows[] = {
      {{ErrorCode::not_found, "no such flow"}, 404, "NOT_FOUND"},
      {{ErrorCode::unauthorized, "no key"}, 401, "UNAUTHORIZED"},
      {{ErrorCode::forbidden, "no scope"}, 403, "INSUFFICIENT_PERMISSIONS"},
      {{ErrorCode::invalid_cursor, "bad"}, 400, "INVALID_CURSOR"},
      {{ErrorCode::invalid_json, "bad"}, 400, "VALIDATION_ERROR"},
      {{ErrorCode::too_large, "big"}, 413, "PAYLOAD_TOO_LARGE"},
      {{ErrorCode::busy, "full"}, 429, "RATE_LIMITED"},
      {{ErrorCode::unavailable, "draining"}, 503, "SERVICE_UNAVAILABLE"},
      {{ErrorCode::idempotency_mismatch, "other"}, 422, "IDEMPOTENCY_KEY_REUSED"},
      {{ErrorCode::idempotency_pending, "wait"}, 409, "IDEMPOTENCY_KEY_PENDING"},
      {{ErrorCode::version_conflict, "old"}, 409, "FLOW_VERSION_CONFLICT"},
      {{ErrorCode::method_not_allowed, "POST"}, 405, "METHOD_NOT_ALLOWED"},
      {{ErrorCode::not_published, "draft"}, 409, "FLOW_NOT_PUBLISHED"},
  };
  const Request request = test::request("GET", "/v1/flows");
  for (const auto& row : rows) {
    const Response response = render_error(request, row.error);
    EXPECT_EQ(response.status, row.status) << row.code;
    const Json error = parsed(response.body).at("error");
    EXPECT_EQ(string_member(error, "code"), row.code);
    EXPECT_EQ(error.at("status"), row.status) << row.code;
    EXPECT_EQ(string_member(error, "message"), row.error.message);
    EXPECT_TRUE(error.at("details").is_object());
    EXPECT_EQ(parsed(response.body).at("meta").at("request_id"), "req_1");
  }
}

TEST(OrbitErrorTest, TellsTheStatusItIsGivenInItsBodyToo) {
  const Request request = test::request("POST", "/v1/flows");
  const Response response = render_error_as(request, {ErrorCode::validation, "no"}, 417);
  EXPECT_EQ(response.status, 417);
  EXPECT_EQ(parsed(response.body).at("error").at("status"), 417);
}

TEST(OrbitErrorTest, TellsABadKeyFromNone) {
  const Request request = test::request("GET", "/v1/flows", "", {{"x-api-key", "dv_live_sk_no"}});
  const Response response = render_error(request, {ErrorCode::unauthorized, "no"});
  EXPECT_EQ(parsed(response.body).at("error").at("code"), "INVALID_API_KEY");
}

TEST(OrbitErrorTest, DoesNotTellWhatWentWrongInside) {
  const Request request = test::request("GET", "/v1/flows");
  for (const auto code : {ErrorCode::internal, ErrorCode::corrupt, ErrorCode::storage}) {
    EXPECT_EQ(render_error(request, {code, "/var/lib/secret"}).body.find("secret"),
              std::string::npos);
  }
}

TEST(OrbitErrorTest, SaysWhenToComeBack) {
  const Request request = test::request("POST", "/v1/flows");
  const Response response = render_error(request, {ErrorCode::busy, "full"});
  ASSERT_FALSE(response.headers.empty());
  EXPECT_EQ(response.headers.front(), (std::pair<std::string, std::string>("Retry-After", "1")));
}

TEST(OrbitErrorTest, SpeaksProblemDetailsToClientsThatAsk) {
  const Request request =
      test::request("GET", "/v1/flows", "", {{"accept", "application/problem+json"}});
  const Response response = render_error(request, {ErrorCode::not_found, "no such flow"});
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(parsed(response.body).at("status"), 404);
  EXPECT_EQ(parsed(response.body).at("title"), "Not Found");
}

}  // namespace
}  // namespace millrace::http::orbit
