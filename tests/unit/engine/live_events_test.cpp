// What those who watch are told, from the records alone.
#include "runtime/engine/live_events.hpp"

#include "runtime/base/stream_limits.hpp"
#include "runtime/nodes/registry.hpp"
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

using Rows = std::vector<std::string>;

/// `type node#iteration status`, of all records in order.
Rows rows_of(const Recorded& run, const Program& program) {
  Rows rows;
  for (const TurnRecord& record : run.records()) {
    std::uint32_t index = 0;
    for (const LiveEvent& event : live_events(record, &program)) {
      EXPECT_EQ(event.index, index++);
      std::string row(to_string(event.type));
      if (!event.node_id.empty()) {
        row += " " + std::string(event.node_id) + "#" + std::to_string(event.iteration);
      }
      rows.push_back(row + " " + std::string(event.status));
    }
  }
  return rows;
}

TEST(LiveEventsTest, ARunOfPureNodesTellsItsBeginItsNodesAndItsEnd) {
  const auto program = program_of(
      {{{.id = "a", .script = returns(1)}, {.id = "end", .handles = {}, .script = ends(true, 2)}},
       {{"start", "a"}, {"a", "end"}}});
  Recorded run(program);
  run.begin();
  EXPECT_EQ(
      rows_of(run, *program),
      (Rows{"execution.started running", "execution.node_started start#0 running",
            "execution.node_completed start#0 completed", "execution.node_started a#0 running",
            "execution.node_completed a#0 completed", "execution.node_started end#0 running",
            "execution.node_completed end#0 completed", "execution.completed completed"}));
  const auto events = live_events(run.records()[0], program.get());
  EXPECT_EQ(events[0].input, R"({"name":"Ada"})");
  EXPECT_EQ(events[2].output, R"({"name":"Ada"})") << "the trigger passes its payload on";
  EXPECT_EQ(events[4].output, "1");
  EXPECT_EQ(events[7].output, "2");
}

TEST(LiveEventsTest, ANodeThatCallsStartsOnceAndEndsInALaterTurnEvenInTheSameMillisecond) {
  const auto outside = [](ProgramNode& node) { node.kind = find_kind("http_request"); };
  const auto program =
      program_of({{{.id = "call", .script = calls_out(), .adjust = outside}, {.id = "b"}},
                  {{"start", "call"}, {"call", "b"}}});
  Recorded run(program);
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(200, "ok"), 1'000);
  EXPECT_EQ(
      rows_of(run, *program),
      (Rows{"execution.started running", "execution.node_started start#0 running",
            "execution.node_completed start#0 completed", "execution.node_started call#0 running",
            "execution.node_completed call#0 completed", "execution.node_started b#0 running",
            "execution.node_completed b#0 completed", "execution.completed completed"}));
  const auto events = live_events(run.records()[0], program.get());
  ASSERT_NE(events[3].request, nullptr);
}

TEST(LiveEventsTest, AnAttemptThatIsMadeAgainIsNeitherAFailureNorAStart) {
  const auto retries = [](ProgramNode& node) { node.retry.attempts_max = 2; };
  const auto program =
      program_of({{{.id = "call", .script = calls_out(), .adjust = retries}}, {{"start", "call"}}});
  Recorded run(program);
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(503, ""));
  const Turn again = run.handle(Woken{}, 100'000);
  run.returned(again.calls[0], reply(503, ""), 100'500);
  EXPECT_EQ(
      rows_of(run, *program),
      (Rows{"execution.started running", "execution.node_started start#0 running",
            "execution.node_completed start#0 completed", "execution.node_started call#0 running",
            "execution.node_failed call#0 failed", "execution.failed failed"}));
  const auto events = live_events(run.records().back(), program.get());
  EXPECT_EQ(events[0].attempt, 2);
  ASSERT_NE(events[0].error, nullptr);
  EXPECT_EQ(events[0].error->status, 503);
}

TEST(LiveEventsTest, AWaitStartsWaitingAndANodeThatNeverStartedFailsWithAStart) {
  const auto program = program_of(
      {{{.id = "rest", .script = sleeps_until(at(90'000))}, {.id = "bad", .script = fails("BAD")}},
       {{"start", "rest"}, {"rest", "bad"}}});
  Recorded run(program);
  run.begin();
  run.handle(Woken{}, 90'000);
  EXPECT_EQ(
      rows_of(run, *program),
      (Rows{"execution.started running", "execution.node_started start#0 running",
            "execution.node_completed start#0 completed", "execution.node_started rest#0 waiting",
            "execution.node_completed rest#0 completed", "execution.node_started bad#0 running",
            "execution.node_failed bad#0 failed", "execution.failed failed"}));
}

TEST(LiveEventsTest, ACancelledRunEndsAsFailedAndSaysSo) {
  const auto program = program_of(
      {{{.id = "stop", .handles = {}, .script = ends(true, {}, true)}}, {{"start", "stop"}}});
  Recorded run(program);
  run.begin();
  EXPECT_EQ(rows_of(run, *program).back(), "execution.failed cancelled");
}

TEST(LiveEventsTest, WithoutAProgramTheEventsAreTheSameButForNames) {
  const auto program = program_of(
      {{{.id = "call", .script = calls_out()}, {.id = "b"}}, {{"start", "call"}, {"call", "b"}}});
  Recorded run(program);
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(200, "ok"), 2'000);
  for (const TurnRecord& record : run.records()) {
    const auto named = live_events(record, program.get());
    const auto nameless = live_events(record, nullptr);
    ASSERT_EQ(named.size(), nameless.size());
    for (std::size_t i = 0; i < named.size(); ++i) {
      EXPECT_EQ(named[i].type, nameless[i].type);
      EXPECT_TRUE(nameless[i].node_id.empty());
    }
  }
}

TEST(LiveEventsTest, TheNamesOfTheTypesAreReadBack) {
  for (const LiveEventType type : live_event_types) {
    EXPECT_EQ(parse_live_event_type(to_string(type)), type);
  }
  EXPECT_FALSE(parse_live_event_type("execution.node_skipped"));
}

TEST(LiveEventsTest, ATurnAtItsBudgetHasFewerEventsThanItHasNumbers) {
  std::vector<TestNode> nodes{{.id = "n0"}};
  std::vector<TestEdge> edges{{"start", "n0"}};
  edges.push_back({.from = "n0", .to = "n0", .max_iterations = 5'000});
  const auto program = program_of({nodes, edges});
  Recorded run(program);
  const Turn first = run.begin();
  ASSERT_TRUE(first.unfinished);
  EXPECT_LT(live_events(run.records()[0], program.get()).size(), limits::events_per_turn_max);
  run.handle(Continued{});
  const auto events = live_events(run.records()[1], program.get());
  ASSERT_GE(events.size(), 2u);
  EXPECT_EQ(events[0].type, LiveEventType::node_started) << "a turn that goes on starts it here";
}

}  // namespace
}  // namespace millrace::testing
