// The options of a schedule trigger: what is read, and every refusal with its path and a way out.
#include "runtime/flow/trigger_options.hpp"
#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace {
namespace {

using std::chrono::seconds;
using testing::json_of;

TriggerOptions read(std::string_view data, Problems& problems) {
  NodeDefinition trigger;
  trigger.id = "t";
  trigger.type = "trigger";
  trigger.path = "$.nodes[0]";
  trigger.data = json_of(data).as_object();
  return read_trigger_options(TriggerType::schedule, trigger, problems);
}

Schedule read(std::string_view data) {
  Problems problems;
  const TriggerOptions options = read(data, problems);
  EXPECT_TRUE(problems.errors.empty() && problems.warnings.empty()) << data;
  return options.schedule.value();
}

TEST(ScheduleOptionsTest, ACronExpressionAloneMeansTheDefaults) {
  const Schedule schedule = read(R"({"cron":"0 9 * * 1-5"})");
  EXPECT_TRUE(schedule.cron);
  EXPECT_EQ(schedule.zone.name(), "UTC");
  EXPECT_EQ(schedule.dst, DstRule::cronie);
  EXPECT_EQ(schedule.overlap, Overlap::allow);
  EXPECT_EQ(schedule.catch_up, CatchUp::latest);
  EXPECT_EQ(schedule.catch_up_window, seconds{3600});
  EXPECT_EQ(schedule.jitter, seconds{0});
  EXPECT_FALSE(schedule.start || schedule.end);
}

TEST(ScheduleOptionsTest, EveryOptionIsRead) {
  const Schedule schedule = read(
      R"({"label":"Nightly","every_seconds":90,"timezone":"Europe/Berlin","overlap":"queue_one",
          "start_at":"2026-05-09T12:00:00.5+02:00","end_at":"2027-01-01T00:00:00Z","cron":null,
          "jitter_seconds":30,"catch_up":"all","catch_up_window_seconds":7200,"dst":"literal"})");
  EXPECT_FALSE(schedule.cron);
  EXPECT_EQ(schedule.every, seconds{90});
  EXPECT_EQ(schedule.zone.name(), "Europe/Berlin");
  EXPECT_EQ(schedule.dst, DstRule::literal);
  EXPECT_EQ(schedule.overlap, Overlap::queue_one);
  EXPECT_EQ(schedule.catch_up, CatchUp::all);
  EXPECT_EQ(schedule.catch_up_window, seconds{7200});
  EXPECT_EQ(schedule.jitter, seconds{30});
  EXPECT_EQ(to_rfc3339(*schedule.start), "2026-05-09T10:00:01.000Z");
  EXPECT_EQ(to_rfc3339(*schedule.end), "2027-01-01T00:00:00.000Z");
}

TEST(ScheduleOptionsTest, ARefusalHasItsPathAndSaysWhatToWrite) {
  struct Row {
    std::string_view data;
    std::string_view error;
    std::string_view words;
  };
  const std::vector<Row> rows{
      {"{}", ".cron MISSING_REQUIRED_FIELD", "every_seconds"},
      {R"({"cron":"* * * * *","every_seconds":60})", ".every_seconds INVALID_VALUE", "one of"},
      {R"({"cron":"61 * * * *"})", ".cron INVALID_VALUE", "minutes field has '61': write 0 to 59"},
      {R"({"cron":5})", ".cron INVALID_TYPE", "string"},
      {R"({"cron":"0 0 30 2 *"})", ".cron INVALID_VALUE", "never"},
      {R"({"cron":"0 0 * * *","timezone":"Mars/Base"})", ".timezone INVALID_VALUE", "IANA"},
      {R"({"cron":"0 0 * * *","timezone":""})", ".timezone INVALID_VALUE", "IANA"},
      {R"({"cron":"0 0 * * *","timezone":"europe/berlin"})", ".timezone INVALID_VALUE",
       "write Europe/Berlin"},
      {R"({"cron":"0 0 * * *","timezone":7})", ".timezone INVALID_TYPE", "string"},
      {R"({"every_seconds":0})", ".every_seconds INVALID_VALUE", "from 1 to"},
      {R"({"every_seconds":0.5})", ".every_seconds INVALID_TYPE", "whole"},
      {R"({"every_seconds":60,"start_at":"tomorrow"})", ".start_at INVALID_VALUE", "2026-05-09T"},
      {R"({"every_seconds":60,"end_at":12})", ".end_at INVALID_VALUE", "2026-05-09T"},
      {R"({"every_seconds":60,"start_at":"2026-05-09T10:00:00Z","end_at":"2026-05-09T10:00:00Z"})",
       ".end_at INVALID_VALUE", "later than start_at"},
      {R"({"cron":"0 0 * * *","start_at":"2026-05-09T10:00:00Z","end_at":"2026-05-09T11:00:00Z"})",
       ".cron INVALID_VALUE", "between start_at and end_at"},
      {R"({"every_seconds":60,"jitter_seconds":86401})", ".jitter_seconds INVALID_VALUE", "86400"},
      {R"({"every_seconds":60,"overlap":"queue"})", ".overlap INVALID_VALUE", "queue_one"},
      {R"({"every_seconds":60,"overlap":true})", ".overlap INVALID_TYPE", "string"},
      {R"({"every_seconds":60,"catch_up":"some"})", ".catch_up INVALID_VALUE", "latest, none, all"},
      {R"({"every_seconds":60,"catch_up_window_seconds":9})",
       ".catch_up_window_seconds INVALID_VALUE", "from 10 to 604800"},
      {R"({"every_seconds":60,"dst":"quartz"})", ".dst INVALID_VALUE", "cronie, literal"},
  };
  for (const Row& row : rows) {
    Problems problems;
    EXPECT_FALSE(read(row.data, problems).schedule) << row.data;
    ASSERT_EQ(problems.errors.size(), 1u) << row.data;
    const Problem& problem = problems.errors.front();
    EXPECT_EQ(problem.path + " " + problem.code, "$.nodes[0].data" + std::string(row.error));
    EXPECT_NE(problem.message.find(row.words), std::string::npos) << problem.message;
  }
}

}  // namespace
}  // namespace millrace
