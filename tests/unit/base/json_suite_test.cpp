// The public JSON parsing test suite: y_ is accepted, n_ is refused, i_ may be either, and nothing
// crashes.
#include "runtime/base/json.hpp"
#include "runtime/base/json_scan.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace millrace {
namespace {

const std::filesystem::path folder = std::filesystem::path(MILLRACE_SHARED_DATA) / "json-parsing";

/// One valid case has a number of 81 characters, more than we take by default.
JsonLimits suite_limits() {
  JsonLimits limits;
  limits.number_chars_max = 100;
  return limits;
}

struct Case {
  std::string name;
  std::string text;
};

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    cases.push_back({entry.path().filename().string(), std::move(text)});
  }
  return cases;
}

class JsonSuiteTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(folder)) {
      GTEST_SKIP() << "no json-parsing folder in the shared data beside the checkout";
    }
    cases_ = read_cases();
    ASSERT_GT(cases_.size(), 300U);
  }
  std::vector<Case> cases_;
};

TEST_F(JsonSuiteTest, AcceptsAllThatIsValidAndNothingThatIsNot) {
  for (const Case& each : cases_) {
    const auto result = parse_document(each.text, suite_limits());
    if (each.name.starts_with("y_")) {
      EXPECT_TRUE(result.has_value()) << each.name << ": " << result.error().message;
    } else if (each.name.starts_with("n_")) {
      EXPECT_TRUE(result.has_error()) << each.name;
    }
  }
}

TEST_F(JsonSuiteTest, WhatIsAcceptedPrintsAndParsesToTheSame) {
  for (const Case& each : cases_) {
    const auto result = parse_json(each.text, suite_limits());
    if (result.has_error()) continue;
    const std::string printed = print_json(*result);
    const auto again = parse_json(printed, suite_limits());
    ASSERT_TRUE(again.has_value()) << each.name << ": " << again.error().message;
    EXPECT_EQ(print_json(*again), printed) << each.name;
  }
}

TEST_F(JsonSuiteTest, TheScannerAgreesWithTheParser) {
  for (const Case& each : cases_) {
    const auto error = find_json_error(each.text, {});
    EXPECT_EQ(parse_json(each.text).has_error(), error.has_value())
        << each.name << ": " << (error ? error->message : "the scanner accepts it");
  }
}

}  // namespace
}  // namespace millrace
