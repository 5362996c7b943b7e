// Orbit's bodies about flows: both shapes in, the client's bytes kept, every fault named.
#include "http/dialects/orbit/flow_requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

TEST(OrbitCreateTest, KeepsTheDefinitionByteForByte) {
  const std::string definition =
      R"({ "nodes" : [ {"id":"t","type":"trigger","data":{"n":1.50e1,"s":"\u00e9"}} ],)"
      "\n  \"edges\": [ ] , \"extra\":{\"b\":1,\"a\":2} }";
  const auto draft =
      read_create(R"({"name":"A","trigger_type":"api","definition":)" + definition + "}");
  ASSERT_TRUE(draft.has_value());
  EXPECT_EQ(draft->name, "A");
  EXPECT_EQ(draft->trigger_type, TriggerType::api);
  EXPECT_EQ(draft->definition, definition);
}

TEST(OrbitCreateTest, TakesTheLastOfDuplicateMembers) {
  const auto draft =
      read_create(R"({"name":"first","name":"last","trigger_type":"api",)"
                  R"("definition":{"nodes":[1],"edges":[]},"definition":{"nodes":[],"edges":[]}})");
  ASSERT_TRUE(draft.has_value());
  EXPECT_EQ(draft->name, "last");
  EXPECT_EQ(draft->definition, R"({"nodes":[],"edges":[]})");
}

struct FlatCase {
  std::string_view about;
  std::string_view body;
  std::string_view definition;
};

TEST(OrbitCreateTest, BringsTheFlatShapeIntoCanonicalForm) {
  const FlatCase cases[] = {
      {"flat node fields move into data, a trigger node and its edge are added",
       R"({"name":"A","trigger":{"type":"event","event":"contact.created"},)"
       R"("nodes":[{"id":"hi","type":"send_message","channel":"sms","position":{"x":1.0}}],)"
       R"("edges":[]})",
       R"({"nodes":[{"id":"hi","type":"send_message","position":{"x":1.0},)"
       R"("data":{"channel":"sms"}},)"
       R"({"id":"trigger","type":"trigger","data":{"event":"contact.created"}}],)"
       R"("edges":[{"source":"trigger","target":"hi"}]})"},
      {"a trigger node of the client's is kept and gets the trigger's fields",
       R"({"name":"A","trigger":{"type":"webhook","path":"x","methods":["PUT"]},)"
       R"("nodes":[{"id":"t","type":"trigger","path":"y"},{"id":"e","type":"end"}],)"
       R"("edges":[{"source":"t","target":"e"}]})",
       R"({"nodes":[{"id":"t","type":"trigger","data":{"path":"y","methods":["PUT"]}},)"
       R"({"id":"e","type":"end","data":{}}],"edges":[{"source":"t","target":"e"}]})"},
      {"without edges the nodes run in their order",
       R"({"name":"A","trigger":{"type":"api"},)"
       R"("nodes":[{"id":"a","type":"log"},{"id":"b","type":"end"}]})",
       R"({"nodes":[{"id":"a","type":"log","data":{}},{"id":"b","type":"end","data":{}},)"
       R"({"id":"trigger","type":"trigger","data":{}}],)"
       R"("edges":[{"source":"trigger","target":"a"},{"source":"a","target":"b"}]})"},
      {"entry edges lead only to nodes that nothing leads to",
       R"({"name":"A","trigger":{"type":"api"},)"
       R"("nodes":[{"id":"a","type":"log"},{"id":"b","type":"end"}],)"
       R"("edges":[{"source":"a","target":"b"}]})",
       R"({"nodes":[{"id":"a","type":"log","data":{}},{"id":"b","type":"end","data":{}},)"
       R"({"id":"trigger","type":"trigger","data":{}}],)"
       R"("edges":[{"source":"a","target":"b"},{"source":"trigger","target":"a"}]})"},
      {"an edge from the trigger's name is enough; data and flat fields merge; settings stay",
       R"({"name":"A","trigger":{"type":"api"},"settings":{"ttl_seconds":5},)"
       R"("nodes":[{"id":"a","type":"log","data":{"message":"m","level":"info"},"level":"warn"}],)"
       R"("edges":[{"source":"trigger","target":"a"}]})",
       R"({"nodes":[{"id":"a","type":"log","data":{"message":"m","level":"warn"}},)"
       R"({"id":"trigger","type":"trigger","data":{}}],)"
       R"("edges":[{"source":"trigger","target":"a"}],"settings":{"ttl_seconds":5}})"},
  };
  for (const auto& flat : cases) {
    const auto draft = read_create(flat.body);
    ASSERT_TRUE(draft.has_value()) << flat.about << ": " << draft.error().message;
    EXPECT_EQ(draft->definition, flat.definition) << flat.about;
  }
}

struct BadCase {
  std::string_view body;
  int status;
  std::string_view code;
  std::string_view field;  ///< in details; empty: no field is named
};

void expect_refused(const OrbitError& error, const BadCase& bad) {
  EXPECT_EQ(error.status, bad.status) << bad.body;
  EXPECT_EQ(error.code, bad.code) << bad.body;
  if (bad.field.empty()) return;
  const auto named = "\"field\":\"" + std::string(bad.field) + '"';
  EXPECT_NE(error.details.find(named), std::string::npos) << bad.body << error.details;
}

TEST(OrbitCreateTest, NamesTheFieldThatIsMissingOrWrong) {
  const BadCase cases[] = {
      {"", 400, "VALIDATION_ERROR", ""},
      {"{", 400, "VALIDATION_ERROR", ""},
      {"[1]", 422, "VALIDATION_ERROR", "$"},
      {R"({})", 422, "MISSING_REQUIRED_FIELD", "name"},
      {R"({"name":""})", 422, "VALIDATION_ERROR", "name"},
      {R"({"name":7})", 422, "VALIDATION_ERROR", "name"},
      {R"({"name":"A"})", 422, "MISSING_REQUIRED_FIELD", "trigger_type"},
      {R"({"name":"A","trigger_type":"webhook"})", 422, "MISSING_REQUIRED_FIELD", "definition"},
      {R"({"name":"A","trigger_type":"sundial","definition":{}})", 422, "VALIDATION_ERROR",
       "trigger_type"},
      {R"({"name":"A","trigger_type":"api","definition":[]})", 422, "VALIDATION_ERROR",
       "definition"},
      {R"({"name":"A","trigger_type":"api","definition":{"edges":[]}})", 422,
       "MISSING_REQUIRED_FIELD", "definition.nodes"},
      {R"({"name":"A","trigger_type":"api","definition":{"nodes":[],"edges":{}}})", 422,
       "VALIDATION_ERROR", "definition.edges"},
      {R"({"name":"A","trigger_type":"api","definition":{"nodes":[],"edges":[]},"id":"flw_x"})",
       422, "VALIDATION_ERROR", "id"},
      {R"({"name":"A","nodes":[]})", 422, "MISSING_REQUIRED_FIELD", "trigger"},
      {R"({"name":"A","trigger":{},"nodes":[]})", 422, "MISSING_REQUIRED_FIELD", "trigger.type"},
      {R"({"name":"A","trigger":{"type":"api"}})", 422, "MISSING_REQUIRED_FIELD", "nodes"},
      {R"({"name":"A","trigger":{"type":"api"},"nodes":[],"edges":1})", 422, "VALIDATION_ERROR",
       "edges"},
  };
  for (const auto& bad : cases) {
    const auto draft = read_create(bad.body);
    ASSERT_FALSE(draft.has_value()) << bad.body;
    expect_refused(draft.error(), bad);
  }
}

TEST(OrbitCreateTest, RefusesMoreNodesThanAFlowMayHave) {
  std::string nodes = "{}";
  for (std::size_t i = 0; i < limits::flow_nodes_max; ++i) nodes += ",{}";
  const auto draft = read_create(R"({"name":"A","trigger_type":"api","definition":{"nodes":[)" +
                                 nodes + R"(],"edges":[]}})");
  ASSERT_FALSE(draft.has_value());
  EXPECT_EQ(draft.error().status, 422);
}

TEST(OrbitCreateTest, CountsTheNameInCharactersNotBytes) {
  std::string name;
  for (std::size_t i = 0; i < limits::flow_name_chars_max; ++i) name += "\xc3\xa9";
  const auto body = [](const std::string& called) {
    return R"({"name":")" + called +
           R"(","trigger_type":"api","definition":{"nodes":[],"edges":[]}})";
  };
  EXPECT_TRUE(read_create(body(name)).has_value());
  EXPECT_FALSE(read_create(body(name + "x")).has_value());
}

TEST(OrbitUpdateTest, TakesAnyPartOfAFlow) {
  const auto changes = read_update(R"({"name":"B","version":3,"status":"published"})");
  ASSERT_TRUE(changes.has_value());
  EXPECT_EQ(changes->name, "B");
  EXPECT_EQ(changes->expected_version, 3u);
  EXPECT_EQ(changes->publish, true);
  EXPECT_FALSE(changes->definition.has_value());
  EXPECT_TRUE(changes->makes_version());
}

TEST(OrbitUpdateTest, DoesNotCountAPublicationAsAVersion) {
  const auto changes = read_update(R"({"status":"draft"})");
  ASSERT_TRUE(changes.has_value());
  EXPECT_FALSE(changes->makes_version());
}

TEST(OrbitUpdateTest, RefusesWhatItCannotDo) {
  const BadCase cases[] = {
      {R"({})", 422, "VALIDATION_ERROR", "$"},
      {R"({"version":1})", 422, "VALIDATION_ERROR", "$"},
      {R"({"name":"B","version":0})", 422, "VALIDATION_ERROR", "version"},
      {R"({"name":"B","version":"1"})", 422, "VALIDATION_ERROR", "version"},
      {R"({"name":"B","version":4294967296})", 422, "VALIDATION_ERROR", "version"},
      {R"({"status":"archived"})", 422, "VALIDATION_ERROR", "status"},
      {R"({"name":"B","created_at":"x"})", 422, "VALIDATION_ERROR", "created_at"},
      {R"({"definition":{"nodes":1,"edges":[]}})", 422, "VALIDATION_ERROR", "definition.nodes"},
  };
  for (const auto& bad : cases) {
    const auto changes = read_update(bad.body);
    ASSERT_FALSE(changes.has_value()) << bad.body;
    expect_refused(changes.error(), bad);
  }
}

TEST(OrbitExecuteTest, TakesAnInputOrNothing) {
  EXPECT_EQ(*read_execute(""), "{}");
  EXPECT_EQ(*read_execute("{}"), "{}");
  EXPECT_EQ(*read_execute(R"({ "input" : { "n" : 1.50 } })"), R"({ "n" : 1.50 })");
  EXPECT_EQ(read_execute(R"({"input":[1]})").error().status, 422);
  EXPECT_EQ(read_execute(R"({"inputs":{}})").error().status, 422);
  EXPECT_EQ(read_execute("{").error().status, 400);
}

}  // namespace
}  // namespace millrace::http::orbit
