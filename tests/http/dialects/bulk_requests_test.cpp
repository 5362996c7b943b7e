// Bulk calls: what may be asked, and how a job is told.
#include "http/dialects/orbit/bulk/answers.hpp"
#include "http/dialects/orbit/bulk/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

const Id some_id = Id::make(1'772'971'200'000, Partition{2}, 6);

TEST(OrbitBulkTest, AFilterMeansWhatTheListsMeans) {
  const std::string body =
      R"({"filter":{"flow_id":"flw_)" + to_base62(some_id) +
      R"(","status":"failed","trigger_type":"api",)"
      R"("started_after":"2026-05-01","started_before":"2026-05-02T00:00:01Z"}})";
  const auto wish = read_bulk(body, BulkKind::replay);
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->filter.flow, FlowId{some_id});
  EXPECT_EQ(wish->filter.status, RunStatus::failed);
  EXPECT_EQ(wish->filter.trigger_type, TriggerType::api);
  EXPECT_EQ(to_rfc3339(*wish->filter.started_from), "2026-05-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(*wish->filter.started_before), "2026-05-02T00:00:01.000Z");
  EXPECT_FALSE(wish->dry_run);
  EXPECT_TRUE(wish->inputs.empty());
  EXPECT_EQ(read_bulk(R"({"filter":{}})", BulkKind::cancel)->filter, BulkFilter{});
  EXPECT_EQ(read_bulk(R"({"filter":{"flow_id":"x"}})", BulkKind::cancel)->filter.flow, FlowId{})
      << "matches nothing";
}

TEST(OrbitBulkTest, AReplayTakesWhatASingleOneTakes) {
  const auto wish = read_bulk(
      R"({"filter":{},"dry_run":true,"use_latest_version":false,"override_inputs":{"a":1}})",
      BulkKind::replay);
  ASSERT_TRUE(wish);
  EXPECT_TRUE(wish->dry_run);
  EXPECT_EQ(wish->use_latest_version, false);
  EXPECT_EQ(wish->inputs, R"({"a":1})");
  EXPECT_TRUE(
      read_bulk(R"({"filter":{},"from":"failed_node"})", BulkKind::replay)->from_failed_node);
}

TEST(OrbitBulkTest, WhatIsWrongIsRefusedWithItsPlace) {
  const std::string large(limits::bulk_inputs_bytes_max, 'x');
  const struct {
    BulkKind kind;
    std::string body;
    int status;
    std::string_view field;
  } rows[] = {
      {BulkKind::cancel, "", 400, ""},
      {BulkKind::cancel, "[]", 422, "$"},
      {BulkKind::cancel, "{}", 422, "filter"},
      {BulkKind::cancel, R"({"filter":[]})", 422, "filter"},
      {BulkKind::cancel, R"({"filter":{},"from":"start"})", 422, "from"},
      {BulkKind::cancel, R"({"filter":{},"dry_run":1})", 422, "dry_run"},
      {BulkKind::cancel, R"({"filter":{"flow":"x"}})", 422, "filter.flow"},
      {BulkKind::cancel, R"({"filter":{"flow_id":1}})", 422, "filter.flow_id"},
      {BulkKind::cancel, R"({"filter":{"status":"odd"}})", 422, "filter.status"},
      {BulkKind::cancel, R"({"filter":{"status":"failed"}})", 422, "filter.status"},
      {BulkKind::cancel, R"({"filter":{"trigger_type":"odd"}})", 422, "filter.trigger_type"},
      {BulkKind::cancel, R"({"filter":{"started_after":"now"}})", 422, "filter.started_after"},
      {BulkKind::cancel, R"({"filter":{"started_before":"now"}})", 422, "filter.started_before"},
      {BulkKind::replay, R"({"filter":{},"from":"end"})", 422, "from"},
      {BulkKind::replay, R"({"filter":{},"override_inputs":1})", 422, "override_inputs"},
      {BulkKind::replay, R"({"filter":{},"override_inputs":{"a":")" + large + "\"}}", 422,
       "override_inputs"},
      {BulkKind::replay, R"({"filter":{},"use_latest_version":1})", 422, "use_latest_version"},
      {BulkKind::replay, R"({"filter":{},"from":"failed_node","use_latest_version":true})", 422,
       "use_latest_version"},
  };
  for (const auto& row : rows) {
    const auto wish = read_bulk(row.body, row.kind);
    ASSERT_FALSE(wish) << row.body.substr(0, 80);
    EXPECT_EQ(wish.error().status, row.status) << row.body.substr(0, 80);
    if (row.field.empty()) continue;
    const Json details = parse_json(wish.error().details).value();
    EXPECT_EQ(string_member(details, "field"), row.field) << row.body.substr(0, 80);
  }
}

TEST(OrbitBulkTest, AnIdOfAJobIsReadInEverySpelling) {
  const BulkId job{some_id};
  EXPECT_EQ(spell(job), "bulk_" + to_base62(some_id));
  for (const std::string& text : {spell(job), to_base62(some_id), to_ulid(some_id)})
    EXPECT_EQ(parse_bulk_id(text), job) << text;
  EXPECT_FALSE(parse_bulk_id("bulk_1"));
}

TEST(OrbitBulkTest, AJobThatWasAskedToStopSaysSoUntilItHas) {
  BulkJob job;
  job.id = BulkId{some_id};
  job.stop_asked = true;
  job.total = 5;
  job.done = 1;
  job.skipped = 1;
  job.refusals = {{ExecutionId{some_id}, BulkProblem::already_finished}};
  const auto told = [](const BulkJob& shown) {
    return parse_json(bulk_job_answer(shown, {})).value().at("data");
  };
  EXPECT_EQ(string_member(told(job), "status"), "stopping");
  EXPECT_EQ(told(job).at("remaining"), 3);
  EXPECT_EQ(told(job).at("errors_truncated"), false);
  EXPECT_EQ(string_member(told(job).at("errors").at(0), "outcome"), "skipped");
  job.status = BulkStatus::stopped;
  job.reason = BulkStop::asked;
  job.failed = 1;
  EXPECT_EQ(string_member(told(job), "status"), "stopped");
  EXPECT_EQ(string_member(told(job), "reason"), "stop_requested");
  EXPECT_EQ(told(job).at("errors_truncated"), true);
}

}  // namespace
}  // namespace millrace::http::orbit
