// Golden bytes of what stands on disk of bulk jobs, that reading gives back what was written, and
// that no bytes whatever are read past their end.
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"
#include "tests/storage/fixture.hpp"

#include <rapidcheck/gtest.h>

#include <functional>

namespace millrace::storage::testing {
namespace {

const ExecutionId run{Id::make(0x0123456789ab, Partition{0xcde}, 0x0f0102030405060)};
const FlowId flow{Id::make(0x111111111111, Partition{0x222}, 0x333333333333333)};
const BulkId job_id{run.id};
const std::string run_hex = "0123456789abcde0f0102030405060";
const std::string inverted_run_hex = "fedcba987654321f0fefdfcfbfaf9f";
const std::string flow_hex = "111111111111222333333333333333";
const WorkspaceNumber workspace{0xa1b2c3d4};

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

BulkJob job_of_all_fields() {
  BulkJob job;
  job.id = job_id;
  job.workspace = workspace;
  job.caller = KeyId{flow.id};
  job.kind = BulkKind::replay;
  job.filter = {flow, RunStatus::failed, TriggerType::webhook, at(1), at(2)};
  job.use_latest_version = true;
  job.from_failed_node = true;
  job.has_inputs = true;
  job.created = at(3);
  job.updated = at(4);
  job.ended = at(5);
  job.status = BulkStatus::stopped;
  job.stop_asked = true;
  job.reason = BulkStop::asked;
  job.collected_to = run;
  job.truncated = true;
  job.chunks = 6;
  job.chunk_at = 5;
  job.item_at = 4;
  job.total = 300;
  job.done = 3;
  job.failed = 2;
  job.skipped = 1;
  job.refusals = {{run, BulkProblem::needs_inputs}};
  return job;
}

template <class Encode, class... Arguments>
std::string encoded(Encode encode, const Arguments&... arguments) {
  std::string out = "left over";
  encode(out, arguments...);
  return out;
}

TEST(BulkCodecTest, KeysHaveTheBytesTheyAlwaysHad) {
  EXPECT_EQ(to_hex(bulk_key(workspace, job_id)), "07a1b2c3d4" + inverted_run_hex);
  EXPECT_EQ(to_hex(bulk_prefix(workspace)), "07a1b2c3d4");
  EXPECT_EQ(to_hex(bulk_inputs_key(job_id)), "14" + run_hex);
  EXPECT_EQ(to_hex(bulk_items_key(job_id, 0x01020304)), "15" + run_hex + "01020304");
}

TEST(BulkCodecTest, ValuesHaveTheBytesTheyAlwaysHad) {
  EXPECT_EQ(to_hex(encoded(encode_bulk, job_of_all_fields())), "01" + flow_hex +
                                                                   "02"
                                                                   "04"
                                                                   "01"
                                                                   "3f"
                                                                   "8000000000000003"
                                                                   "8000000000000004"
                                                                   "01"
                                                                   "8000000000000005"
                                                                   "01" +
                                                                   flow_hex +
                                                                   "04"
                                                                   "02"
                                                                   "01"
                                                                   "8000000000000001"
                                                                   "01"
                                                                   "8000000000000002"
                                                                   "06"
                                                                   "05"
                                                                   "04"
                                                                   "ac02"
                                                                   "03"
                                                                   "02"
                                                                   "01"
                                                                   "01" +
                                                                   run_hex + "01" + run_hex + "06");
  EXPECT_EQ(to_hex(encoded(encode_bulk_items, std::vector<ExecutionId>{run})),
            "01"
            "01" +
                run_hex);
  EXPECT_EQ(to_hex(encoded(encode_bulk_inputs, std::string_view("{}"))), "01027b7d");
}

TEST(BulkCodecTest, WhatWasWrittenIsReadBack) {
  BulkJob bare;
  bare.id = job_id;
  bare.workspace = workspace;
  BulkJob original = job_of_all_fields();
  original.use_latest_version = false;
  for (const BulkJob& job : {bare, original, job_of_all_fields()}) {
    const auto decoded = decode_bulk(bulk_key(workspace, job_id), encoded(encode_bulk, job));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, job);
  }
  const std::vector<ExecutionId> items{run, ExecutionId{flow.id}};
  EXPECT_EQ(decode_bulk_items(encoded(encode_bulk_items, items)).value(), items);
  EXPECT_EQ(decode_bulk_inputs(encoded(encode_bulk_inputs, std::string_view("{}"))).value(), "{}");
}

const std::vector<std::function<bool(std::string_view)>>& decoders() {
  static const std::vector<std::function<bool(std::string_view)>> all{
      [](std::string_view b) { return decode_bulk(bulk_key(workspace, job_id), b).has_value(); },
      [](std::string_view b) { return decode_bulk_items(b).has_value(); },
      [](std::string_view b) { return decode_bulk_inputs(b).has_value(); },
  };
  return all;
}

const std::vector<std::string>& values() {
  static const std::vector<std::string> all{
      encoded(encode_bulk, job_of_all_fields()),
      encoded(encode_bulk_items, std::vector<ExecutionId>{run}),
      encoded(encode_bulk_inputs, std::string_view("{}")),
  };
  return all;
}

TEST(BulkCodecTest, AValueOfAnotherFormatOrLengthIsCorrupt) {
  for (std::size_t i = 0; i < decoders().size(); ++i) {
    std::string value = values()[i];
    EXPECT_TRUE(decoders()[i](value)) << i;
    EXPECT_FALSE(decoders()[i](value + '\0')) << i;
    for (std::size_t size = 0; size < value.size(); ++size)
      EXPECT_FALSE(decoders()[i](std::string_view(value).substr(0, size))) << i << " at " << size;
    value[0] = 2;
    EXPECT_FALSE(decoders()[i](value)) << i;
  }
}

RC_GTEST_PROP(BulkCodecTest, AnyBytesAreReadWithoutPassingTheirEnd, (std::vector<char> bytes)) {
  for (const auto& decode : decoders()) {
    decode(std::string_view(bytes.data(), bytes.size()));
    bytes.insert(bytes.begin(), 1);
    decode(std::string_view(bytes.data(), bytes.size()));
  }
}

}  // namespace
}  // namespace millrace::storage::testing
