// The engine against the oracle, over generated graphs: which nodes run, how often, in which
// iterations, and when, with random branches and random order of completion.
#include "tests/unit/engine/join_oracle.hpp"

#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace millrace::testing {
namespace {

using Generator = std::mt19937_64;

int below(Generator& generator, int bound) {
  return static_cast<int>(generator() % static_cast<std::uint64_t>(bound));
}

struct Shape {
  int nodes_max;
  int loop_edges_max;
  bool with_counts;
};

const std::vector<std::string> three_handles{"a", "b", "c"};

TestFlow random_flow(Generator& generator, const Shape& shape) {
  TestFlow flow;
  const int count = 2 + below(generator, shape.nodes_max - 1);
  const int each_in = below(generator, 2) == 0 ? 0 : 6;
  const auto name = [](int node) { return "n" + std::to_string(node); };
  for (int node = 0; node < count; ++node) {
    TestNode test{.id = name(node), .handles = three_handles, .script = leaves_as_told()};
    const int mode = below(generator, 10);
    if (mode == 0) test.join = JoinMode::any;
    if (each_in != 0 && mode == 1) test.join = JoinMode::each;
    flow.nodes.push_back(std::move(test));
  }
  const auto handle = [&] {
    return "." + three_handles[static_cast<std::size_t>(below(generator, 3))];
  };
  flow.edges.push_back({"start", name(0), 3});
  if (count > 2 && below(generator, 3) == 0) flow.edges.push_back({"start", name(1), 3});
  for (int node = 1; node < count; ++node) {
    const int parents = 1 + below(generator, 3);
    for (int parent = 0; parent < parents; ++parent) {
      flow.edges.push_back({name(below(generator, node)) + handle(), name(node), 3});
    }
  }
  const int loops = shape.loop_edges_max == 0 ? 0 : below(generator, shape.loop_edges_max + 1);
  for (int loop = 0; loop < loops; ++loop) {
    const int from = below(generator, count);
    flow.edges.push_back(
        {name(from) + handle(), name(below(generator, from + 1)), 1 + below(generator, 3)});
  }
  std::shuffle(flow.edges.begin(), flow.edges.end(), generator);
  if (shape.with_counts) {
    for (TestNode& node : flow.nodes) {
      const auto into = std::count_if(flow.edges.begin(), flow.edges.end(),
                                      [&](const TestEdge& edge) { return edge.to == node.id; });
      if (into < 2 || below(generator, 3) != 0) continue;
      node.join = JoinMode::count;
      node.join_count = 1 + static_cast<std::uint32_t>(below(generator, static_cast<int>(into)));
    }
  }
  return flow;
}

std::string describe(const TestFlow& flow) {
  std::ostringstream text;
  for (const TestNode& node : flow.nodes) {
    text << node.id << " mode " << static_cast<int>(node.join) << " count " << node.join_count
         << "\n";
  }
  for (const TestEdge& edge : flow.edges) {
    text << edge.from << " -> " << edge.to << " max " << edge.max_iterations.value_or(0) << "\n";
  }
  return text.str();
}

std::set<JoinOracle::Run> open_runs(const Execution& execution) {
  std::set<JoinOracle::Run> runs;
  for (const CallEffect& call : execution.open_calls()) {
    runs.insert({call.run.node, call.run.iteration});
  }
  return runs;
}

std::vector<std::string> random_handles(Generator& generator) {
  std::vector<std::string> chosen;
  const int kind = below(generator, 8);
  for (std::size_t index = 0; index < three_handles.size(); ++index) {
    const bool one = kind < 5 ? static_cast<int>(index) == kind % 3 : below(generator, 2) == 0;
    if (one) chosen.push_back(three_handles[index]);
  }
  return chosen;
}

std::string joined(const std::vector<std::string>& handles) {
  std::string text;
  for (const std::string& handle : handles) text += (text.empty() ? "" : ",") + handle;
  return text;
}

/// Plays one graph to its end. Returns the number of node runs.
std::size_t play(Generator& generator, const TestFlow& flow) {
  const ProgramPtr program = program_of(flow);
  if (::testing::Test::HasFailure()) return 0;
  const Plan& plan = program->plan;
  Execution execution(some_execution(), program);
  JoinOracle oracle(plan);
  oracle.begin();
  std::vector<EdgeIndex> from_trigger = plan.nodes[plan.trigger].out[0];
  oracle.end({plan.trigger, 0}, from_trigger);
  execution.begin(trigger_of(program), at(0), 0.5);
  std::vector<CallReturned> abandoned;
  for (int step = 0; step < 400; ++step) {
    const auto live = open_runs(execution);
    EXPECT_EQ(live, oracle.live()) << "step " << step << "\n" << describe(flow);
    if (::testing::Test::HasFailure() || live.empty()) break;
    auto picked = live.begin();
    std::advance(picked, below(generator, static_cast<int>(live.size())));
    const JoinOracle::Run run = *picked;
    const NodeRunKey key{static_cast<NodeIndex>(run.node), run.iteration};
    const std::vector<std::string> handles = random_handles(generator);
    std::vector<EdgeIndex> edges;
    for (const std::string& handle : handles) {
      const auto& out = plan.nodes[key.node].out[*plan.nodes[key.node].handle(handle)];
      edges.insert(edges.end(), out.begin(), out.end());
    }
    const bool goes_on = oracle.end(run, edges);
    execution.handle(CallReturned{key, 1, reply(200, joined(handles))}, at(step), 0.5);
    if (!goes_on) {
      EXPECT_EQ(execution.status(), RunStatus::failed) << describe(flow);
      EXPECT_TRUE(execution.error() && execution.error()->code == "CYCLE_LIMIT") << describe(flow);
      break;
    }
    const auto after = open_runs(execution);
    for (const JoinOracle::Run& before : live) {
      const bool gone = before != run && !after.contains(before);
      const NodeRunKey old{static_cast<NodeIndex>(before.node), before.iteration};
      if (gone) abandoned.push_back({old, 1, reply(200, "a,b,c")});
    }
    for (const CallReturned& late : abandoned) {
      EXPECT_TRUE(execution.handle(late, at(step), 0.5).empty()) << "a late result moved something";
    }
    EXPECT_EQ(execution.status() == RunStatus::failed, oracle.ran_short()) << describe(flow);
    if (oracle.ran_short()) {
      EXPECT_TRUE(execution.error() && execution.error()->code == "JOIN_NOT_REACHED");
      break;
    }
  }
  if (execution.status() == RunStatus::running) {
    EXPECT_FALSE(execution.open_calls().empty()) << "stuck\n" << describe(flow);
  }
  return oracle.all().size();
}

std::size_t play_many(const char* name, int cases, const Shape& shape) {
  std::size_t runs = 0;
  for (int index = 0; index < cases; ++index) {
    SCOPED_TRACE(std::string(name) + " seed " + std::to_string(index));
    Generator generator(static_cast<std::uint64_t>(index) * 7919 + 17);
    const TestFlow flow = random_flow(generator, shape);
    runs += play(generator, flow);
    if (::testing::Test::HasFailure()) break;
  }
  return runs;
}

TEST(JoinOracleTest, AgreesOnGraphsWithoutLoops) {
  EXPECT_GT(play_many("dag", 4'000, {12, 0, false}), 10'000u);
}

TEST(JoinOracleTest, AgreesOnJoinsThatWaitForANumberOfTokens) {
  EXPECT_GT(play_many("counts", 3'000, {10, 0, true}), 5'000u);
}

TEST(JoinOracleTest, AgreesOnSmallGraphsWithLoops) {
  EXPECT_GT(play_many("small loops", 6'000, {6, 3, false}), 10'000u);
}

TEST(JoinOracleTest, AgreesOnLargerGraphsWithNestedAndCrossingLoops) {
  EXPECT_GT(play_many("large loops", 3'000, {14, 6, false}), 10'000u);
}

/// In a graph without loops nothing depends on the order of completion: one pass in topological
/// order tells how often each node runs.
std::vector<std::uint32_t> runs_by_one_pass(
    const Plan& plan,
    const std::function<std::vector<std::string>(NodeIndex, std::uint32_t)>& handles_of) {
  std::vector<std::uint32_t> tokens(plan.nodes.size(), 0);
  std::vector<std::uint32_t> runs(plan.nodes.size(), 0);
  std::vector<bool> done(plan.nodes.size(), false);
  tokens[plan.trigger] = 1;
  for (std::size_t round = 0; round < plan.nodes.size(); ++round) {
    for (NodeIndex node = 0; node < plan.nodes.size(); ++node) {
      const PlanNode& planned = plan.nodes[node];
      const bool is_next =
          !done[node] && std::all_of(planned.in.begin(), planned.in.end(),
                                     [&](EdgeIndex edge) { return done[plan.edges[edge].source]; });
      if (!is_next) continue;
      done[node] = true;
      runs[node] = planned.join == JoinMode::each ? tokens[node] : std::min(tokens[node], 1u);
      for (std::uint32_t run = 0; run < runs[node]; ++run) {
        for (const std::string& handle : handles_of(node, run)) {
          for (const EdgeIndex edge : planned.out[*planned.handle(handle)])
            ++tokens[plan.edges[edge].target];
        }
      }
    }
  }
  return runs;
}

TEST(JoinOracleTest, RunsEachNodeAsOftenAsOnePassInTopologicalOrderSays) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    const TestFlow flow = random_flow(generator, {12, 0, false});
    const ProgramPtr program = program_of(flow);
    const auto handles_of = [&](NodeIndex node, std::uint32_t run) -> std::vector<std::string> {
      if (node == program->plan.trigger) return {"default"};
      Generator choice(seed * 1'000'003 + node * 101u + run);
      return random_handles(choice);
    };
    Execution execution(some_execution(), program);
    execution.begin(trigger_of(program), at(0), 0.5);
    std::vector<std::uint32_t> runs(program->plan.nodes.size(), 0);
    runs[program->plan.trigger] = 1;
    for (auto calls = execution.open_calls(); !calls.empty(); calls = execution.open_calls()) {
      const CallEffect& call =
          calls[static_cast<std::size_t>(below(generator, static_cast<int>(calls.size())))];
      ++runs[call.run.node];
      const std::string handles = joined(handles_of(call.run.node, call.run.iteration));
      execution.handle(CallReturned{call.run, 1, reply(200, handles)}, at(0), 0.5);
    }
    ASSERT_EQ(execution.status(), RunStatus::completed);
    ASSERT_EQ(runs, runs_by_one_pass(program->plan, handles_of)) << describe(flow);
  }
}

}  // namespace
}  // namespace millrace::testing
