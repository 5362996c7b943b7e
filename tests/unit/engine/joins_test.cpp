// Joins, dead paths and loops, as small pictures with the runs that must come out.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace millrace::testing {
namespace {

using Names = std::vector<std::string>;

const std::vector<std::string> abc{"a", "b", "c"};

/// A node whose reply says where it goes.
TestNode told(std::string id, JoinMode join = JoinMode::all, std::uint32_t count = 0) {
  return {.id = std::move(id),
          .handles = abc,
          .join = join,
          .join_count = count,
          .script = leaves_as_told()};
}

/// Plays a scenario: each step names an open run and the handles it leaves by.
class Play {
 public:
  explicit Play(const TestFlow& flow) : program_(program_of(flow)), run_(program_) { run_.begin(); }

  /// The names of all open runs, sorted.
  Names open() const {
    Names names;
    for (const CallEffect& call : run_.execution().open_calls())
      names.push_back(run_.name_of(call.run));
    std::sort(names.begin(), names.end());
    return names;
  }
  Play& end(const std::string& name, const std::string& handles) {
    for (const CallEffect& call : run_.execution().open_calls()) {
      if (run_.name_of(call.run) != name) continue;
      run_.returned(call, reply(200, handles));
      return *this;
    }
    ADD_FAILURE() << name << " is not open";
    return *this;
  }
  const Recorded& run() const { return run_; }
  RunStatus status() const { return run_.execution().status(); }

 private:
  ProgramPtr program_;
  Recorded run_;
};

TEST(JoinsTest, WaitsForAllEdges) {
  Play play({{told("x"), told("y"), told("join")},
             {{"start", "x"}, {"start", "y"}, {"x.a", "join"}, {"y.a", "join"}}});
  play.end("y#0", "a");
  EXPECT_EQ(play.open(), Names{"x#0"});
  play.end("x#0", "a");
  EXPECT_EQ(play.open(), Names{"join#0"});
  EXPECT_EQ(play.end("join#0", "").run().last("join")->input.size(), 2u);
  EXPECT_EQ(play.status(), RunStatus::completed);
}

TEST(JoinsTest, DoesNotWaitForAnEdgeThatIsDead) {
  Play play(
      {{told("fork"), told("x"), told("y"), told("join")},
       {{"start", "fork"}, {"fork.a", "x"}, {"fork.b", "y"}, {"x.a", "join"}, {"y.a", "join"}}});
  play.end("fork#0", "a").end("x#0", "a");
  EXPECT_EQ(play.open(), Names{"join#0"});
}

TEST(JoinsTest, LearnsThatAnEdgeIsDeadAfterItsOtherTokenCame) {
  Play play({{told("x"), told("y"), told("z"), told("join")},
             {{"start", "x"}, {"start", "y"}, {"x.a", "join"}, {"y.a", "z"}, {"z.a", "join"}}});
  play.end("x#0", "a");
  EXPECT_EQ(play.open(), Names{"y#0"}) << "z may still run";
  play.end("y#0", "b");
  EXPECT_EQ(play.open(), Names{"join#0"});
}

TEST(JoinsTest, DiesWhenAllItsEdgesAreDead) {
  Play play(
      {{told("x"), told("y"), told("join"), told("after")},
       {{"start", "x"}, {"start", "y"}, {"x.a", "join"}, {"y.a", "join"}, {"join.a", "after"}}});
  play.end("x#0", "b").end("y#0", "b");
  EXPECT_EQ(play.status(), RunStatus::completed);
  EXPECT_EQ(play.run().ended(), (Names{"start#0", "x#0", "y#0"}));
}

TEST(JoinsTest, PassesDeathThroughJoinsBehindJoins) {
  Play play({{told("fork"), told("x"), told("y"), told("inner"), told("outer")},
             {{"start", "fork"},
              {"fork.a", "outer"},
              {"fork.b", "x"},
              {"fork.b", "y"},
              {"x.a", "inner"},
              {"y.a", "inner"},
              {"inner.a", "outer"}}});
  play.end("fork#0", "a");
  EXPECT_EQ(play.open(), Names{"outer#0"});
}

TEST(JoinsTest, RunsOnceForTheFirstTokenInModeAny) {
  Play play({{told("x"), told("y"), told("first", JoinMode::any)},
             {{"start", "x"}, {"start", "y"}, {"x.a", "first"}, {"y.a", "first"}}});
  play.end("y#0", "a");
  EXPECT_EQ(play.open(), (Names{"first#0", "x#0"}));
  play.end("x#0", "a").end("first#0", "");
  EXPECT_EQ(play.status(), RunStatus::completed);
}

TEST(JoinsTest, DoesNotWaitBehindAnAnyThatHasRunForItsLaterTokens) {
  Play play({{told("x"), told("slow"), told("first", JoinMode::any), told("join")},
             {{"start", "x"},
              {"start", "slow"},
              {"x.a", "first"},
              {"slow.a", "first"},
              {"x.a", "join"},
              {"first.a", "join"}}});
  play.end("x#0", "a").end("first#0", "b");
  EXPECT_EQ(play.open(), (Names{"join#0", "slow#0"})) << "first cannot run again";
}

TEST(JoinsTest, RunsForEachTokenInModeEach) {
  Play play({{told("x"), told("y"), told("per", JoinMode::each), told("join")},
             {{"start", "x"},
              {"start", "y"},
              {"x.a", "per"},
              {"y.a", "per"},
              {"x.a", "join"},
              {"per.a", "join"}}});
  play.end("x#0", "a").end("per#0", "b");
  EXPECT_EQ(play.open(), Names{"y#0"}) << "per may run again for y";
  play.end("y#0", "a");
  EXPECT_EQ(play.open(), Names{"per#1"});
  play.end("per#1", "a");
  EXPECT_EQ(play.open(), Names{"join#0"});
}

TEST(JoinsTest, KeepsWhichTokenBroughtWhichOutput) {
  TestNode show{.id = "show", .join = JoinMode::each};
  show.script.run = [](const NodeContext& context) {
    Finish finish;
    finish.output = *context.inputs[0];
    return finish;
  };
  TestNode per{.id = "per", .join = JoinMode::each, .script = show.script};
  Recorded run(program_of(
      {{{.id = "x", .script = returns("X")}, {.id = "y", .script = returns("Y")}, per, show},
       {{"start", "x"}, {"start", "y"}, {"x", "per"}, {"y", "per"}, {"per", "show"}}}));
  const Turn turn = run.begin();
  Names outputs;
  for (const Change& change : turn.record.changes) {
    const auto* ended = std::get_if<NodeEnded>(&change);
    if (ended != nullptr && run.name_of(ended->run).starts_with("show"))
      outputs.push_back(ended->output);
  }
  EXPECT_EQ(outputs, (Names{R"("X")", R"("Y")"}));
}

TEST(JoinsTest, RunsWhenTheNumberIsReachedAndDropsTheRest) {
  Play play({{told("x"), told("y"), told("z"), told("two", JoinMode::count, 2)},
             {{"start", "x"},
              {"start", "y"},
              {"start", "z"},
              {"x.a", "two"},
              {"y.a", "two"},
              {"z.a", "two"}}});
  play.end("z#0", "a");
  EXPECT_EQ(play.open(), (Names{"x#0", "y#0"}));
  play.end("x#0", "a");
  EXPECT_EQ(play.open(), (Names{"two#0", "y#0"}));
  play.end("y#0", "a").end("two#0", "");
  EXPECT_EQ(play.status(), RunStatus::completed);
}

TEST(JoinsTest, FailsWhenTheNumberCannotBeReached) {
  Play play({{told("x"), told("y"), told("two", JoinMode::count, 2)},
             {{"start", "x"}, {"start", "y"}, {"x.a", "two"}, {"y.a", "two"}}});
  play.end("x#0", "a").end("y#0", "b");
  EXPECT_EQ(play.status(), RunStatus::failed);
  EXPECT_EQ(play.run().execution().error()->code, "JOIN_NOT_REACHED");
  EXPECT_EQ(play.run().execution().error()->node_id, "two");
}

TEST(JoinsTest, StartsALoopAnewOnEveryTurnBack) {
  Play play({{told("head"), told("x"), told("y"), told("join"), told("done")},
             {{"start", "head"},
              {"head.a", "x"},
              {"head.b", "y"},
              {"x.a", "join"},
              {"y.a", "join"},
              {"join.a", "head", 3},
              {"join.b", "done"}}});
  play.end("head#0", "a,b").end("x#0", "a").end("y#0", "a").end("join#0", "a");
  play.end("head#1", "b").end("y#1", "a").end("join#1", "a");
  play.end("head#2", "a").end("x#1", "a").end("join#2", "b");
  EXPECT_EQ(play.open(), Names{"done#0"});
}

TEST(JoinsTest, DoesNotKillThePathBehindALoopThatIsLeftLater) {
  Play play({{told("other"), told("body"), told("join")},
             {{"start", "other"},
              {"start", "body"},
              {"body.a", "body", 5},
              {"body.b", "join"},
              {"other.a", "join"}}});
  play.end("other#0", "a").end("body#0", "a");
  EXPECT_EQ(play.open(), Names{"body#1"}) << "the loop may still be left by b";
  play.end("body#1", "a").end("body#2", "b");
  EXPECT_EQ(play.open(), Names{"join#0"});
  EXPECT_EQ(play.end("join#0", "").run().last("join")->input.size(), 2u);
}

TEST(JoinsTest, KillsThePathBehindALoopThatEndsWithoutTakingIt) {
  Play play({{told("other"), told("body"), told("join")},
             {{"start", "other"},
              {"start", "body"},
              {"body.a", "body", 5},
              {"body.b", "join"},
              {"other.a", "join"}}});
  play.end("other#0", "a").end("body#0", "a").end("body#1", "c");
  EXPECT_EQ(play.open(), Names{"join#0"});
}

TEST(JoinsTest, DecidesTheExitOfAnInnerLoopWhileTheOuterOneGoesOn) {
  const TestFlow flow{{told("outer"), told("side"), told("inner"), told("skip"), told("join")},
                      {{"start", "outer"},
                       {"outer.a", "side"},
                       {"outer.a", "inner"},
                       {"inner.a", "inner", 4},
                       {"inner.b", "join"},
                       {"side.a", "join"},
                       {"inner.c", "skip"},
                       {"join.a", "outer", 4}}};
  Play play(flow);
  play.end("outer#0", "a").end("side#0", "a").end("inner#0", "a");
  EXPECT_EQ(play.open(), Names{"inner#1"});
  play.end("inner#1", "c");
  EXPECT_EQ(play.open(), (Names{"join#0", "skip#0"})) << "this iteration of inner is over";
  play.end("join#0", "a").end("outer#1", "a");
  EXPECT_EQ(play.open(), (Names{"inner#2", "side#1", "skip#0"})) << "skip lies outside of the loop";
  play.end("side#1", "a").end("inner#2", "b");
  EXPECT_EQ(play.open(), (Names{"join#1", "skip#0"}));
}

TEST(JoinsTest, IgnoresTokensOfOlderIterations) {
  Play play({{told("head"), told("fast"), told("slow"), told("end")},
             {{"start", "head"},
              {"head.a", "fast"},
              {"head.a", "slow"},
              {"fast.a", "head", 3},
              {"slow.a", "end"},
              {"slow.b", "head", 3}}});
  play.end("head#0", "a").end("fast#0", "a");
  EXPECT_EQ(play.open(), Names{"head#1"}) << "slow#0 was abandoned";
  play.end("head#1", "a");
  EXPECT_EQ(play.open(), (Names{"fast#1", "slow#1"}));
}

TEST(JoinsTest, LetsATokenLeaveALoopAndGoOnBesideIt) {
  Play play({{told("body"), told("outside", JoinMode::each)},
             {{"start", "body"}, {"body.a", "body", 3}, {"body.a", "outside"}}});
  play.end("body#0", "a");
  EXPECT_EQ(play.open(), (Names{"body#1", "outside#0"}));
  play.end("body#1", "a");
  EXPECT_EQ(play.open(), (Names{"body#2", "outside#0", "outside#1"}));
}

TEST(JoinsTest, IgnoresASecondTokenForAJoinOutsideThatHasRun) {
  Play play({{told("body"), told("outside")},
             {{"start", "body"}, {"body.a", "body", 3}, {"body.a", "outside"}}});
  play.end("body#0", "a").end("outside#0", "").end("body#1", "a");
  EXPECT_EQ(play.open(), Names{"body#2"});
}

TEST(JoinsTest, FailsANodeThatGoesBackOnceTooOften) {
  Play play({{told("body")}, {{"start", "body"}, {"body.a", "body", 2}}});
  play.end("body#0", "a").end("body#1", "a").end("body#2", "a");
  EXPECT_EQ(play.status(), RunStatus::failed);
  EXPECT_EQ(play.run().execution().error()->code, "CYCLE_LIMIT");
}

TEST(JoinsTest, LeavesACycleThatReachedItsLimitByError) {
  Play play({{told("body"), told("rescue")},
             {{"start", "body"}, {"body.a", "body", 1}, {"body.error", "rescue"}}});
  play.end("body#0", "a").end("body#1", "a");
  EXPECT_EQ(play.open(), Names{"rescue#0"});
}

TEST(JoinsTest, CountsTheRoundsOfAnInnerLoopAnewInEachRoundOfTheOuterOne) {
  Play play({{told("outer"), told("inner")},
             {{"start", "outer"},
              {"outer.a", "inner"},
              {"inner.a", "inner", 1},
              {"inner.b", "outer", 2}}});
  play.end("outer#0", "a").end("inner#0", "a").end("inner#1", "b");
  play.end("outer#1", "a").end("inner#2", "a").end("inner#3", "b");
  EXPECT_EQ(play.open(), Names{"outer#2"});
  play.end("outer#2", "a").end("inner#4", "a").end("inner#5", "a");
  EXPECT_EQ(play.run().execution().error()->code, "CYCLE_LIMIT");
}

TEST(JoinsTest, DoesNotHangInACycleThatIsEnteredAtTwoPlaces) {
  Play play({{told("x"), told("y")},
             {{"start", "x"}, {"start", "y"}, {"x.a", "y", 2}, {"y.a", "x", 2}, {"y.b", "x", 2}}});
  for (int step = 0; step < 20 && play.status() == RunStatus::running; ++step) {
    ASSERT_FALSE(play.open().empty()) << "stuck";
    play.end(play.open().front(), step < 3 ? "a" : "");
  }
  EXPECT_EQ(play.status(), RunStatus::completed);
}

TEST(JoinsTest, JoinsAFanOutOfAHundredExactlyOnceInAnyOrder) {
  TestFlow flow;
  flow.nodes.push_back({.id = "fan"});
  flow.edges.push_back({"start", "fan"});
  for (int index = 0; index < 100; ++index) {
    const std::string name = "w" + std::to_string(index);
    flow.nodes.push_back({.id = name, .script = calls_out()});
    flow.edges.push_back({"fan", name});
    flow.edges.push_back({name, "join"});
  }
  flow.nodes.push_back({.id = "join"});
  const ProgramPtr program = program_of(flow);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 generator(seed);
    Execution execution(some_execution(), program);
    auto calls = execution.begin(trigger_of(program), at(0), 0.5).calls;
    ASSERT_EQ(calls.size(), 100u);
    std::shuffle(calls.begin(), calls.end(), generator);
    std::size_t joined = 0;
    for (const CallEffect& call : calls) {
      // A crash now and then: the state comes back from its snapshot.
      if (generator() % 8 == 0) {
        execution = Execution::restore(some_execution(), program, execution.snapshot()).value();
      }
      const Turn turn = execution.handle(CallReturned{call.run, 1, reply(200, "")}, at(1), 0.5);
      for (const Change& change : turn.record.changes) {
        const auto* ended = std::get_if<NodeEnded>(&change);
        if (ended != nullptr && program->plan.nodes[ended->run.node].id == "join") {
          ++joined;
          EXPECT_EQ(ended->input.size(), 100u);
        }
      }
    }
    EXPECT_EQ(joined, 1u) << "seed " << seed;
    EXPECT_EQ(execution.status(), RunStatus::completed);
  }
}

}  // namespace
}  // namespace millrace::testing
