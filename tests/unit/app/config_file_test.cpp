// The configuration file: what is read, and where an error is said to stand.
#include "runtime/app/config_file.hpp"

#include <gtest/gtest.h>

namespace millrace::app {
namespace {

const std::vector<std::string> known{"listen", "egress_allow", "limits.live_runs",
                                     "channels.fallback"};

TEST(ConfigFileTest, FlattensTablesToDottedKeysAndKeepsTheirLines) {
  const auto read = read_config_file("listen = 'x:1'\n\n[limits]\nlive_runs = 5\n", known);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->settings.size(), 2U);
  for (const FileSetting& setting : read->settings) {
    const bool is_listen = setting.key == "listen";
    EXPECT_EQ(setting.values, std::vector<std::string>{is_listen ? "x:1" : "5"});
    EXPECT_EQ(setting.line, is_listen ? 1U : 4U);
  }
}

TEST(ConfigFileTest, ReadsAnArrayAsSeveralValues) {
  const auto read = read_config_file("egress_allow = ['10.0.0.0/8', '::1']", known);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->settings.at(0).values, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
}

TEST(ConfigFileTest, KeepsChannelsAndEnvApartFromSettings) {
  const auto read = read_config_file(
      "[channels]\nfallback = 'console'\n[channels.whatsapp]\nurl = 'https://x'\nsecret = 's'\n"
      "[env]\nREGION = 'eu'\nLEVEL = 3\n",
      known);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->settings.at(0).key, "channels.fallback");
  EXPECT_EQ(read->channels.at("whatsapp").url, "https://x");
  EXPECT_EQ(read->channels.at("whatsapp").secret, "s");
  EXPECT_EQ(read->env, (std::map<std::string, std::string>{{"REGION", "eu"}, {"LEVEL", "3"}}));
}

struct Refusal {
  std::string text;
  std::string place;
  std::string about;
};
class ConfigFileRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(ConfigFileRefusalTest, NamesLineAndColumn) {
  const auto read = read_config_file(GetParam().text, known);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::configuration);
  EXPECT_TRUE(read.error().message.starts_with(GetParam().place)) << read.error().message;
  EXPECT_NE(read.error().message.find(GetParam().about), std::string::npos) << read.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigFileRefusalTest,
    testing::Values(Refusal{"listen = 'x'\nlisten = 'y'", "line 2, column 10:", "listen"},
                    Refusal{"\n  listn = 'x'", "line 2, column 3:", "unknown key 'listn'"},
                    Refusal{"[limits]\nlive = 1", "line 2, column 1:", "'limits.live'"},
                    Refusal{"[limit]\nlive_runs = 1", "line 2, column 1:", "'limit.live_runs'"},
                    Refusal{"listen = 1.5", "line 1, column 10:", "'listen'"},
                    Refusal{"listen = ", "line 1, column 10:", ""},
                    Refusal{"[channels.a]\nuri = 'x'", "line 2, column 1:", "url, secret"},
                    Refusal{"[channels.a]\nsecret = 'x'", "line 1, column 1:", "has no url"}));

}  // namespace
}  // namespace millrace::app
