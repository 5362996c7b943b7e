// The commands as main calls them: what they print, what they return.
#include "runtime/app/cli.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

namespace millrace::app {
namespace {

struct Outcome {
  int code = 0;
  std::string printed;
  std::string complaint;
};

Outcome run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "millrace");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  outcome.printed = testing::internal::GetCapturedStdout();
  outcome.complaint = testing::internal::GetCapturedStderr();
  return outcome;
}

/// `key = value  # origin` lines by key.
std::map<std::string, std::string> rows(const std::string& printed) {
  std::map<std::string, std::string> found;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find(" = ");
    found[line.substr(0, equals)] = line.substr(equals + 3);
  }
  return found;
}

class CommandLineTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("millrace-cli-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    ::unsetenv("MILLRACE_LISTEN");
    ::unsetenv("MILLRACE_CONFIG");
    std::filesystem::remove_all(folder_);
  }
  std::string write(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    return path.string();
  }

  std::filesystem::path folder_;
};

TEST_F(CommandLineTest, AFlagGoesBeforeTheEnvironmentAndThatBeforeTheFileAndThatBeforeTheDefault) {
  const std::string file = write("a.toml", "\nlisten = 'file:1'\n");
  EXPECT_EQ(rows(run({"check-config"}).printed)["listen"], "\"127.0.0.1:8080\"  # default");
  EXPECT_EQ(rows(run({"check-config", "--config", file.c_str()}).printed)["listen"],
            "\"file:1\"  # file line 2");
  ::setenv("MILLRACE_LISTEN", "environment:1", 1);
  EXPECT_EQ(rows(run({"check-config", "--config", file.c_str()}).printed)["listen"],
            "\"environment:1\"  # environment MILLRACE_LISTEN");
  EXPECT_EQ(
      rows(run({"--listen", "flag:1", "check-config", "--config", file.c_str()}).printed)["listen"],
      "\"flag:1\"  # flag --listen");
}

TEST_F(CommandLineTest, TakesDottedSettingsBehindTheCommandAndListsByRepetition) {
  const auto found = rows(run({"check-config", "--limits.live-runs=7", "--egress-allow",
                               "10.0.0.0/8", "--egress-allow", "127.0.0.1"})
                              .printed);
  EXPECT_EQ(found.at("limits.live_runs"), "7  # flag --limits.live-runs");
  EXPECT_EQ(found.at("egress_allow"), "[\"10.0.0.0/8\", \"127.0.0.1\"]  # flag --egress-allow");
}

TEST_F(CommandLineTest, TakesPausedAsABareFlagAsAVariableAndFromTheFile) {
  EXPECT_EQ(rows(run({"check-config"}).printed)["paused"], "false  # default");
  EXPECT_EQ(rows(run({"check-config", "--paused"}).printed)["paused"], "true  # flag --paused");
  const std::string file = write("a.toml", "paused = true\n");
  EXPECT_EQ(rows(run({"check-config", "--config", file.c_str()}).printed)["paused"],
            "true  # file line 1");
  ::setenv("MILLRACE_PAUSED", "true", 1);
  EXPECT_EQ(rows(run({"check-config"}).printed)["paused"], "true  # environment MILLRACE_PAUSED");
  ::unsetenv("MILLRACE_PAUSED");
}

TEST_F(CommandLineTest, ResumesNothingWhereNoServerRuns) {
  const std::string folder = folder_.string();
  const Outcome outcome = run({"resume", "--data-dir", folder.c_str()});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.complaint.find("no server runs in " + folder), std::string::npos);
}

TEST_F(CommandLineTest, MasksTheSecretsOfChannels) {
  const std::string file = write("a.toml", "[channels.sms]\nurl='https://x'\nsecret='hidden'\n");
  const Outcome outcome = run({"check-config", "--config", file.c_str()});
  EXPECT_EQ(rows(outcome.printed)["channels.sms.secret"], "\"***\"  # file");
  EXPECT_EQ(outcome.printed.find("hidden"), std::string::npos);
}

TEST_F(CommandLineTest, EndsWithTwoAndThePlaceOnAnUnknownKeyOfTheFile) {
  const std::string file = write("a.toml", "[limits]\n  nonsense = 1\n");
  const Outcome outcome = run({"check-config", "--config", file.c_str()});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.complaint.find("line 2, column 3"), std::string::npos) << outcome.complaint;
}

TEST_F(CommandLineTest, EndsWithTwoOnWhatIsNoCommandLine) {
  const std::string missing = (folder_ / "none.toml").string();
  const std::vector<std::vector<const char*>> table{
      {},
      {"dance"},
      {"check-config", "--nonsense"},
      {"check-config", "--log-level", "loud"},
      {"check-config", "--storage.partitions", "0"},
      {"check-config", "--limits.live-runs", "many"},
      {"check-config", "--limits.gate-bytes", "10"},
      {"check-config", "--config", missing.c_str()},
      {"key"},
      {"key", "create"},
      {"key", "revoke"},
      {"validate"},
  };
  for (const auto& arguments : table) {
    EXPECT_EQ(run(arguments).code, 2) << (arguments.empty() ? "nothing" : arguments.back());
  }
}

TEST_F(CommandLineTest, AConfigurationNamedByTheEnvironmentMustExist) {
  ::setenv("MILLRACE_CONFIG", (folder_ / "none.toml").c_str(), 1);
  EXPECT_EQ(run({"check-config"}).code, 2);
}

TEST_F(CommandLineTest, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(run({"--help"}).code, 0);
  const Outcome version = run({"version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_TRUE(version.printed.starts_with("millrace "));
}

TEST_F(CommandLineTest, TheShippedFileHasEveryKeyWithItsDefault) {
  const std::string file = std::string(MILLRACE_SOURCE_DIR) + "/configs/millrace.toml";
  const auto defaults = rows(run({"check-config"}).printed);
  const Outcome outcome = run({"check-config", "--config", file.c_str()});
  ASSERT_EQ(outcome.code, 0) << outcome.complaint;
  const auto shipped = rows(outcome.printed);
  EXPECT_EQ(shipped.size(), defaults.size());
  for (const auto& [key, row] : defaults) {
    const std::string value = row.substr(0, row.find("  # "));
    ASSERT_TRUE(shipped.contains(key));
    EXPECT_EQ(shipped.at(key).substr(0, shipped.at(key).find("  # ")), value) << key;
    const bool by_default = shipped.at(key).ends_with("# default");
    EXPECT_TRUE(!by_default || value == "[]") << key << " is not in configs/millrace.toml";
  }
}

TEST_F(CommandLineTest, ValidatePrintsEveryProblemWithItsPath) {
  const std::string file =
      write("bad.json", R"({"name":"x","trigger_type":"api","definition":{"nodes":[
      {"id":"t","type":"trigger","data":{}},
      {"id":"a","type":"unheard_of","data":{}},
      {"id":"b","type":"set","data":{"name":"v","value":"{{ 1 + }}"}}],
      "edges":[{"source":"t","target":"a"},{"source":"a","target":"nowhere"}]}})");
  const Outcome outcome = run({"validate", file.c_str()});
  EXPECT_EQ(outcome.code, 1);
  for (const char* place : {"$.nodes[1]", "$.nodes[2]", "$.edges[1]"}) {
    EXPECT_NE(outcome.printed.find(place), std::string::npos) << place << " in\n"
                                                              << outcome.printed;
  }
}

TEST_F(CommandLineTest, ValidateTakesADefinitionAlone) {
  const std::string file = write(
      "good.json", R"({"nodes":[{"id":"t","type":"trigger","data":{}},{"id":"e","type":"end"}],
                       "edges":[{"source":"t","target":"e"}]})");
  const Outcome outcome = run({"validate", file.c_str()});
  EXPECT_EQ(outcome.code, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("0 errors"), std::string::npos);
}

TEST_F(CommandLineTest, ValidateTellsWhatIsNotJson) {
  EXPECT_EQ(run({"validate", write("no.json", "{").c_str()}).code, 1);
  EXPECT_EQ(run({"validate", (folder_ / "missing.json").c_str()}).code, 2);
}

TEST_F(CommandLineTest, TheSampleFlowsAreValid) {
  const std::filesystem::path samples = std::string(MILLRACE_SOURCE_DIR) + "/configs/samples";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(samples)) {
    if (entry.path().extension() == ".json") {
      const Outcome outcome = run({"validate", entry.path().c_str()});
      EXPECT_EQ(outcome.code, 0) << outcome.printed;
      ++count;
    }
  }
  EXPECT_GE(count, 3);
}

TEST_F(CommandLineTest, KeysAreMadeListedAndRevokedWithoutAServer) {
  const std::string data = (folder_ / "data").string();
  const Outcome made = run({"key", "create", "--data-dir", data.c_str(), "--workspace", "acme",
                            "--dialect", "orbit", "--scope", "flows:read"});
  ASSERT_EQ(made.code, 0) << made.complaint;
  EXPECT_TRUE(made.printed.starts_with("dv_live_sk_"));
  EXPECT_EQ(made.printed.size(), std::string("dv_live_sk_").size() + 43 + 1);
  const Outcome listed = run({"key", "list", "--data-dir", data.c_str()});
  EXPECT_EQ(listed.printed.find(made.printed.substr(0, 40)), std::string::npos);
  const std::string id = listed.printed.substr(0, listed.printed.find(' '));
  EXPECT_EQ(run({"key", "revoke", id.c_str(), "--data-dir", data.c_str()}).code, 0);
  EXPECT_NE(run({"key", "list", "--data-dir", data.c_str()}).printed.find("revoked"),
            std::string::npos);
  const Outcome unknown = run({"key", "revoke", "key_nonsense", "--data-dir", data.c_str()});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_TRUE(unknown.complaint.starts_with("millrace: there is no key")) << unknown.complaint;
  const Outcome spoken = run(
      {"key", "create", "--data-dir", data.c_str(), "--workspace", "acme", "--dialect", "klingon"});
  EXPECT_EQ(spoken.code, 1);
  EXPECT_NE(spoken.complaint.find("unknown dialect"), std::string::npos) << spoken.complaint;
}

}  // namespace
}  // namespace millrace::app
