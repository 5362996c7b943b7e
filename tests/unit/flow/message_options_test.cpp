// Message triggers: what is read, what is refused, which messages start a flow.
#include "runtime/flow/message_options.hpp"

#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace {
namespace {

using testing::json_of;

MessageOptions read(std::string_view data, Problems& problems) {
  return read_message_options(json_of(data).as_object(), "$.nodes[0].data", problems);
}

MessageOptions read(std::string_view data) {
  Problems problems;
  MessageOptions options = read(data, problems);
  EXPECT_TRUE(problems.errors.empty()) << data;
  return options;
}

TEST(MessageOptionsTest, WithoutOptionsEveryMessageOfTheWorkspaceStarts) {
  const MessageOptions options = read("{}");
  EXPECT_TRUE(options.channels.empty());
  EXPECT_EQ(options.priority, 0);
  EXPECT_TRUE(matches(options, {"sms", "hi"}));
}

TEST(MessageOptionsTest, ReadsChannelsMatchAndPriority) {
  EXPECT_EQ(read(R"({"channel":"whatsapp"})").channels, std::vector<std::string>{"whatsapp"});
  const MessageOptions options = read(R"({"channels":["sms","rcs"],"priority":-5,"session":"any",
      "consume_trigger_message":true,"match":{"mode":"contains","values":["hi"]}})");
  EXPECT_EQ(options.channels, (std::vector<std::string>{"sms", "rcs"}));
  EXPECT_EQ(options.match_mode, MatchMode::contains);
  EXPECT_EQ(options.match_values, std::vector<std::string>{"hi"});
  EXPECT_EQ(options.priority, -5);
}

TEST(MessageOptionsTest, RefusesWhatIsWrongOrNotBuiltWithItsPath) {
  struct Row {
    std::string_view data;
    std::vector<std::string> errors;
  };
  const std::vector<Row> rows{
      {R"({"channels":[]})", {".channels INVALID_TYPE"}},
      {R"({"channel":1})", {".channel INVALID_TYPE"}},
      {R"({"to":1})", {".to INVALID_TYPE"}},
      {R"({"to":""})", {".to INVALID_TYPE"}},
      {R"({"to":["+1",""]})", {".to[1] INVALID_TYPE"}},
      {R"({"from_filter":[]})", {".from_filter INVALID_TYPE"}},
      {R"({"from_filter":"*1"})", {".from_filter INVALID_VALUE"}},
      {R"({"from_filter":{"op":"and"}})", {".from_filter INVALID_TYPE"}},
      {R"({"match":"hi"})", {".match INVALID_TYPE"}},
      {R"({"match":{"mode":"intent"}})", {".match.mode UNSUPPORTED_OPTION"}},
      {R"({"match":{"mode":"fuzzy"}})", {".match.mode INVALID_VALUE"}},
      {R"({"match":{"mode":"exact"}})", {".match.values MISSING_REQUIRED_FIELD"}},
      {R"({"match":{"mode":"regex","values":["("]}})", {".match.values INVALID_VALUE"}},
      {R"({"session":"new"})", {".session UNSUPPORTED_OPTION"}},
      {R"({"session":"resume"})", {".session UNSUPPORTED_OPTION"}},
      {R"({"session":"old"})", {".session INVALID_VALUE"}},
      {R"({"consume_trigger_message":false})", {".consume_trigger_message UNSUPPORTED_OPTION"}},
      {R"({"consume_trigger_message":1})", {".consume_trigger_message INVALID_TYPE"}},
      {R"({"priority":"high"})", {".priority INVALID_TYPE"}},
  };
  for (const Row& row : rows) {
    Problems problems;
    read(row.data, problems);
    std::vector<std::string> errors;
    for (const Problem& problem : problems.errors) {
      EXPECT_FALSE(problem.message.empty());
      errors.push_back(problem.path.substr(15) + " " + problem.code);
    }
    EXPECT_EQ(errors, row.errors) << row.data;
  }
}

TEST(MessageOptionsTest, TakesAHundredAddressesAndNoMore) {
  for (const int count : {100, 101}) {
    std::string list = "\"+1\"";
    for (int more = 1; more < count; ++more) list += ",\"+1\"";
    Problems problems;
    read("{\"to\":[" + list + "]}", problems);
    EXPECT_EQ(problems.errors.size(), count > 100 ? 1u : 0u);
  }
}

TEST(MessageMatchTest, ComparesChannelAndText) {
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
    EXPECT_EQ(matches(read(row.data), {row.channel, row.text}), row.fits)
        << row.data << " " << row.text;
  }
}

TEST(MessageMatchTest, ComparesWhereItWasReceivedAndWhoSentIt) {
  struct Row {
    std::string_view data;
    std::string_view to;
    std::vector<std::string> from;
    bool fits;
  };
  const std::vector<Row> rows{
      {R"({"to":"+1 415 555 2671"})", "14155552671", {}, true},
      {R"({"to":"+1 415 555 2671"})", "0014155552671", {}, true},
      {R"({"to":"+1 415 555 2671"})", "+14155552672", {}, false},
      {R"({"to":"+1 415 555 2671"})", "", {}, false},
      {R"({"to":["Sales@Example.com","@shop"]})", "sales@example.com", {}, true},
      {R"({"to":["Sales@Example.com","@shop"]})", "@shop", {}, true},
      {R"({"to":["Sales@Example.com","@shop"]})", "@shop2", {}, false},
      {R"({"from_filter":"+49*"})", "", {"c-1", "+49 (30) 1234"}, true},
      {R"({"from_filter":"+49*"})", "", {"c-49", "+1 415"}, false},
      {R"({"from_filter":["vip-*","c-1"]})", "", {"c-1"}, true},
      {R"({"from_filter":["vip-*","c-1"]})", "", {"VIP-7"}, true},
      {R"({"from_filter":["vip-*","c-1"]})", "", {"c-11"}, false},
      {R"({"from_filter":"*"})", "", {"anyone"}, true},
      {R"({"to":"@shop","from_filter":"c-1"})", "@shop", {"c-1"}, true},
      {R"({"to":"@shop","from_filter":"c-1"})", "@shop", {"c-2"}, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(matches(read(row.data), {"sms", "hi", row.to, row.from}), row.fits)
        << row.data << " " << row.to;
  }
}

TEST(AddressFormTest, OneFormForEverySpelling) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"+1 (415) 555-2671", "14155552671"},
      {"001 415.555.2671", "14155552671"},
      {"14155552671", "14155552671"},
      {"Ann@Example.com", "ann@example.com"},
      {"contact-1", "contact-1"},
      {"+", "+"},
      {"", ""},
  };
  for (const auto& [written, form] : rows) EXPECT_EQ(address_form(written), form) << written;
}

}  // namespace
}  // namespace millrace
