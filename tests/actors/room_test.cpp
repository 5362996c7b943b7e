// Every queue has a bound, and who does not fit is told at the door or waits where it is counted.
#include "tests/actors/fixture.hpp"

namespace millrace::test {
namespace {

class RoomTest : public HouseTest {};
using std::chrono::hours;

TEST_F(RoomTest, AFullGateSaysBusyAndBeginsNothing) {
  settings.gate_triggers_max = 2;
  const auto program = publish(pure);
  std::vector<Told> told(3);
  EXPECT_FALSE(submit(program, told[0]));
  EXPECT_FALSE(submit(program, told[1]));
  const auto refused = submit(program, told[2]);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::busy);
  run();
  EXPECT_EQ(told[2].times, 0);
  EXPECT_EQ(journal->turns.size(), 2u);
  EXPECT_FALSE(submit(program, told[2]));
  run();
  EXPECT_TRUE(told[2].ok());
}

TEST_F(RoomTest, TheGateCountsBytesToo) {
  settings.gate_bytes_max = 4'000;
  const auto program = publish(pure);
  const std::string large = "{\"text\":\"" + std::string(2'500, 'x') + "\"}";
  std::vector<Told> told(2);
  EXPECT_FALSE(submit(program, told[0], {.payload = large}));
  EXPECT_EQ(submit(program, told[1], {.payload = large})->code, ErrorCode::busy);
  run();
  EXPECT_FALSE(submit(program, told[1], {.payload = large}));
  run();
  EXPECT_TRUE(told[0].ok() && told[1].ok());
}

TEST_F(RoomTest, BeforeRecoveryTheHouseIsUnavailable) {
  const auto program = publish(pure);
  system.reset();
  system = actors::System::start(settings, {*journal, outbound, clock, random, *ids});
  Told told;
  EXPECT_EQ(submit(program, told)->code, ErrorCode::unavailable);
  run();
  EXPECT_FALSE(submit(program, told));
  run();
  EXPECT_TRUE(told.ok());
}

TEST_F(RoomTest, AboveTheBoundOnLiveRunsTriggersWaitAndAllComeToTheirTurn) {
  settings.live_runs_max = 3;
  const auto program = publish(calls_out());
  std::vector<Told> told(20);
  for (Told& one : told) ASSERT_FALSE(submit(program, one));
  run();
  EXPECT_EQ(system->live_runs(), 3u);
  EXPECT_EQ(outbound.open.size(), 3u);
  EXPECT_EQ(system->gate_triggers(), 17u);
  while (!outbound.open.empty()) {
    outbound.answer(0, CallReply{200, {}, "{}"});
    run();
    EXPECT_LE(system->live_runs(), 3u);
  }
  EXPECT_EQ(runs_with(RunStatus::completed), 20u);
}

TEST_F(RoomTest, WakesWithoutRoomWaitAndAllFire) {
  settings.live_runs_max = 2;
  const auto waits = publish(R"({"nodes":[
    {"id":"start","type":"trigger","data":{}},
    {"id":"wait","type":"delay","data":{"seconds":60}},
    {"id":"call","type":"http_request","data":{"method":"POST","url":"http://a.example/"}}],
    "edges":[{"source":"start","target":"wait"},{"source":"wait","target":"call"}]})");
  for (int i = 0; i < 30; ++i) fire(waits);
  advance(hours{1});
  EXPECT_EQ(outbound.open.size(), 2u);
  while (!outbound.open.empty()) {
    outbound.answer(0, CallReply{200, {}, "{}"});
    run();
    EXPECT_LE(system->live_runs(), 2u);
  }
  EXPECT_EQ(runs_with(RunStatus::completed), 30u);
}

TEST_F(RoomTest, CallsWaitForTheirHostAndDoNotHoldUpOthers) {
  settings.calls_per_host_max = 2;
  const auto slow = publish(calls_out());
  const auto other =
      publish(flow_with("http_request", R"({"method":"GET","url":"http://OTHER.example:8080/y"})"));
  for (int i = 0; i < 5; ++i) fire(slow);
  EXPECT_EQ(outbound.open.size(), 2u);
  fire(other);
  EXPECT_EQ(outbound.open.size(), 3u);
  outbound.answer_all();
  run();
  EXPECT_EQ(outbound.open.size(), 2u);
  while (!outbound.open.empty()) {
    outbound.answer_all();
    run();
  }
  EXPECT_EQ(runs_with(RunStatus::completed), 6u);
}

TEST_F(RoomTest, AContactsRunsShareAPartitionAndSoDoAKeys) {
  const auto program = publish(pure);
  for (int i = 0; i < 5; ++i) fire(program, {.contact = "c1"});
  std::set<Partition> partitions;
  for (const auto& [id, turns] : journal->turns) partitions.insert(id.id.partition());
  EXPECT_EQ(partitions.size(), 1u);
}

struct Failure {
  Error error;
  std::string code;
  std::string error_class;
};

TEST_F(RoomTest, WhatTheOutsideRefusesIsTheNodesError) {
  const auto program =
      publish(flow_with("http_request", R"({"method":"POST","url":"http://10.0.0.1/"})"));
  const std::vector<Failure> failures{
      {{ErrorCode::egress_refused, "10.0.0.0/8 is private"}, "EGRESS_REFUSED", "configuration"},
      {{ErrorCode::timeout, "no answer"}, "TIMEOUT", "timeout"},
      {{ErrorCode::communication, "refused"}, "COMMUNICATION", "communication"},
      {{ErrorCode::too_large, "over 5 MiB"}, "RESPONSE_TOO_LARGE", "validation"}};
  for (const Failure& failure : failures) {
    const Told& told = fire(program);
    outbound.answer(0, failure.error);
    run();
    const ExecutionSummary& summary = journal->summaries.at(told.value().execution);
    EXPECT_EQ(summary.status, RunStatus::failed);
    EXPECT_EQ(summary.error_code, failure.code);
    EXPECT_EQ(summary.error_message, failure.error.message);
    const auto& end = journal->turns.at(told.value().execution).back().changes.back();
    EXPECT_EQ(to_string(std::get<RunEnded>(end).error->error_class), failure.error_class);
  }
}

TEST_F(RoomTest, AMessageGoesToItsChannelSignedAndUnderItsIdempotencyKey) {
  settings.channels["whatsapp"] = {"https://gate.example/send", "whsec_c2VjcmV0"};
  const auto program =
      publish(flow_with("send_message", R"({"channel":"whatsapp","to":"+100","body":"hello"})"));
  const Told& told = fire(program);
  ASSERT_EQ(outbound.open.size(), 1u);
  const std::string id = outbound.sent("webhook-id").at(0);
  EXPECT_NE(id.find("step"), std::string::npos);
  EXPECT_EQ(outbound.sent("webhook-signature").at(0).substr(0, 3), "v1,");
  outbound.answer_all();
  run();
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(RoomTest, TheConsoleTakesMessagesWithNothingConfigured) {
  const auto program =
      publish(flow_with("send_message", R"({"channel":"console","to":"+100","body":"hello"})"));
  const Told& told = fire(program);
  EXPECT_TRUE(outbound.all.empty());
  EXPECT_EQ(status(told.value().execution), RunStatus::completed);
}

TEST_F(RoomTest, AnUnknownChannelIsAConfigurationErrorUnlessTheConsoleStandsIn) {
  const std::string flow =
      flow_with("send_message", R"({"channel":"sms","to":"+100","body":"hello"})");
  const auto program = publish(flow);
  const Told& told = fire(program);
  const auto& end = journal->turns.at(told.value().execution).back().changes.back();
  ASSERT_TRUE(std::get<RunEnded>(end).error);
  EXPECT_EQ(std::get<RunEnded>(end).error->error_class, ErrorClass::configuration);
  settings.channel_fallback_console = true;
  restart();
  const Told& printed = fire(program);
  EXPECT_EQ(status(printed.value().execution), RunStatus::completed);
}

}  // namespace
}  // namespace millrace::test
