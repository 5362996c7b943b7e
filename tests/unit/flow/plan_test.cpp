// The graph of a flow: handles of edges, every structural finding, back edges, loops and their
// caps.
#include "runtime/flow/plan.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/flow/status_handle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace millrace {
namespace {

/// Kinds of these tests: `trigger`, `work` (default), `fork` (true, false), `end` (no handles),
/// `wait` (suspends), `call` (default, error, and status handles), `note`, `two` (joins two).
NodeShape shape_of(const NodeDefinition& node) {
  NodeShape shape;
  shape.known = node.type != "unheard-of";
  shape.starts_flow = node.type == "trigger";
  shape.on_canvas_only = node.type == "note";
  shape.suspends = node.type == "wait";
  shape.open_status_handles = node.type == "call";
  shape.handles = {"default"};
  if (node.type == "fork") shape.handles = {"true", "false"};
  if (node.type == "end") shape.handles = {};
  if (node.type == "call") shape.handles = {"default", "error"};
  if (node.type == "two") {
    shape.join = JoinMode::count;
    shape.join_count = 2;
  }
  return shape;
}

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() { node("start", "trigger"); }

  NodeDefinition& node(std::string id, std::string type = "work") {
    const std::string path = "$.nodes[" + std::to_string(definition.nodes.size()) + "]";
    definition.nodes.push_back({std::move(id), std::move(type), "", {}, path});
    return definition.nodes.back();
  }
  EdgeDefinition& edge(std::string source, std::string target, std::string handle = "") {
    EdgeDefinition edge;
    edge.source = std::move(source);
    edge.target = std::move(target);
    edge.source_handle = std::move(handle);
    edge.path = "$.edges[" + std::to_string(definition.edges.size()) + "]";
    definition.edges.push_back(std::move(edge));
    return definition.edges.back();
  }
  void build() {
    problems = {};
    plan = build_plan(definition, shape_of, problems);
  }
  std::vector<std::string> errors() {
    build();
    return codes(problems.errors);
  }
  std::vector<std::string> warnings() {
    build();
    return codes(problems.warnings);
  }
  static std::vector<std::string> codes(const std::vector<Problem>& list) {
    std::vector<std::string> codes;
    for (const Problem& problem : list) codes.push_back(problem.path + " " + problem.code);
    return codes;
  }
  std::string handle_of_edge(std::size_t index) {
    build();
    const PlanEdge& planned = plan.edges.at(index);
    return plan.nodes[planned.source].handles.at(planned.handle);
  }
  std::vector<std::string> members(std::size_t loop) const {
    std::vector<std::string> names;
    for (const NodeIndex member : plan.loops.at(loop).members)
      names.push_back(plan.nodes[member].id);
    return names;
  }

  FlowDefinition definition;
  Problems problems;
  Plan plan;
};

using Codes = std::vector<std::string>;

TEST_F(PlanTest, TakesTheSourceHandleFirstThenALabelThatIsAHandleThenTheDefault) {
  node("fork", "fork");
  node("a");
  edge("start", "fork");
  edge("fork", "a", "false").label = "true";
  edge("fork", "a").label = "true";
  edge("start", "a").label = "anything";
  EXPECT_EQ(handle_of_edge(0), "default");
  EXPECT_EQ(handle_of_edge(1), "false");
  EXPECT_EQ(handle_of_edge(2), "true");
  EXPECT_EQ(handle_of_edge(3), "default");
  EXPECT_EQ(errors(), Codes{});
}

TEST_F(PlanTest, KeepsThatAnEdgeHasACondition) {
  node("a");
  edge("start", "a").condition = "{{ trigger.ok }}";
  edge("start", "a");
  build();
  EXPECT_TRUE(plan.edges[0].conditional);
  EXPECT_FALSE(plan.edges[1].conditional);
  EXPECT_EQ(plan.nodes[0].handles[plan.edges[0].handle], "default");
}

TEST_F(PlanTest, RefusesAnEdgeFromAHandleThatTheNodeDoesNotHave) {
  node("fork", "fork");
  node("a");
  edge("start", "fork");
  edge("fork", "a", "maybe");
  edge("fork", "a");
  edge("start", "a", "error");
  EXPECT_EQ(errors(), (Codes{"$.edges[1].sourceHandle UNKNOWN_HANDLE", "$.edges[2] UNKNOWN_HANDLE",
                             "$.edges[3].sourceHandle UNKNOWN_HANDLE"}));
}

TEST_F(PlanTest, LetsEveryNodeThatGoesOnBeLeftByError) {
  node("a");
  node("stop", "end");
  node("b");
  edge("start", "a");
  edge("a", "b", "error");
  edge("b", "stop");
  edge("stop", "b", "error");
  EXPECT_EQ(errors(), Codes{"$.edges[3].sourceHandle UNKNOWN_HANDLE"});
  EXPECT_EQ(handle_of_edge(1), "error");
}

TEST_F(PlanTest, KnowsStatusHandlesOnlyOfKindsThatHaveThem) {
  node("call", "call");
  node("a");
  edge("start", "call");
  edge("call", "a", "status:404");
  edge("call", "a", "status:4xx");
  edge("call", "a", "status:9xx");
  edge("a", "call", "status:404").max_iterations = 2;
  EXPECT_EQ(errors(), (Codes{"$.edges[3].sourceHandle UNKNOWN_HANDLE",
                             "$.edges[4].sourceHandle UNKNOWN_HANDLE"}));
  EXPECT_EQ(handle_of_edge(1), "status:404");
}

TEST_F(PlanTest, ReportsEveryFindingAtOnce) {
  node("a");
  node("a");
  node("second", "trigger");
  node("odd", "unheard-of");
  edge("start", "ghost");
  edge("nobody", "a");
  edge("a", "start");
  EXPECT_EQ(errors(),
            (Codes{"$.nodes[2].id DUPLICATE_NODE_ID", "$.nodes[3].type SEVERAL_TRIGGERS",
                   "$.nodes[4].type UNKNOWN_NODE_TYPE", "$.edges[0].target UNKNOWN_NODE",
                   "$.edges[1].source UNKNOWN_NODE", "$.edges[2].target EDGE_INTO_TRIGGER"}));
}

TEST_F(PlanTest, NeedsATrigger) {
  definition.nodes.clear();
  node("a");
  EXPECT_EQ(errors(), Codes{"$.nodes MISSING_TRIGGER"});
}

TEST_F(PlanTest, WarnsOfNodesThatNoPathReachesAndLetsNothingWaitForThem) {
  node("a");
  node("island");
  node("beyond");
  edge("start", "a");
  edge("island", "a");
  edge("island", "beyond");
  EXPECT_EQ(warnings(), (Codes{"$.nodes[2] UNREACHABLE_NODE", "$.nodes[3] UNREACHABLE_NODE"}));
  EXPECT_EQ(problems.errors.size(), 0u);
  EXPECT_EQ(plan.nodes[plan.find("a")].in.size(), 1u);
}

TEST_F(PlanTest, LeavesCanvasNodesAndTheirEdgesOut) {
  node("hint", "note");
  node("a");
  edge("start", "a");
  edge("hint", "a");
  EXPECT_EQ(warnings(), Codes{"$.edges[1].source EDGE_ON_CANVAS_NODE"});
  EXPECT_EQ(plan.find("hint"), no_node);
  EXPECT_EQ(plan.edges.size(), 1u);
}

TEST_F(PlanTest, OrdersAFanOutByPriorityThenAsStored) {
  for (const char* id : {"a", "b", "c", "d"}) node(id);
  edge("start", "a").priority = 1;
  edge("start", "b");
  edge("start", "c").priority = -1;
  edge("start", "d");
  build();
  EXPECT_EQ(plan.nodes[plan.trigger].out[0], (std::vector<EdgeIndex>{2, 1, 3, 0}));
}

TEST_F(PlanTest, RefusesAJoinThatCanNeverHaveEnoughTokens) {
  node("a", "two");
  edge("start", "a");
  EXPECT_EQ(errors(), Codes{"$.nodes[1] JOIN_NEVER_REACHED"});
  edge("start", "a");
  EXPECT_EQ(errors(), Codes{});
}

TEST_F(PlanTest, FindsBackEdgesDepthFirstInStoredOrder) {
  node("a");
  node("b");
  edge("start", "a");
  edge("start", "b");
  edge("b", "a").max_iterations = 5;
  edge("a", "b").max_iterations = 5;
  EXPECT_EQ(errors(), Codes{});
  EXPECT_TRUE(plan.edges[2].back) << "start, a, b were on the stack";
  EXPECT_FALSE(plan.edges[3].back);
  EXPECT_EQ(plan.edges[2].max_iterations, 5u);
  EXPECT_EQ(warnings(), Codes{"$.edges[3].data.max_iterations NOT_A_CYCLE"});
}

TEST_F(PlanTest, NeedsACapOnACycleInWhichNothingWaits) {
  node("a");
  node("b");
  edge("start", "a");
  edge("a", "b");
  edge("b", "a");
  EXPECT_EQ(errors(), Codes{"$.edges[2].data.max_iterations CYCLE_WITHOUT_LIMIT"});
  definition.edges[2].max_iterations = 7;
  EXPECT_EQ(errors(), Codes{});
  EXPECT_EQ(plan.edges[2].max_iterations, 7u);
  definition.edges[2].max_iterations = limits::cycle_iterations_max + 1;
  EXPECT_EQ(errors(), Codes{"$.edges[2].data.max_iterations INVALID_VALUE"});
}

TEST_F(PlanTest, GivesACycleThatWaitsTheDefaultCap) {
  node("a", "wait");
  node("b");
  edge("start", "a");
  edge("a", "b");
  edge("b", "a");
  EXPECT_EQ(errors(), Codes{});
  EXPECT_EQ(plan.edges[2].max_iterations, limits::cycle_iterations_default);
}

TEST_F(PlanTest, SeesThatADisabledNodeDoesNotWait) {
  node("a", "wait").data["disabled"] = true;
  edge("start", "a");
  edge("a", "a");
  EXPECT_EQ(errors(), Codes{"$.edges[1].data.max_iterations CYCLE_WITHOUT_LIMIT"});
}

TEST_F(PlanTest, SeesThatOnlyOneOfTwoWaysAroundACycleWaits) {
  node("head");
  node("wait", "wait");
  node("tail");
  edge("start", "head");
  edge("head", "wait");
  edge("wait", "tail");
  edge("tail", "head");
  EXPECT_EQ(errors(), Codes{});
  edge("head", "tail");
  EXPECT_EQ(errors(), Codes{"$.edges[3].data.max_iterations CYCLE_WITHOUT_LIMIT"});
}

TEST_F(PlanTest, MakesOneLoopOfAllBackEdgesToOneHeader) {
  for (const char* id : {"head", "left", "right", "after"}) node(id);
  edge("start", "head");
  edge("head", "left");
  edge("head", "right");
  edge("left", "head").max_iterations = 1;
  edge("right", "head").max_iterations = 1;
  edge("right", "after");
  build();
  ASSERT_EQ(plan.loops.size(), 1u);
  EXPECT_EQ(members(0), (Codes{"head", "left", "right"}));
  EXPECT_EQ(plan.nodes[plan.find("after")].nest, 0);
  EXPECT_EQ(plan.nodes[plan.find("left")].nest, plan.nodes[plan.find("right")].nest);
}

TEST_F(PlanTest, NestsLoopsOuterFirst) {
  for (const char* id : {"outer", "inner", "body", "tail"}) node(id);
  edge("start", "outer");
  edge("outer", "inner");
  edge("inner", "body");
  edge("body", "inner").max_iterations = 3;
  edge("body", "tail");
  edge("tail", "outer").max_iterations = 4;
  build();
  ASSERT_EQ(plan.loops.size(), 2u);
  EXPECT_EQ(members(0), (Codes{"outer", "inner", "body", "tail"}));
  EXPECT_EQ(members(1), (Codes{"inner", "body"}));
  EXPECT_EQ(plan.loops[0].inner_back_edges, std::vector<EdgeIndex>{3});
  EXPECT_TRUE(plan.loops[1].inner_back_edges.empty());
  EXPECT_EQ(plan.nodes[plan.find("body")].loops, (std::vector<LoopIndex>{0, 1}));
}

TEST_F(PlanTest, FollowsAPathOfFiveHundredNodesWithoutRecursion) {
  for (std::size_t index = 0; index < limits::flow_nodes_max - 1; ++index) {
    node("n" + std::to_string(index));
    edge(index == 0 ? "start" : "n" + std::to_string(index - 1), "n" + std::to_string(index));
  }
  EXPECT_EQ(errors(), Codes{});
  EXPECT_EQ(warnings(), Codes{});
}

}  // namespace
}  // namespace millrace
