// Dry runs of real flows: what happens, what would have been asked, what is told.
#include "runtime/engine/dry_run.hpp"

#include "runtime/base/dry_run_limits.hpp"
#include "runtime/engine/program.hpp"
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::testing {
namespace {

constexpr std::int64_t day_ms = 24LL * 3'600 * 1'000;

ProgramPtr compiled(std::string_view definition) {
  auto flow = compile_flow(FlowId{}, 3, "dry", TriggerType::api, parse_json(definition).value());
  for (const Problem& problem : flow.problems.errors)
    ADD_FAILURE() << problem.path << problem.message;
  return flow.program;
}

/// Trigger, `step`, `done`; the output is the step's.
ProgramPtr around(std::string_view step) {
  return compiled(R"({"nodes":[{"id":"start","type":"trigger","data":{}},)" + std::string(step) +
                  R"(,{"id":"done","type":"end","data":{"output":"{{nodes.step.output}}"}}],
    "edges":[{"source":"start","target":"step"},{"source":"step","target":"done"}]})");
}

Result<DryRun> run_dry(const ProgramPtr& program, std::string_view pinned = "{}",
                       std::function<bool()> out_of_time = {}) {
  Problems problems;
  DryRunWish wish;
  wish.trigger = trigger_of(program);
  wish.trigger.execution = some_execution();
  wish.pins = read_pins(*program, parse_json(pinned).value().get_object(), problems);
  wish.now = at(1'000);
  wish.out_of_time = std::move(out_of_time);
  for (const Problem& problem : problems.errors) ADD_FAILURE() << problem.path;
  return dry_run(std::move(wish));
}

std::string warnings_of(const DryRun& run) {
  std::string text;
  for (const Problem& warning : run.warnings)
    text += (text.empty() ? "" : " ") + warning.code + "@" + warning.path;
  return text;
}

constexpr std::string_view charge = R"({"id":"step","type":"http_request","data":{"method":"POST",
  "url":"https://pay.example/charges","headers":{"Authorization":"Bearer s3cret","X-Trace":"7",
  "X-Api-Key":"k3y"},"body":{"name":"{{trigger.name}}"},"success_codes":["201"]}})";

TEST(DryRunTest, ACallIsToldInsteadOfMadeAndThePlaceholderGoesOn) {
  const auto run = run_dry(around(charge)).value();
  EXPECT_EQ(run.status, RunStatus::completed);
  ASSERT_EQ(run.calls.size(), 1u);
  const auto& call = std::get<HttpCall>(run.calls[0].request.what);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://pay.example/charges");
  EXPECT_EQ(call.body, R"({"name":"Ada"})");
  EXPECT_FALSE(run.calls[0].pinned);
  EXPECT_NE(run.calls[0].request.idempotency_key.find(":step:0"), std::string::npos);
  const Json output = parse_json(run.trace.output).value();
  EXPECT_EQ(output.at("status").as_int64(), 201) << "a status that the node takes";
  EXPECT_EQ(print_json(output.at("body")), placeholder_body);
  EXPECT_EQ(warnings_of(run), "PLACEHOLDER_RESULT@$.nodes[1]");
}

TEST(DryRunTest, SecretsInHeadersAreHiddenInTheCallAndInTheTrace) {
  const auto run = run_dry(around(charge)).value();
  const auto& call = std::get<HttpCall>(run.calls[0].request.what);
  const auto value_of = [&](std::string_view name) {
    for (const auto& [header, value] : call.headers)
      if (header == name) return value;
    return std::string("missing");
  };
  EXPECT_EQ(value_of("Authorization"), "***");
  EXPECT_EQ(value_of("X-Api-Key"), "***");
  EXPECT_EQ(value_of("X-Trace"), "7");
  EXPECT_NE(value_of("Idempotency-Key"), "***");
  for (const NodeRunView& view : run.trace.node_runs) {
    EXPECT_EQ(view.input.find("s3cret"), std::string::npos);
    EXPECT_EQ(view.input.find("k3y"), std::string::npos);
  }
}

TEST(DryRunTest, APinnedCallIsToldTooAndGivesWhatIsPinned) {
  const auto run =
      run_dry(around(charge), R"({"step":{"status":201,"body":{"id":"ch_1"}}})").value();
  ASSERT_EQ(run.calls.size(), 1u);
  EXPECT_TRUE(run.calls[0].pinned);
  EXPECT_EQ(run.trace.output, R"({"status":201,"body":{"id":"ch_1"}})");
  EXPECT_EQ(warnings_of(run), "");
}

TEST(DryRunTest, APinnedNodeThatAsksNobodyIsNotRun) {
  const auto program =
      around(R"({"id":"step","type":"transform","data":{"fields":{"x":"{{1 / 0}}"}}})");
  EXPECT_EQ(run_dry(program).value().status, RunStatus::failed);
  const auto run = run_dry(program, R"({"step":{"x":5}})").value();
  EXPECT_EQ(run.status, RunStatus::completed);
  EXPECT_EQ(run.trace.output, R"({"x":5})");
  EXPECT_TRUE(run.calls.empty());
}

TEST(DryRunTest, WaitsAreOverAtOnceOnASimulatedClock) {
  const auto run =
      run_dry(around(R"({"id":"step","type":"delay","data":{"duration":"P30D"}})")).value();
  EXPECT_EQ(run.status, RunStatus::completed);
  EXPECT_EQ(run.started, at(1'000));
  EXPECT_EQ(run.ended, at(1'000 + 30 * day_ms));
}

TEST(DryRunTest, TheCapOfTheRunHoldsOnTheSimulatedClockToo) {
  const auto program = compiled(R"({"nodes":[{"id":"start","type":"trigger","data":{}},
    {"id":"step","type":"delay","data":{"duration":"P30D"}}],
    "edges":[{"source":"start","target":"step"}],"settings":{"max_duration_seconds":60}})");
  const auto run = run_dry(program).value();
  EXPECT_EQ(run.status, RunStatus::timed_out);
  EXPECT_EQ(run.ended, at(61'000));
}

TEST(DryRunTest, AFailedRunTellsItsErrorAndItsNodes) {
  const auto program = compiled(R"({"nodes":[{"id":"start","type":"trigger","data":{}},
    {"id":"step","type":"fail","data":{"code":"NO","message":"no"}}],
    "edges":[{"source":"start","target":"step"}]})");
  const auto run = run_dry(program).value();
  EXPECT_EQ(run.status, RunStatus::failed);
  EXPECT_EQ(run.error->node_id, "step");
  ASSERT_EQ(run.trace.node_runs.size(), 2u);
  EXPECT_EQ(run.trace.node_runs[1].status, NodeRunStatus::failed);
}

TEST(DryRunTest, APinThatTheRunDidNotUseIsAWarning) {
  const auto program = compiled(R"({"nodes":[{"id":"start","type":"trigger","data":{}},
    {"id":"way","type":"condition","data":{"expression":"{{trigger.name == 'Bob'}}"}},
    {"id":"yes","type":"transform","data":{"fields":{"x":1}}},
    {"id":"no","type":"transform","data":{"fields":{"x":2}}}],
    "edges":[{"source":"start","target":"way"},
    {"source":"way","target":"yes","sourceHandle":"true"},
    {"source":"way","target":"no","sourceHandle":"false"}]})");
  EXPECT_EQ(warnings_of(run_dry(program, R"({"yes":{}})").value()), "PIN_NOT_USED@$.pinned.yes");
}

TEST(DryRunTest, WhatCannotBePinnedIsToldNodeByNode) {
  const auto program = compiled(R"({"nodes":[{"id":"start","type":"trigger","data":{}},
    {"id":"way","type":"condition","data":{"expression":"{{true}}"}},
    {"id":"off","type":"delay","data":{"disabled":true}},
    {"id":"end","type":"end","data":{}}],
    "edges":[{"source":"start","target":"way"},
    {"source":"way","target":"off","sourceHandle":"true"},
    {"source":"way","target":"end","sourceHandle":"false"}]})");
  Problems problems;
  const Json written = parse_json(R"({"start":1,"way":1,"off":1,"end":1,"gone":1})").value();
  EXPECT_TRUE(read_pins(*program, written.get_object(), problems).empty());
  std::string paths;
  for (const Problem& problem : problems.errors) paths += problem.code + problem.path + " ";
  EXPECT_EQ(paths,
            "NOT_PINNABLE$.pinned.start NOT_PINNABLE$.pinned.way NOT_PINNABLE$.pinned.off "
            "NOT_PINNABLE$.pinned.end NOT_PINNABLE$.pinned.gone ");
}

/// A step that is come back to, `times` times.
ProgramPtr turning(std::string_view step, int times) {
  return compiled(R"({"nodes":[{"id":"start","type":"trigger","data":{}},)" + std::string(step) +
                  R"(,{"id":"again","type":"log","data":{"message":"again"}}],
    "edges":[{"source":"start","target":"step"},{"source":"step","target":"again"},
    {"source":"again","target":"step","data":{"max_iterations":)" +
                  std::to_string(times) + "}}]}");
}

TEST(DryRunTest, ItsTurnsAreBounded) {
  const auto endless =
      run_dry(turning(R"({"id":"step","type":"delay","data":{"seconds":60}})", 9'000));
  ASSERT_TRUE(endless.has_error());
  EXPECT_EQ(endless.error().code, ErrorCode::too_large);
  EXPECT_EQ(endless.error().path, "turns");
}

TEST(DryRunTest, ItsBytesAreBounded) {
  const std::string large(100 * limits::kib, 'x');
  const auto huge = run_dry(turning(
      R"({"id":"step","type":"http_request","data":{"url":"https://a.example","method":"POST",
        "body":")" +
          large + R"("}})",
      9'000));
  ASSERT_TRUE(huge.has_error());
  EXPECT_EQ(huge.error().path, "bytes");
}

TEST(DryRunTest, ItsTimeIsBounded) {
  int left = 3;
  const auto slow = run_dry(turning(R"({"id":"step","type":"delay","data":{"seconds":60}})", 50),
                            "{}", [&left] { return left-- == 0; });
  ASSERT_TRUE(slow.has_error());
  EXPECT_EQ(slow.error().path, "time");
}

}  // namespace
}  // namespace millrace::testing
