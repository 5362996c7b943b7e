// The trigger's options: what is read, what is refused, which messages and paths fit.
#include "runtime/flow/trigger_options.hpp"

#include "runtime/flow/event_options.hpp"
#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace {
namespace {

using testing::json_of;

TriggerOptions read(TriggerType type, std::string_view data, Problems& problems) {
  NodeDefinition trigger;
  trigger.id = "t";
  trigger.type = "trigger";
  trigger.path = "$.nodes[0]";
  trigger.data = json_of(data).as_object();
  return read_trigger_options(type, trigger, problems);
}

TriggerOptions read(TriggerType type, std::string_view data) {
  Problems problems;
  TriggerOptions options = read(type, data, problems);
  EXPECT_TRUE(problems.errors.empty()) << data;
  return options;
}

TEST(TriggerOptionsTest, AWebhookTakesPostAtItsRootAndAnswersAtOnceUnlessTold) {
  const TriggerOptions options = read(TriggerType::webhook, "{}");
  EXPECT_EQ(options.type, TriggerType::webhook);
  EXPECT_EQ(options.path, "");
  EXPECT_EQ(options.methods, std::vector<std::string>{"POST"});
  EXPECT_EQ(options.response_mode, ResponseMode::immediate);
  EXPECT_EQ(options.body_bytes_max, 0u);
}

TEST(TriggerOptionsTest, AWebhookReadsItsOptions) {
  const TriggerOptions options =
      read(TriggerType::webhook,
           R"({"label":"In","path":"/orders//new/","methods":["get","POST","GET"],
               "auth":{"type":"none"},"response_mode":"respond_node","max_body_bytes":2048,
               "schema":null})");
  EXPECT_EQ(options.path, "orders/new");
  EXPECT_EQ(options.methods, (std::vector<std::string>{"GET", "POST"}));
  EXPECT_EQ(options.response_mode, ResponseMode::respond_node);
  EXPECT_EQ(options.body_bytes_max, 2048u);
}

TEST(TriggerOptionsTest, AnInboundMessageReadsChannelsAndMatch) {
  EXPECT_TRUE(read(TriggerType::inbound_message, "{}").channels.empty());
  EXPECT_EQ(read(TriggerType::inbound_message, R"({"channel":"whatsapp"})").channels,
            std::vector<std::string>{"whatsapp"});
  const TriggerOptions options =
      read(TriggerType::inbound_message,
           R"({"channels":["sms","rcs"],"match":{"mode":"contains","values":["hi"]}})");
  EXPECT_EQ(options.channels, (std::vector<std::string>{"sms", "rcs"}));
  EXPECT_EQ(options.match_mode, MatchMode::contains);
  EXPECT_EQ(options.match_values, std::vector<std::string>{"hi"});
  EXPECT_EQ(read(TriggerType::api, R"({"response_mode":"on_complete"})").response_mode,
            ResponseMode::on_complete);
}

TEST(TriggerOptionsTest, RefusesWhatIsWrongOrNotBuiltWithItsPath) {
  struct Row {
    TriggerType type;
    std::string_view data;
    std::vector<std::string> errors;
  };
  const auto hook = TriggerType::webhook;
  const auto message = TriggerType::inbound_message;
  const std::vector<Row> rows{
      {hook, R"({"path":"a/../b"})", {".data.path INVALID_VALUE"}},
      {hook, R"({"path":5})", {".data.path INVALID_TYPE"}},
      {hook, R"({"methods":"POST"})", {".data.methods INVALID_TYPE"}},
      {hook, R"({"methods":["TRACE"]})", {".data.methods INVALID_VALUE"}},
      {hook, R"({"methods":[1]})", {".data.methods[0] INVALID_TYPE"}},
      {hook, R"({"auth":{}})", {".data.auth.type MISSING_REQUIRED_FIELD"}},
      {hook, R"({"auth":"none"})", {".data.auth INVALID_TYPE"}},
      {hook, R"({"response_mode":"later"})", {".data.response_mode INVALID_VALUE"}},
      {hook, R"({"max_body_bytes":0})", {".data.max_body_bytes INVALID_VALUE"}},
      {hook, R"({"max_body_bytes":1048577})", {".data.max_body_bytes INVALID_VALUE"}},
      {hook, R"({"trigger_type":"api"})", {".data.trigger_type TRIGGER_TYPE_MISMATCH"}},
      {message,
       R"({"to":"1","from_filter":"2","session":"new","consume_trigger_message":true,
           "priority":1})",
       {".data.to UNSUPPORTED_OPTION", ".data.from_filter UNSUPPORTED_OPTION",
        ".data.session UNSUPPORTED_OPTION", ".data.consume_trigger_message UNSUPPORTED_OPTION",
        ".data.priority UNSUPPORTED_OPTION"}},
      {message, R"({"channels":[]})", {".data.channels INVALID_TYPE"}},
      {message, R"({"channel":1})", {".data.channel INVALID_TYPE"}},
      {message, R"({"match":"hi"})", {".data.match INVALID_TYPE"}},
      {message, R"({"match":{"mode":"intent"}})", {".data.match.mode UNSUPPORTED_OPTION"}},
      {message, R"({"match":{"mode":"fuzzy"}})", {".data.match.mode INVALID_VALUE"}},
      {message, R"({"match":{"mode":"exact"}})", {".data.match.values MISSING_REQUIRED_FIELD"}},
      {message,
       R"({"match":{"mode":"regex","values":["("]}})",
       {".data.match.values INVALID_VALUE"}},
      {TriggerType::event, "{}", {".data.event MISSING_REQUIRED_FIELD"}},
      {TriggerType::event, R"({"event":5})", {".data.event INVALID_TYPE"}},
      {TriggerType::event, R"({"event":"a*b"})", {".data.event INVALID_VALUE"}},
      {TriggerType::event, R"({"events":[]})", {".data.events INVALID_TYPE"}},
      {TriggerType::event, R"({"events":["a",""]})", {".data.events[1] INVALID_TYPE"}},
      {TriggerType::event, R"({"event":"a","source":"*b"})", {".data.source INVALID_VALUE"}},
      {TriggerType::event,
       R"({"event":"a","max_age_seconds":0})",
       {".data.max_age_seconds INVALID_VALUE"}},
      {TriggerType::event,
       R"({"event":"a","debounce_seconds":0})",
       {".data.debounce_seconds INVALID_VALUE"}},
      {TriggerType::event,
       R"({"event":"a","debounce_seconds":3601})",
       {".data.debounce_seconds INVALID_VALUE"}},
      {TriggerType::call, "{}", {" UNSUPPORTED_TRIGGER_TYPE"}},
      {TriggerType::subflow, "{}", {" UNSUPPORTED_TRIGGER_TYPE"}},
      {TriggerType::mcp_tool, "{}", {" UNSUPPORTED_TRIGGER_TYPE"}},
      {TriggerType::flow_error, "{}", {" UNSUPPORTED_TRIGGER_TYPE"}},
  };
  for (const Row& row : rows) {
    Problems problems;
    read(row.type, row.data, problems);
    std::vector<std::string> errors;
    for (const Problem& problem : problems.errors) {
      ASSERT_TRUE(problem.path.starts_with("$.nodes[0]"));
      EXPECT_FALSE(problem.message.empty());
      errors.push_back(problem.path.substr(10) + " " + problem.code);
    }
    EXPECT_EQ(errors, row.errors) << row.data;
  }
}

TEST(TriggerOptionsTest, WarnsOfOptionsThatItsTypeDoesNotHave) {
  Problems problems;
  read(TriggerType::api, R"({"label":"x","path":"a"})", problems);
  EXPECT_TRUE(problems.errors.empty());
  ASSERT_EQ(problems.warnings.size(), 1u);
  EXPECT_EQ(problems.warnings[0].path, "$.nodes[0].data.path");
  EXPECT_EQ(problems.warnings[0].code, "UNKNOWN_FIELD");
}

TEST(TriggerMatchTest, ComparesChannelAndText) {
  struct Row {
    std::string_view data;
    std::string_view channel;
    std::string_view text;
    bool fits;
  };
  const std::vector<Row> rows{
      {"{}", "sms", "anything", true},
      {R"({"channel":"whatsapp"})", "whatsapp", "", true},
      {R"({"channel":"whatsapp"})", "sms", "", false},
      {R"({"match":{"mode":"any","values":["x"]}})", "sms", "y", true},
      {R"({"match":{"mode":"exact","values":["stop","Ende"]}})", "sms", "STOP", true},
      {R"({"match":{"mode":"exact","values":["stop","Ende"]}})", "sms", "ende", true},
      {R"({"match":{"mode":"exact","values":["stop"]}})", "sms", "stop it", false},
      {R"({"match":{"mode":"contains","values":["help"]}})", "sms", "I need HELP now", true},
      {R"({"match":{"mode":"contains","values":["help"]}})", "sms", "hel p", false},
      {R"({"match":{"mode":"regex","values":["^order \\d+$"]}})", "sms", "order 42", true},
      {R"({"match":{"mode":"regex","values":["^order \\d+$"]}})", "sms", "my order 42", false},
      {R"({"channel":"sms","match":{"mode":"contains","values":["a"]}})", "rcs", "a", false},
  };
  for (const Row& row : rows) {
    const TriggerOptions options = read(TriggerType::inbound_message, row.data);
    EXPECT_EQ(matches(options, row.channel, row.text), row.fits) << row.data << " " << row.text;
  }
}

TEST(EventMatchTest, ComparesTypeAndSourceWithAStarAtTheEnd) {
  struct Row {
    std::string_view data;
    std::string_view type;
    std::string_view source;
    bool fits;
  };
  const std::vector<Row> rows{
      {R"({"event":"contact.created"})", "contact.created", "", true},
      {R"({"event":"contact.created"})", "contact.created", "anywhere", true},
      {R"({"event":"contact.created"})", "Contact.created", "", false},
      {R"({"event":"contact.created"})", "contact.created.twice", "", false},
      {R"({"event":"contact.*"})", "contact.created", "", true},
      {R"({"event":"contact.*"})", "contact", "", false},
      {R"({"event":"*"})", "anything", "", true},
      {R"({"events":["a","b.*"]})", "b.c", "", true},
      {R"({"event":"a","events":["b"]})", "a", "", true},
      {R"({"events":["a","b"]})", "c", "", false},
      {R"({"event":"a","source":"/shop/*"})", "a", "/shop/1", true},
      {R"({"event":"a","source":"/shop"})", "a", "/shop/1", false},
      {R"({"event":"a","source":"/shop"})", "a", "", false},
  };
  for (const Row& row : rows) {
    const TriggerOptions options = read(TriggerType::event, row.data);
    EXPECT_EQ(matches(*options.event, row.type, row.source), row.fits) << row.data << row.type;
  }
}

TEST(HookPathTest, OneSpellingForEveryPath) {
  EXPECT_EQ(normalise_hook_path(""), "");
  EXPECT_EQ(normalise_hook_path("/"), "");
  EXPECT_EQ(normalise_hook_path("/a//b/"), "a/b");
  EXPECT_EQ(normalise_hook_path("a/b"), "a/b");
  EXPECT_EQ(normalise_hook_path("a.b/..c/~x:y@z"), "a.b/..c/~x:y@z");
}

TEST(HookPathTest, RefusesDotSegmentsAndBytesThatNoPathHolds) {
  for (const auto* path : {".", "a/./b", "../a", "a/..", "a b", "a?b", "a#b", "a\\b", "a%2fb",
                           "a\nb", "\xc3\xa4", "a<b", "a\"b", "a{b}"}) {
    EXPECT_EQ(normalise_hook_path(path), std::nullopt) << path;
  }
}

}  // namespace
}  // namespace millrace
