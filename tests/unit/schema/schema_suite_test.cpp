// The published suite of JSON Schema, for the keywords that we read. Debian has it up to draft 7,
// of whose keywords those that we read mean the same in 2020-12, but for what is left out below.
#include "runtime/schema/json_schema.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace millrace {
namespace {

namespace fs = std::filesystem;

/// Of the Debian package json-schema-test-suite.
constexpr const char* suite_folder = "/usr/share/json-schema-test-suite/tests/draft7";

Json read_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return parse_json(text.str()).value();
}

/// Files whose every group we must be able to read.
const std::vector<std::string> whole_files{"additionalProperties",
                                           "allOf",
                                           "anyOf",
                                           "boolean_schema",
                                           "const",
                                           "enum",
                                           "exclusiveMaximum",
                                           "exclusiveMinimum",
                                           "items",
                                           "maximum",
                                           "maxItems",
                                           "maxLength",
                                           "maxProperties",
                                           "minimum",
                                           "minItems",
                                           "minLength",
                                           "minProperties",
                                           "multipleOf",
                                           "not",
                                           "oneOf",
                                           "pattern",
                                           "properties",
                                           "ref",
                                           "required",
                                           "type",
                                           "uniqueItems"};

TEST(SchemaSuiteTest, AgreesWithThePublishedSuite) {
  if (!fs::exists(suite_folder)) GTEST_SKIP() << "json-schema-test-suite is not installed";
  std::size_t groups = 0, left_out = 0, cases = 0;
  for (const std::string& name : whole_files) {
    const Json file = read_file(fs::path(suite_folder) / (name + ".json"));
    for (const Json& group : file.as_array()) {
      // In draft 7 a `$ref` silences its neighbours; since 2019-09, which we read, it does not.
      if (group.at("description").as_string().find("overrides") != std::string_view::npos) continue;
      Problems problems;
      const auto schema = compile_schema(group.at("schema"), "$", problems);
      ++groups;
      if (schema == nullptr) {
        ++left_out;
        continue;
      }
      for (const Json& test : group.at("tests").as_array()) {
        ++cases;
        EXPECT_EQ(check(*schema, test.at("data"), "$").empty(), test.at("valid").as_bool())
            << name << ": " << group.at("description") << ": " << test.at("description");
      }
    }
  }
  EXPECT_GT(cases, 250u);
  EXPECT_LT(left_out * 4, groups) << left_out << " of " << groups << " could not be read";
  RecordProperty("cases", static_cast<int>(cases));
  RecordProperty("groups_left_out", static_cast<int>(left_out));
}

}  // namespace
}  // namespace millrace
