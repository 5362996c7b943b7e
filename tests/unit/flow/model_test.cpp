// Reading definitions: what is taken, and every problem with its path.
#include "runtime/flow/model.hpp"

#include "runtime/flow/fields.hpp"
#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace {
namespace {

using testing::json_of;

std::vector<std::string> errors_of(const Json& definition) {
  Problems problems;
  read_definition(definition, problems);
  std::vector<std::string> errors;
  for (const Problem& problem : problems.errors)
    errors.push_back(problem.path + " " + problem.code);
  return errors;
}

TEST(ModelTest, KeepsNodesEdgesAndSettingsInStoredOrderWithTheirPaths) {
  Problems problems;
  const FlowDefinition flow = read_definition(json_of(R"({
    "nodes":[{"id":"t","type":"trigger","position":{"x":1},"data":{"channel":"sms"}},
             {"id":"e","type":"end","parentId":"g"}],
    "edges":[{"id":"e1","source":"t","target":"e","sourceHandle":"error","label":"then",
              "data":{"condition":"{{vars.a}}","priority":-2,"max_iterations":5}}],
    "settings":{"ttl_seconds":60},"viewport":{"zoom":1}})"),
                                              problems);
  EXPECT_TRUE(problems.errors.empty());
  ASSERT_EQ(flow.nodes.size(), 2u);
  EXPECT_EQ(flow.nodes[0].path, "$.nodes[0]");
  EXPECT_EQ(flow.nodes[0].data.at("channel"), "sms");
  EXPECT_EQ(flow.nodes[1].parent_id, "g");
  EXPECT_TRUE(flow.nodes[1].data.empty());
  ASSERT_EQ(flow.edges.size(), 1u);
  EXPECT_EQ(flow.edges[0].path, "$.edges[0]");
  EXPECT_EQ(flow.edges[0].source_handle, "error");
  EXPECT_EQ(flow.edges[0].label, "then");
  EXPECT_EQ(flow.edges[0].condition, "{{vars.a}}");
  EXPECT_EQ(flow.edges[0].priority, -2);
  EXPECT_EQ(flow.edges[0].max_iterations, 5);
  EXPECT_EQ(flow.settings.at("ttl_seconds"), 60);
}

TEST(ModelTest, NullCountsAsNotGiven) {
  EXPECT_TRUE(errors_of(json_of(R"({
    "nodes":[{"id":"t","type":"trigger","parentId":null,"data":null}],
    "edges":[{"source":"t","target":"t","sourceHandle":null,"label":null,
              "data":{"condition":null,"priority":null,"max_iterations":null}}],
    "settings":null})"))
                  .empty());
}

TEST(ModelTest, ReportsEveryProblemWithItsPath) {
  struct Row {
    std::string_view definition;
    std::vector<std::string> errors;
  };
  const std::vector<Row> rows{
      {"[]", {"$ INVALID_TYPE"}},
      {"{}", {"$.nodes MISSING_REQUIRED_FIELD", "$.edges MISSING_REQUIRED_FIELD"}},
      {R"({"nodes":{},"edges":"x","settings":[]})",
       {"$.nodes INVALID_TYPE", "$.edges INVALID_TYPE", "$.settings INVALID_TYPE"}},
      {R"({"nodes":[7,{"id":"a"},{"type":"end"},{"id":"b","type":"end","data":[],"parentId":1}],
          "edges":[]})",
       {"$.nodes[0] INVALID_TYPE", "$.nodes[1].type MISSING_REQUIRED_FIELD",
        "$.nodes[2].id MISSING_REQUIRED_FIELD", "$.nodes[3].parentId INVALID_TYPE",
        "$.nodes[3].data INVALID_TYPE"}},
      {R"({"nodes":[{"id":"","type":"end"},{"id":"a\nb","type":"end"},{"id":3,"type":4}],
          "edges":[]})",
       {"$.nodes[0].id INVALID_VALUE", "$.nodes[1].id INVALID_VALUE", "$.nodes[2].id INVALID_TYPE",
        "$.nodes[2].type INVALID_TYPE"}},
      {R"({"nodes":[],"edges":[null,{"source":"a"},{"source":"a","target":"b","data":1},
          {"source":"a","target":"b","id":1,"sourceHandle":2,"label":{},
           "data":{"condition":3,"priority":"x","max_iterations":0}},
          {"source":"a","target":"b","data":{"max_iterations":10001,"priority":1.5}}]})",
       {"$.edges[0] INVALID_TYPE", "$.edges[1].target MISSING_REQUIRED_FIELD",
        "$.edges[2].data INVALID_TYPE", "$.edges[3].id INVALID_TYPE",
        "$.edges[3].sourceHandle INVALID_TYPE", "$.edges[3].label INVALID_TYPE",
        "$.edges[3].data.condition INVALID_TYPE", "$.edges[3].data.priority INVALID_TYPE",
        "$.edges[3].data.max_iterations INVALID_VALUE", "$.edges[4].data.priority INVALID_TYPE",
        "$.edges[4].data.max_iterations INVALID_VALUE"}},
  };
  for (const Row& row : rows) EXPECT_EQ(errors_of(json_of(row.definition)), row.errors);
}

TEST(ModelTest, RefusesAnIdThatIsLongerThanAnIdempotencyKeyAllows) {
  const std::string longest(limits::node_id_chars_max, 'a');
  for (const auto& [id, errors] : {std::pair{longest, 0u}, std::pair{longest + "a", 1u}}) {
    Json definition = json_of(R"({"nodes":[{"type":"end"}],"edges":[]})");
    definition.at("nodes").at(0).as_object()["id"] = id;
    EXPECT_EQ(errors_of(definition).size(), errors);
  }
}

TEST(ModelTest, TakesAsManyNodesAndEdgesAsTheLimitsAllowAndNoMore) {
  for (const std::size_t extra : {0u, 1u}) {
    JsonArray nodes(limits::flow_nodes_max + extra, json_of(R"({"id":"a","type":"end"})"));
    JsonArray edges(limits::flow_edges_max + extra, json_of(R"({"source":"a","target":"a"})"));
    JsonObject definition;
    definition["nodes"] = std::move(nodes);
    definition["edges"] = std::move(edges);
    const std::vector<std::string> expected =
        extra == 0 ? std::vector<std::string>{}
                   : std::vector<std::string>{"$.nodes TOO_MANY_NODES", "$.edges TOO_MANY_EDGES"};
    EXPECT_EQ(errors_of(definition), expected);
  }
}

TEST(ModelTest, WhatItKeepsDoesNotLiveInTheArenaOfTheDocument) {
  const auto document = parse_document(
                            R"({"nodes":[{"id":"a","type":"set","data":{"name":"x"}}],
                                "edges":[{"source":"a","target":"a",
                                          "data":{"condition":{"op":"and"}}}],
                                "settings":{"a":1}})")
                            .value();
  Problems problems;
  const FlowDefinition flow = read_definition(document->root, problems);
  const boost::json::storage_ptr heap;
  EXPECT_EQ(*flow.nodes.at(0).data.storage(), *heap);
  EXPECT_EQ(*flow.edges.at(0).condition.storage(), *heap);
  EXPECT_EQ(*flow.settings.storage(), *heap);
}

TEST(ModelTest, TriggerTypesReadBackAsTheyPrintAndManualIsApi) {
  for (int number = 1; number <= 9; ++number) {
    const auto type = static_cast<TriggerType>(number);
    EXPECT_FALSE(to_string(type).empty());
    EXPECT_EQ(parse_trigger_type(to_string(type)), type);
  }
  EXPECT_EQ(parse_trigger_type("manual"), TriggerType::api);
  EXPECT_EQ(parse_trigger_type("Webhook"), std::nullopt);
  EXPECT_EQ(parse_trigger_type(""), std::nullopt);
}

TEST(ModelTest, WholeNumbersAreReadInBothSpellings) {
  EXPECT_EQ(as_integer(json_of("3")), 3);
  EXPECT_EQ(as_integer(json_of("3.0")), 3);
  EXPECT_EQ(as_integer(json_of("-9223372036854775808")), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(as_integer(Json(std::uint64_t{7})), 7);
  EXPECT_EQ(as_integer(Json(std::numeric_limits<std::uint64_t>::max())), std::nullopt);
  for (const auto* text : {"3.5", "1e300", "\"3\"", "true", "null"}) {
    EXPECT_EQ(as_integer(json_of(text)), std::nullopt) << text;
  }
}

TEST(ProblemTest, PathsQuoteKeysThatAreNoPlainWords) {
  EXPECT_EQ(member_path("$.nodes[2]", "data"), "$.nodes[2].data");
  EXPECT_EQ(member_path("$", "X-Name_1"), "$.X-Name_1");
  EXPECT_EQ(member_path("$", "a b"), "$['a b']");
  EXPECT_EQ(member_path("$", ""), "$['']");
  EXPECT_EQ(item_path("$.nodes", 7), "$.nodes[7]");
}

}  // namespace
}  // namespace millrace
