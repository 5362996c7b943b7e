// Replay: what may be asked together, and what the new run starts with.
#include "http/dialects/orbit/replay_requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

const ExecutionId origin_id{Id::make(1'772'971'200'000, Partition{2}, 6)};

ExecutionSummary origin() {
  ExecutionSummary summary;
  summary.id = origin_id;
  summary.workspace = WorkspaceNumber{3};
  return summary;
}

std::vector<TurnRecord> records_of(TriggerType type, std::string payload) {
  RunBegan began;
  began.trigger_type = type;
  began.contact = "c1";
  began.channel = "sms";
  began.message_id = "m1";
  began.payload = std::move(payload);
  TurnRecord record;
  record.changes = {began};
  return {record};
}

OrbitResult<Trigger> replay(TriggerType type, std::string payload, std::string_view body) {
  const auto wish = read_replay(body);
  if (!wish) return wish.error();
  return replay_trigger(origin(), records_of(type, std::move(payload)), nullptr, *wish);
}

TEST(OrbitReplayTest, StartsWithWhatTheFirstRunStartedWith) {
  const auto trigger = replay(TriggerType::inbound_message, R"({"a":1.50})", "");
  ASSERT_TRUE(trigger);
  EXPECT_EQ(trigger->payload->text, R"({"a":1.50})");
  EXPECT_EQ(trigger->replay_of, origin_id);
  EXPECT_EQ(trigger->workspace, WorkspaceNumber{3});
  EXPECT_EQ(trigger->type, TriggerType::inbound_message);
  EXPECT_EQ(trigger->contact + trigger->channel + trigger->message_id, "c1smsm1");
  EXPECT_FALSE(trigger->kept);
}

TEST(OrbitReplayTest, MergesInputsAsRfc7386Says) {
  const auto trigger =
      replay(TriggerType::api, R"({"to":"x","keep":1,"deep":{"a":1,"b":2},"list":[1,2]})",
             R"({"override_inputs":{"to":"+14155552671","deep":{"a":null,"c":3},"list":[9]}})");
  ASSERT_TRUE(trigger);
  EXPECT_EQ(trigger->payload->text,
            R"({"to":"+14155552671","keep":1,"deep":{"b":2,"c":3},"list":[9]})");
  EXPECT_EQ(trigger->payload->root.storage().get(), boost::json::storage_ptr().get())
      << "it outlives the memory of the records that it was made of";
}

TEST(OrbitReplayTest, AWebhookNeedsInputsThatSaySomething) {
  for (const std::string body : {"", "{}", R"({"override_inputs":{}})"}) {
    const auto refused = replay(TriggerType::webhook, R"({"body":{}})", body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().status, 422);
    EXPECT_EQ(refused.error().code, "EXECUTION_REPLAY_NOT_REPLAYABLE");
  }
  EXPECT_TRUE(replay(TriggerType::webhook, "{}", R"({"override_inputs":{"body":{"n":1}}})"));
}

TEST(OrbitReplayTest, RefusesWhatItDoesNotKnowOrWhatDoesNotGoTogether) {
  const std::string cases[] = {
      R"({"use_latest_version":"yes"})",
      R"({"override_inputs":[1]})",
      R"({"from":"middle"})",
      R"({"force":true})",
      R"({"from":"failed_node","override_inputs":{"a":1}})",
      R"({"from":"failed_node","use_latest_version":true})",
      "[]",
  };
  for (const std::string& body : cases) {
    const auto wish = read_replay(body);
    ASSERT_FALSE(wish) << body;
    EXPECT_EQ(wish.error().status, 422) << body;
    EXPECT_EQ(wish.error().code, "VALIDATION_ERROR") << body;
  }
  EXPECT_EQ(read_replay("{").error().status, 400);
}

TEST(OrbitReplayTest, FromTheFailedNodeNeedsARunThatANodeFailed) {
  const auto refused = replay(TriggerType::api, "{}", R"({"from":"failed_node"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "EXECUTION_REPLAY_NOT_REPLAYABLE");
}

}  // namespace
}  // namespace millrace::http::orbit
