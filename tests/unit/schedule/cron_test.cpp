// Cron expressions: what they name, and what is said of those that name nothing.
#include "runtime/schedule/cron.hpp"

#include "tests/unit/schedule/instants.hpp"

namespace millrace::test {
namespace {

/// The first `count` local times at or after `from`.
std::vector<std::string> times(std::string_view text, std::string_view from, std::size_t count) {
  const auto cron = Cron::parse(text);
  EXPECT_TRUE(cron) << text << ": " << (cron ? "" : cron.error().message);
  std::vector<std::string> found;
  LocalSeconds at = local(from);
  const LocalSeconds end = at + std::chrono::years{50};
  while (cron && found.size() < count) {
    const auto next = cron->first_in(at, end);
    if (!next) break;
    EXPECT_TRUE(cron->matches(*next));
    found.push_back(spell(*next));
    at = *next + std::chrono::seconds{1};
  }
  return found;
}

TEST(CronTest, NamesTheTimesOfItsFields) {
  struct Row {
    std::string_view cron, from;
    std::vector<std::string> times;
  };
  const std::vector<Row> rows{
      {"*/20 * * * *", "2026-05-09 10:14", {"2026-05-09 10:20", "2026-05-09 10:40"}},
      {"5 4 * * *", "2026-05-09 04:06", {"2026-05-10 04:05", "2026-05-11 04:05"}},
      {"0 9-17/4 * * 1-5", "2026-05-08 14:00", {"2026-05-08 17:00", "2026-05-11 09:00"}},
      {"0 0 29 2 *", "2026-01-01 00:00", {"2028-02-29 00:00", "2032-02-29 00:00"}},
      {"0 0 31 * *", "2026-04-01 00:00", {"2026-05-31 00:00", "2026-07-31 00:00"}},
      {"0 12 * jan,DEC sun", "2026-11-30 00:00", {"2026-12-06 12:00", "2026-12-13 12:00"}},
      {"0 0 * * 7", "2026-05-09 00:00", {"2026-05-10 00:00", "2026-05-17 00:00"}},
      {"0 0 * * fri-sun", "2026-05-08 01:00", {"2026-05-09 00:00", "2026-05-10 00:00"}},
      {"0 0 * * 5-7", "2026-05-08 01:00", {"2026-05-09 00:00", "2026-05-10 00:00"}},
      {"50/5 * * * *", "2026-05-09 10:51", {"2026-05-09 10:55", "2026-05-09 11:50"}},
      {"*/30 0 0 * * *", "2026-05-09 00:00", {"2026-05-09 00:00", "2026-05-09 00:00:30"}},
      {"15 0 0 1 1 * 2027-2028",
       "2026-05-09 00:00",
       {"2027-01-01 00:00:15", "2028-01-01 00:00:15"}},
      {"0 0 0 1 1 ? 2027", "2027-01-01 00:01", {}},
      {"  0\t0  * * *  ", "2026-05-09 00:01", {"2026-05-10 00:00"}},
      {"@hourly", "2026-05-09 10:01", {"2026-05-09 11:00", "2026-05-09 12:00"}},
      {"@daily", "2026-05-09 10:01", {"2026-05-10 00:00"}},
      {"@midnight", "2026-05-09 10:01", {"2026-05-10 00:00"}},
      {"@weekly", "2026-05-09 10:01", {"2026-05-10 00:00", "2026-05-17 00:00"}},
      {"@monthly", "2026-05-09 10:01", {"2026-06-01 00:00"}},
      {"@yearly", "2026-05-09 10:01", {"2027-01-01 00:00"}},
      {"@annually", "2026-05-09 10:01", {"2027-01-01 00:00"}},
      {"0 0 30 2 *", "2026-05-09 00:00", {}},
  };
  for (const Row& row : rows) {
    const auto count = std::max<std::size_t>(row.times.size(), 1);
    EXPECT_EQ(times(row.cron, row.from, count), row.times) << row.cron;
  }
}

TEST(CronTest, EitherDayFieldIsEnoughWhenBothAreRestricted) {
  EXPECT_EQ(times("0 0 13 * 5", "2026-02-01 00:00", 4),
            (std::vector<std::string>{"2026-02-06 00:00", "2026-02-13 00:00", "2026-02-20 00:00",
                                      "2026-02-27 00:00"}));
  EXPECT_EQ(times("0 0 12 * 5", "2026-02-10 00:00", 2),
            (std::vector<std::string>{"2026-02-12 00:00", "2026-02-13 00:00"}));
}

TEST(CronTest, ADayFieldThatBeginsWithAStarRestrictsTheOther) {
  EXPECT_EQ(times("0 0 */2 * 1", "2026-02-01 00:00", 2),
            (std::vector<std::string>{"2026-02-09 00:00", "2026-02-23 00:00"}));
  EXPECT_EQ(times("0 0 ? * 1", "2026-02-01 00:00", 2),
            (std::vector<std::string>{"2026-02-02 00:00", "2026-02-09 00:00"}));
}

TEST(CronTest, KnowsWhichExpressionsNameTimesOfDay) {
  for (const std::string_view text : {"30 2 * * *", "0,30 1-5 * * 1", "@daily", "0 30 2 * * *"})
    EXPECT_TRUE(Cron::parse(text)->fixed_time()) << text;
  for (const std::string_view text :
       {"* 2 * * *", "*/5 2 * * *", "0 */2 * * *", "@hourly", "*/10 30 2 * * *"})
    EXPECT_FALSE(Cron::parse(text)->fixed_time()) << text;
}

TEST(CronTest, ARefusalNamesTheFieldAndAWayOut) {
  struct Row {
    std::string_view cron;
    std::vector<std::string_view> words;
  };
  const std::vector<Row> rows{
      {"", {"0 fields", "five", "six", "seven"}},
      {"* * * *", {"4 fields"}},
      {"* * * * * * * *", {"8 fields"}},
      {"61 * * * *", {"minutes", "'61'", "0 to 59"}},
      {"* 24 * * *", {"hours", "0 to 23"}},
      {"* * 0 * *", {"day of the month", "1 to 31"}},
      {"* * 32 * *", {"day of the month"}},
      {"* * * 13 *", {"month", "1 to 12", "JAN"}},
      {"* * * foo *", {"month", "'foo'"}},
      {"* * * * 8", {"day of the week", "0 to 7", "Sunday"}},
      {"60 * * * * *", {"seconds"}},
      {"0 0 0 1 1 * 1969", {"year", "1970"}},
      {"* 22-5 * * *", {"hours", "'22-5'", "22-23,0-5"}},
      {"*/0 * * * *", {"minutes", "step", "*/2"}},
      {"*/60 * * * *", {"minutes", "step"}},
      {"*/x * * * *", {"minutes", "step"}},
      {"1,,2 * * * *", {"minutes", "''"}},
      {"-5 * * * *", {"minutes"}},
      {"5- * * * *", {"minutes"}},
      {"1-2-3 * * * *", {"minutes"}},
      {"*5 * * * *", {"minutes"}},
      {"99999999999 * * * *", {"minutes"}},
      {"0 0 L * *", {"day of the month", "L, W, #", "condition"}},
      {"0 0 * * 5#2", {"day of the week", "L, W, #"}},
      {"? * * * *", {"minutes"}},
      {"@reboot", {"@reboot", "@hourly"}},
      {"@every 5m", {"2 fields"}},
  };
  for (const Row& row : rows) {
    const auto cron = Cron::parse(row.cron);
    ASSERT_FALSE(cron) << row.cron;
    const Error error = cron.error();
    EXPECT_EQ(error.code, ErrorCode::validation);
    for (const auto word : row.words)
      EXPECT_NE(error.message.find(word), std::string::npos) << row.cron << ": " << error.message;
  }
}

}  // namespace
}  // namespace millrace::test
