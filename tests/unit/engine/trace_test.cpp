// The trace that clients read, from the records alone.
#include "runtime/engine/trace.hpp"

#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

std::vector<std::string> table_of(const Trace& trace) {
  std::vector<std::string> rows;
  for (const NodeRunView& view : trace.node_runs) {
    rows.push_back(view.node_id + "#" + std::to_string(view.iteration) + " " +
                   std::string(to_string(view.status)) + " " + view.input + " -> " + view.output);
  }
  return rows;
}

using Rows = std::vector<std::string>;

TEST(TraceTest, ResolvesInputsToTheOutputsTheyCameFrom) {
  const auto program = program_of({{{.id = "a", .script = returns(1)},
                                    {.id = "b", .script = returns("two")},
                                    {.id = "both", .handles = {}, .script = ends(true, true)}},
                                   {{"start", "a"}, {"start", "b"}, {"a", "both"}, {"b", "both"}}});
  Recorded run(program);
  run.begin();
  const Trace trace = build_trace(*program, run.records());
  EXPECT_EQ(trace.trigger_payload, R"({"name":"Ada"})");
  EXPECT_EQ(trace.output, "true");
  EXPECT_EQ(table_of(trace), (Rows{R"(start#0 completed {"name":"Ada"} -> {"name":"Ada"})",
                                   R"(a#0 completed {"name":"Ada"} -> 1)",
                                   R"(b#0 completed {"name":"Ada"} -> "two")",
                                   R"(both#0 completed {"a":1,"b":"two"} -> true)"}));
}

TEST(TraceTest, ShowsTheRequestOfANodeThatCallsOut) {
  const auto program = program_of({{{.id = "call", .script = calls_out()}}, {{"start", "call"}}});
  Recorded run(program);
  const Turn first = run.begin();
  const std::string request =
      R"({"method":"POST","url":"https://example.com/","headers":{},"body":{}})";
  EXPECT_EQ(build_trace(*program, run.records()).node_runs[1].input, request);
  EXPECT_EQ(build_trace(*program, run.records()).node_runs[1].status, NodeRunStatus::running);
  run.returned(first.calls[0], reply(200, "ok"), 1'700);
  const NodeRunView view = build_trace(*program, run.records()).node_runs[1];
  EXPECT_EQ(view.input, request);
  EXPECT_EQ(view.output, R"("ok")");
  EXPECT_EQ(view.status, NodeRunStatus::completed);
  EXPECT_EQ(view.started, at(1'000));
  EXPECT_EQ(view.ended, at(1'700));
}

TEST(TraceTest, ShowsWaitsAndFailedAttempts) {
  const auto retries = [](ProgramNode& node) { node.retry.attempts_max = 2; };
  const auto program = program_of({{{.id = "call", .script = calls_out(), .adjust = retries},
                                    {.id = "rest", .script = sleeps_until(at(90'000))}},
                                   {{"start", "call"}, {"start", "rest"}}});
  Recorded run(program);
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(503, ""));
  const Trace trace = build_trace(*program, run.records());
  EXPECT_EQ(trace.node_runs[1].status, NodeRunStatus::waiting);
  EXPECT_EQ(trace.node_runs[1].error->status, 503);
  EXPECT_EQ(trace.node_runs[2].status, NodeRunStatus::waiting);
  EXPECT_FALSE(trace.node_runs[2].ended);
}

TEST(TraceTest, ClosesWhatAnEndedRunLeftOpen) {
  const auto program = program_of(
      {{{.id = "call", .script = calls_out()}, {.id = "stop", .handles = {}, .script = ends(true)}},
       {{"start", "call"}, {"start", "stop"}}});
  Recorded run(program);
  run.begin();
  const Trace trace = build_trace(*program, run.records());
  EXPECT_EQ(trace.node_runs[1].status, NodeRunStatus::failed);
  EXPECT_EQ(trace.node_runs[1].error->error_class, ErrorClass::cancelled);
  EXPECT_TRUE(trace.node_runs[1].ended);
}

TEST(TraceTest, ShowsThroughDisabledNodesWhatPassed) {
  const auto disable = [](ProgramNode& node) {
    node.disabled = true;
    node.decide = nullptr;
  };
  const auto program =
      program_of({{{.id = "a", .script = {}, .adjust = disable}}, {{"start", "a"}}});
  Recorded run(program);
  run.begin();
  EXPECT_EQ(build_trace(*program, run.records()).node_runs[1].output, R"({"name":"Ada"})");
}

TEST(TraceTest, ReplacesLargeValuesByTheirSizeAndHash) {
  const std::string large(limits::trace_value_bytes_max, 'x');
  const auto program = program_of(
      {{{.id = "a", .script = returns(Json(large))}, {.id = "b"}}, {{"start", "a"}, {"a", "b"}}});
  Recorded run(program);
  run.begin();
  const Trace trace = build_trace(*program, run.records());
  const Json shown = parse_json(trace.node_runs[1].output).value();
  EXPECT_EQ(shown.at("truncated"), true);
  EXPECT_EQ(shown.at("bytes"), large.size() + 2);
  EXPECT_EQ(shown.at("sha256").as_string().size(), 64u);
  EXPECT_EQ(trace.node_runs[2].input, trace.node_runs[1].output);
}

TEST(TraceTest, ShowsWhatItCanOfRecordsWithGaps) {
  const auto program = program_of(
      {{{.id = "call", .script = calls_out()}, {.id = "b"}}, {{"start", "call"}, {"call", "b"}}});
  Recorded run(program);
  const Turn first = run.begin();
  run.returned(first.calls[0], reply(200, "ok"));
  const Trace trace = build_trace(*program, std::span(run.records()).subspan(1));
  EXPECT_EQ(table_of(trace).back(), R"(b#0 completed "ok" -> )");
}

}  // namespace
}  // namespace millrace::testing
