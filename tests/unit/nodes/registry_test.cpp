// The list of kinds: names, aliases, and that every schema documents itself.
#include "runtime/nodes/registry.hpp"

#include "runtime/nodes/field_check.hpp"
#include "tests/unit/nodes/bench.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace {
namespace {

using testing::json_of;
using testing::node_of;

TEST(RegistryTest, HasEveryKindOfTheCatalogueThatIsBuilt) {
  for (const auto* name :
       {"trigger", "set", "transform", "condition", "switch", "delay", "http_request",
        "send_message", "respond", "parallel", "join", "end", "fail", "log", "note", "group"}) {
    ASSERT_NE(find_kind(name), nullptr) << name;
    EXPECT_EQ(find_kind(name)->spec().name, name);
  }
  EXPECT_EQ(all_kinds().size(), 16u);
  for (const auto* name : {"agent", "loop", "wait_for_reply", "", "SET"}) {
    EXPECT_EQ(find_kind(name), nullptr) << name;
  }
}

TEST(RegistryTest, AliasesNameTheirKind) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows{
      {"send_sms", "send_message"},
      {"send_whatsapp", "send_message"},
      {"send_email", "send_message"},
      {"send_rcs", "send_message"},
      {"webhook_call", "http_request"},
      {"set_variable", "set"},
      {"branch", "condition"},
      {"if", "condition"},
      {"split", "switch"},
      {"wait", "delay"}};
  for (const auto& [alias, name] : rows) {
    ASSERT_NE(find_kind(alias), nullptr) << alias;
    EXPECT_EQ(find_kind(alias)->spec().name, name);
  }
}

TEST(RegistryTest, NoNameIsUsedTwice) {
  std::set<std::string_view> names;
  for (const NodeKind* kind : all_kinds()) {
    EXPECT_TRUE(names.insert(kind->spec().name).second) << kind->spec().name;
    for (const auto alias : kind->spec().aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
  }
}

void expect_documented(std::span<const FieldSpec> fields, std::string_view owner) {
  std::set<std::string_view> names;
  for (const FieldSpec& field : fields) {
    EXPECT_FALSE(field.about.empty()) << owner << "." << field.name;
    EXPECT_TRUE(names.insert(field.name).second) << owner << "." << field.name;
    if (field.fallback.empty()) continue;
    const Result<Json> fallback = parse_json(field.fallback);
    ASSERT_TRUE(fallback.has_value()) << owner << "." << field.name;
    if (field.one_of.empty()) continue;
    const auto text = fallback->as_string();
    EXPECT_NE(std::find(field.one_of.begin(), field.one_of.end(), std::string_view(text)),
              field.one_of.end())
        << owner << "." << field.name;
  }
}

TEST(RegistryTest, EveryKindAndEveryFieldHasALineForPeopleAndAValidDefault) {
  expect_documented(common_fields(), "common");
  for (const NodeKind* kind : all_kinds()) {
    EXPECT_FALSE(kind->spec().about.empty()) << kind->spec().name;
    expect_documented(kind->spec().fields, kind->spec().name);
    for (const UnbuiltField& field : kind->spec().not_built) {
      EXPECT_FALSE(field.instead.empty()) << kind->spec().name << "." << field.name;
    }
  }
}

TEST(RegistryTest, DeclaresTheHandlesOfEachKind) {
  struct Row {
    std::string_view type;
    std::string_view data;
    std::vector<std::string> handles;
  };
  const std::vector<Row> rows{
      {"trigger", "{}", {"default"}},
      {"set", "{}", {"default"}},
      {"transform", "{}", {"default", "error"}},
      {"condition", "{}", {"true", "false"}},
      {"switch", R"({"cases":[{"id":"a"},{"id":"b"},{"id":7},3]})", {"a", "b", "default"}},
      {"switch", R"({"cases":"x"})", {"default"}},
      {"delay", "{}", {"default"}},
      {"http_request", "{}", {"default", "error"}},
      {"send_sms", "{}", {"default", "error"}},
      {"respond", "{}", {"default"}},
      {"parallel", R"({"branches":[{"id":"x"},{"id":"y"},null]})", {"x", "y"}},
      {"join", "{}", {"default", "error"}},
      {"end", "{}", {}},
      {"fail", "{}", {}},
      {"log", "{}", {"default"}},
      {"note", "{}", {}},
      {"group", "{}", {}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(shape_of(node_of(row.type, row.data)).handles, row.handles) << row.type;
  }
}

TEST(RegistryTest, TellsThePlanWhatTheGraphMustKnow) {
  EXPECT_FALSE(shape_of(node_of("agent", "{}")).known);
  EXPECT_TRUE(shape_of(node_of("set", "{}")).known);
  EXPECT_TRUE(shape_of(node_of("trigger", "{}")).starts_flow);
  EXPECT_FALSE(shape_of(node_of("set", "{}")).starts_flow);
  EXPECT_TRUE(shape_of(node_of("wait", "{}")).suspends);
  EXPECT_FALSE(shape_of(node_of("join", "{}")).suspends);
  EXPECT_TRUE(shape_of(node_of("note", "{}")).on_canvas_only);
  EXPECT_TRUE(shape_of(node_of("http_request", "{}")).open_status_handles);
  EXPECT_FALSE(shape_of(node_of("send_message", "{}")).open_status_handles);
}

TEST(RegistryTest, TheJoinModeComesFromJoinAndForJoinNodesFromMode) {
  struct Row {
    std::string_view type;
    std::string_view data;
    JoinMode mode;
    std::uint32_t count;
  };
  const std::vector<Row> rows{
      {"set", "{}", JoinMode::all, 0},
      {"set", R"({"join":"any"})", JoinMode::any, 0},
      {"set", R"({"join":"each"})", JoinMode::each, 0},
      {"join", "{}", JoinMode::all, 0},
      {"join", R"({"mode":"any"})", JoinMode::any, 0},
      {"join", R"({"mode":"n","n":2})", JoinMode::count, 2},
      {"join", R"({"mode":"n","n":"x"})", JoinMode::count, 1},
  };
  for (const Row& row : rows) {
    const NodeShape shape = shape_of(node_of(row.type, row.data));
    EXPECT_EQ(shape.join, row.mode) << row.data;
    EXPECT_EQ(shape.join_count, row.count) << row.data;
  }
}

TEST(RegistryTest, RetriesAreOnWhereARepeatIsSafe) {
  struct Row {
    std::string_view type;
    std::string_view data;
    bool retries;
  };
  const std::vector<Row> rows{
      {"http_request", "{}", true},
      {"http_request", R"({"method":"GET"})", true},
      {"http_request", R"({"method":"HEAD"})", true},
      {"http_request", R"({"method":"PUT"})", true},
      {"http_request", R"({"method":"DELETE"})", true},
      {"http_request", R"({"method":"POST"})", false},
      {"http_request", R"({"method":"PATCH"})", false},
      {"send_message", "{}", true},
      {"set", "{}", false},
  };
  for (const Row& row : rows) {
    const NodeDefinition node = node_of(row.type, row.data);
    EXPECT_EQ(find_kind(row.type)->retries_by_default(node), row.retries) << row.data;
  }
}

}  // namespace
}  // namespace millrace
