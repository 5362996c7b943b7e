// Orbit's list parameters: clamped, checked, and bound to their cursor.
#include "http/dialects/orbit/list_requests.hpp"

#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

const CursorKeeper keeper{"01234567890123456789012345678901", WorkspaceNumber{3}};
const Id flow_id = Id::make(1'763'800'000'000, Partition{1}, 5);

Request with(std::vector<std::pair<std::string, std::string>> query) {
  Request request = test::request("GET", "/v1/flows/executions");
  request.query = std::move(query);
  return request;
}

TEST(OrbitListTest, ClampsTheLimit) {
  const std::pair<std::string, int> cases[] = {
      {"1", 1},  {"200", 200}, {"201", 200}, {"0", 1}, {"-5", 1}, {"99999999999999999999", 200},
      {"25", 25}};
  for (const auto& [text, limit] : cases) {
    EXPECT_EQ(read_flows_query(with({{"limit", text}}), keeper)->limit, limit) << text;
  }
  EXPECT_EQ(read_flows_query(with({}), keeper)->limit, 20);
}

TEST(OrbitListTest, RefusesALimitThatIsNoNumber) {
  for (const std::string text : {"", "ten", "1.5", "1x"}) {
    const auto query = read_flows_query(with({{"limit", text}}), keeper);
    ASSERT_FALSE(query.has_value()) << text;
    EXPECT_EQ(query.error().status, 400) << text;
  }
}

TEST(OrbitListTest, ReadsEverySpellingOfAFlowId) {
  for (const std::string& text : {"flw_" + to_base62(flow_id), "flow_" + to_base62(flow_id),
                                  to_uuid(flow_id), to_ulid(flow_id)}) {
    const auto read = read_executions_query(with({{"flow_id", text}}), keeper);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->query.flow, FlowId{flow_id}) << text;
  }
}

TEST(OrbitListTest, FindsNothingUnderAMalformedFlowId) {
  for (const std::string text : {"flow_abc123", "", "../x"}) {
    const auto read = read_executions_query(with({{"flow_id", text}}), keeper);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_TRUE(read->matches_nothing) << text;
  }
}

TEST(OrbitListTest, TakesTheSixStatusesAndNoOther) {
  for (const std::string text :
       {"pending", "running", "completed", "failed", "cancelled", "timed_out"}) {
    EXPECT_TRUE(read_executions_query(with({{"status", text}}), keeper)->query.status) << text;
  }
  for (const std::string text : {"waiting", "", "FAILED"}) {
    EXPECT_EQ(read_executions_query(with({{"status", text}}), keeper).error().status, 400) << text;
  }
}

TEST(OrbitListTest, ReadsTimesAndTheTriggerType) {
  const auto read = read_executions_query(with({{"started_after", "2026-05-09T10:14:22.103Z"},
                                                {"started_before", "2026-05-10"},
                                                {"trigger_type", "webhook"}}),
                                          keeper);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_rfc3339(*read->query.started_from), "2026-05-09T10:14:22.103Z");
  EXPECT_EQ(to_rfc3339(*read->query.started_before), "2026-05-10T00:00:00.000Z");
  EXPECT_EQ(read->query.trigger_type, TriggerType::webhook);
  const auto offset =
      read_executions_query(with({{"started_after", "2026-05-09T12:14:22.103+02:00"}}), keeper);
  EXPECT_EQ(offset->query.started_from, read->query.started_from);
}

TEST(OrbitListTest, RefusesTimesAndTriggerTypesThatAreNone) {
  const std::pair<std::string, std::string> cases[] = {{"started_after", ""},
                                                       {"started_after", "yesterday"},
                                                       {"started_before", "1762600"},
                                                       {"started_before", "2026-02-30"},
                                                       {"trigger_type", "telepathy"},
                                                       {"trigger_type", ""},
                                                       {"trigger_type", "telegraph,webhook"}};
  for (const auto& [name, text] : cases) {
    const auto read = read_executions_query(with({{name, text}}), keeper);
    ASSERT_FALSE(read) << name << ' ' << text;
    EXPECT_EQ(read.error().status, 400);
    EXPECT_NE(read.error().details.find(name), std::string::npos);
  }
}

TEST(OrbitListTest, BindsItsCursorToEveryFilter) {
  const std::vector<std::vector<std::pair<std::string, std::string>>> filters{
      {},
      {{"status", "failed"}},
      {{"trigger_type", "api"}},
      {{"trigger_type", "webhook"}},
      {{"started_after", "2026-05-09"}},
      {{"started_before", "2026-05-09"}},
      {{"started_before", "2026-05-10"}},
      {{"flow_id", to_base62(flow_id)}}};
  for (std::size_t made = 0; made < filters.size(); ++made) {
    const auto first = read_executions_query(with(filters[made]), keeper);
    const auto cursor = next_cursor(keeper, first->filter, flow_id);
    for (std::size_t used = 0; used < filters.size(); ++used) {
      auto query = filters[used];
      query.emplace_back("cursor", cursor);
      EXPECT_EQ(read_executions_query(with(query), keeper).has_value(), made == used);
    }
  }
}

TEST(OrbitListTest, GoesOnWhereTheCursorStandsOnlyUnderTheSameFilter) {
  const auto failed = read_executions_query(with({{"status", "failed"}}), keeper);
  const auto cursor = next_cursor(keeper, failed->filter, flow_id);
  const auto same = read_executions_query(with({{"status", "failed"}, {"cursor", cursor}}), keeper);
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->query.after, ExecutionId{flow_id});
  const auto other = read_executions_query(with({{"cursor", cursor}}), keeper);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().status, 400);
  EXPECT_EQ(other.error().code, "INVALID_CURSOR");
  EXPECT_FALSE(read_flows_query(with({{"cursor", cursor}}), keeper).has_value());
}

TEST(OrbitListTest, HasNoCursorAtTheEnd) {
  EXPECT_EQ(next_cursor(keeper, "orbit/flows", std::nullopt), "");
}

}  // namespace
}  // namespace millrace::http::orbit
