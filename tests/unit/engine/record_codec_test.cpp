// The bytes of turn records: fixed for ever, whole, and safe to read whatever they are.
#include "runtime/base/crypto.hpp"
#include "runtime/engine/record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <random>

namespace millrace {
namespace {

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

NodeError some_error() {
  NodeError error;
  error.node_id = "charge";
  error.code = "HTTP_STATUS";
  error.message = "no";
  error.error_class = ErrorClass::communication;
  error.retryable = true;
  error.attempt = 2;
  error.status = 503;
  error.details = JsonObject{{"body", "later"}};
  return error;
}

/// One of everything that a record can hold.
TurnRecord whole_record() {
  TurnRecord record;
  record.turn = 300;
  record.at = at(1'700'000'000'000);
  RunBegan began;
  began.workspace = WorkspaceNumber(7);
  began.flow = {Id::make(1'600'000'000'000, Partition(9), 0x123456789abcdef)};
  began.flow_version = 4;
  began.trigger_type = TriggerType::webhook;
  began.contact = "c1";
  began.channel = "whatsapp";
  began.message_id = "m1";
  began.payload = R"({"a":1})";
  CallRequest http;
  http.what = HttpCall{"POST", "https://x.test/", {{"a", "b"}}, "body", true, 1'000};
  http.timeout = Duration(2'500);
  http.idempotency_key = "exec:charge:0";
  CallRequest channel;
  channel.what = ChannelCall{"whatsapp", JsonObject{{"text", "hi"}}};
  NodeEnded ended;
  ended.run = {1, 200};
  ended.status = NodeRunStatus::failed;
  ended.attempt = 2;
  ended.input = {{0, 0}, {3, 1}};
  ended.started = at(1'699'999'999'000);
  ended.ended = record.at;
  ended.taken = {5, 300};
  ended.output = R"({"b":2.5})";
  ended.error = some_error();
  ended.assignments = {{"x", JsonArray{1, "two"}, Assignment::Mode::append},
                       {"y", Json(), Assignment::Mode::unset}};
  ended.answer = Answer{201, {{"x-a", "1"}}, "text/plain", "done"};
  ended.log = LogLine{"info", "seen"};
  ended.reached_end = ended.ends_run = ended.cancels_run = true;
  record.changes = {began,
                    CallOpened{{1, 0}, 1, {{0, 0}}, http},
                    CallOpened{{2, 0}, 2, {}, channel},
                    SleepOpened{{3, 1}, {{1, 0}}, at(1'700'000'060'000)},
                    AttemptFailed{{1, 0}, some_error(), at(1'700'000'001'000)},
                    ended,
                    NodeEnded{},
                    RunEnded{RunStatus::failed, some_error(), "null"},
                    RunEnded{}};
  return record;
}

TEST(RecordCodecTest, ReadsBackWhatItWrote) {
  const TurnRecord record = whole_record();
  const auto decoded = decode_record(encode_record(record));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(encode_record(*decoded), encode_record(record));
  EXPECT_EQ(decoded->turn, 300u);
  EXPECT_EQ(decoded->at, record.at);
  ASSERT_EQ(decoded->changes.size(), record.changes.size());
  const auto& began = std::get<RunBegan>(decoded->changes[0]);
  EXPECT_EQ(began.flow, std::get<RunBegan>(record.changes[0]).flow);
  EXPECT_EQ(began.payload, R"({"a":1})");
  EXPECT_EQ(began.trigger_type, TriggerType::webhook);
  const auto& call = std::get<HttpCall>(std::get<CallOpened>(decoded->changes[1]).request.what);
  EXPECT_EQ(call.headers, (HeaderList{{"a", "b"}}));
  EXPECT_TRUE(call.follow_redirects);
  const auto& channel =
      std::get<ChannelCall>(std::get<CallOpened>(decoded->changes[2]).request.what);
  EXPECT_EQ(channel.message, (Json(JsonObject{{"text", "hi"}})));
  EXPECT_EQ(std::get<SleepOpened>(decoded->changes[3]).until, at(1'700'000'060'000));
  const auto& ended = std::get<NodeEnded>(decoded->changes[5]);
  EXPECT_EQ(ended.run, (NodeRunKey{1, 200}));
  EXPECT_EQ(ended.input, (InputRefs{{0, 0}, {3, 1}}));
  EXPECT_EQ(ended.taken, (std::vector<EdgeIndex>{5, 300}));
  EXPECT_EQ(ended.started, at(1'699'999'999'000));
  EXPECT_EQ(to_json(*ended.error), to_json(some_error()));
  EXPECT_EQ(ended.assignments[0].value, (Json(JsonArray{1, "two"})));
  EXPECT_EQ(ended.assignments[1].mode, Assignment::Mode::unset);
  EXPECT_EQ(ended.answer->body, "done");
  EXPECT_EQ(ended.log->message, "seen");
  EXPECT_TRUE(ended.reached_end && ended.ends_run && ended.cancels_run);
  EXPECT_FALSE(std::get<RunEnded>(decoded->changes[8]).error);
}

TEST(RecordCodecTest, WritesTheBytesOfFormatOne) {
  EXPECT_EQ(to_hex(encode_record(whole_record())),
            "01ac0280a0abfef9620901070174876e8000009123456789abcdef04020263310877686174736170"
            "70026d31077b2261223a317d020100020100000104504f53540f68747470733a2f2f782e74657374"
            "2f010161016204626f647901e80788270d657865633a6368617267653a3002020004000208776861"
            "74736170700d7b2274657874223a226869227da09c0100030301010100c0a9070401000663686172"
            "67650b485454505f535441545553026e6f070104ee07107b22626f6479223a226c61746572227dd0"
            "0f0501c801047f040200000301cf0f000205ac02097b2262223a322e357d066368617267650b4854"
            "54505f535441545553026e6f070104ee07107b22626f6479223a226c61746572227d02017802095b"
            "312c2274776f225d0179050092030103782d6101310a746578742f706c61696e04646f6e6504696e"
            "666f047365656e05ffff030003000200ff9fabfef962ff9fabfef962000006040106636861726765"
            "0b485454505f535441545553026e6f070104ee07107b22626f6479223a226c61746572227d046e75"
            "6c6c06030000");
}

/// What came later than `whole_record`, whose bytes stay as they are.
TurnRecord record_of_later_changes() {
  TurnRecord record;
  record.turn = 1;
  record.at = at(1'700'000'000'000);
  RunBegan replay;
  replay.workspace = WorkspaceNumber(7);
  replay.flow = {Id::make(1'600'000'000'000, Partition(9), 5)};
  replay.flow_version = 4;
  replay.payload = "{}";
  replay.replay_of = ExecutionId{Id::make(1'600'000'000'001, Partition(9), 6)};
  record.changes = {replay, PauseChanged{true},
                    ResultHeld{{2, 1}, CallReply{201, {{"a", "b"}}, "body"}},
                    ResultHeld{{3, 0}, some_error()}, PauseChanged{false}};
  return record;
}

TEST(RecordCodecTest, WritesTheBytesOfPausesHeldResultsAndReplays) {
  const std::string bytes = encode_record(record_of_later_changes());
  EXPECT_EQ(to_hex(bytes),
            "010180a0abfef9620509070174876e80000090000000000000050404000000027b7d0174876e8001"
            "0090000000000000060701080201019203010161016204626f647908030000066368617267650b48"
            "5454505f535441545553026e6f070104ee07107b22626f6479223a226c61746572227d0700");
  const auto decoded = decode_record(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(encode_record(*decoded), bytes);
  EXPECT_EQ(std::get<RunBegan>(decoded->changes[0]).replay_of,
            std::get<RunBegan>(record_of_later_changes().changes[0]).replay_of);
  EXPECT_EQ(std::get<CallReply>(std::get<ResultHeld>(decoded->changes[2]).result).body, "body");
  EXPECT_EQ(std::get<NodeError>(std::get<ResultHeld>(decoded->changes[3]).result).status, 503);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(decode_record(std::string_view(bytes).substr(0, size))) << size;
  }
}

TEST(RecordCodecTest, NeedsFewBytesForASmallNodeRun) {
  TurnRecord record;
  NodeEnded ended;
  ended.run = {3, 0};
  ended.input = {{2, 0}};
  ended.taken = {4};
  ended.output = "true";
  record.changes = {ended};
  EXPECT_LE(encode_record(record).size(), 24u);
}

TEST(RecordCodecTest, RefusesEveryTruncation) {
  const std::string bytes = encode_record(whole_record());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_record(std::string(bytes, 0, size));
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().code, ErrorCode::corrupt);
  }
  EXPECT_FALSE(decode_record(bytes + '\0')) << "bytes behind the end";
}

TEST(RecordCodecTest, SurvivesEveryFlippedBit) {
  const std::string bytes = encode_record(whole_record());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto decoded = decode_record(damaged);
    if (decoded) encode_record(*decoded);
  }
}

TEST(RecordCodecTest, SurvivesAnyBytes) {
  EXPECT_TRUE(rc::check([](std::string bytes) {
    bytes.insert(bytes.begin(), 1);
    const auto decoded = decode_record(bytes);
    if (decoded) RC_ASSERT(decode_record(encode_record(*decoded)).has_value());
  }));
}

TEST(RecordCodecTest, RefusesAFormatThatItDoesNotKnow) {
  std::string bytes = encode_record(whole_record());
  bytes[0] = 9;
  EXPECT_EQ(decode_record(bytes).error().code, ErrorCode::corrupt);
}

TEST(RecordCodecTest, ASealedRecordIsAFormatOfItsOwn) {
  const Redaction redaction({{"env.TOKEN", "s3cr3t-value"}}, {});
  RunBegan began;
  began.payload = R"({"a":"s3cr3t-value"})";
  CallOpened opened;
  opened.request.what = HttpCall{"GET", "http://peer/?s3cr3t-value", {{"Cookie", "x"}}, "b"};
  TurnRecord record{0, Timestamp{}, {began, opened}};
  const std::string bytes = encode_record(record, &redaction);
  EXPECT_EQ(bytes.front(), '\x02');
  EXPECT_EQ(bytes.find("s3cr3t"), std::string::npos);
  EXPECT_EQ(encode_record(*decode_record(bytes, &redaction)), encode_record(record));
  TurnRecord masked = *decode_record(bytes);
  hide_headers(masked, redaction);
  EXPECT_EQ(std::get<RunBegan>(masked.changes[0]).payload, R"({"a":"***"})");
  const auto& call = std::get<HttpCall>(std::get<CallOpened>(masked.changes[1]).request.what);
  EXPECT_EQ(call.url, "http://peer/?***");
  EXPECT_EQ(call.headers, (HeaderList{{"Cookie", "***"}}));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_record(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace millrace
