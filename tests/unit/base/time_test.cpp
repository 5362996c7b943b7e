// RFC 3339 instants and ISO 8601 durations.
#include "runtime/base/time.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(TimeTest, ReadsEveryFormOfRfc3339) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-05-09T10:14:22.103Z", "2026-05-09T10:14:22.103Z"},
      {"2026-05-09t10:14:22z", "2026-05-09T10:14:22.000Z"},
      {"2026-05-09 10:14:22Z", "2026-05-09T10:14:22.000Z"},
      {"2026-05-09T12:14:22+02:00", "2026-05-09T10:14:22.000Z"},
      {"2026-05-09T00:14:22-10:30", "2026-05-09T10:44:22.000Z"},
      {"2026-05-09T10:14:22.9999999Z", "2026-05-09T10:14:22.999Z"},
      {"2026-05-09T10:14:22.1Z", "2026-05-09T10:14:22.100Z"},
      {"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
  };
  for (const auto& [text, expected] : cases) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_rfc3339(*time), expected);
  }
}

TEST(TimeTest, RefusesWhatIsNoInstant) {
  for (const char* text :
       {"", "2026-05-09", "2026-05-09T10:14:22", "2026-5-09T10:14:22Z", "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-05-09T24:00:00Z", "2026-05-09T10:60:00Z",
        "2026-05-09T10:14:61Z", "2026-05-09T10:14:22.Z", "2026-05-09T10:14:22+0200",
        "2026-05-09T10:14:22+24:00", "2026-05-09T10:14:22ZZ", " 2026-05-09T10:14:22Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-05-09T10:14:22,5Z", "+2026-05-09T10:14:22Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(TimeTest, ReadsDurationsOfFixedLength) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"PT0S", 0},
      {"PT0.5S", 500},
      {"PT0,25S", 250},
      {"PT1.0005S", 1'000},
      {"PT90S", 90'000},
      {"PT1M", 60'000},
      {"PT1.5H", 5'400'000},
      {"P1D", 86'400'000},
      {"P1DT2H", 93'600'000},
      {"P1W", 604'800'000},
      {"P1W2DT3H4M5.006S", 788'645'006},
      {"P3652D", 315'532'800'000},
  };
  for (const auto& [text, milliseconds] : cases) {
    const auto duration = parse_iso8601_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(duration->count(), milliseconds) << text;
  }
}

TEST(TimeTest, RefusesOtherDurations) {
  for (const char* text : {"",
                           "P",
                           "PT",
                           "1D",
                           "P1",
                           "P1Y",
                           "P1M",
                           "PT1D",
                           "P1H",
                           "P1DT",
                           "PT1S1M",
                           "PT1M1M",
                           "PT1.5M1S",
                           "PT.5S",
                           "PT1.S",
                           "-PT1S",
                           "PT-1S",
                           "P3653D",
                           "PT99999999999S",
                           "P1D ",
                           "PT315532801S",
                           "PTT1S"}) {
    EXPECT_FALSE(parse_iso8601_duration(text)) << text;
  }
}

}  // namespace
}  // namespace millrace
