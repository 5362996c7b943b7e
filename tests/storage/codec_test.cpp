// Golden bytes of every value, that reading gives back what was written, and that no bytes whatever
// are read past their end. (Run under AddressSanitizer, an over-read is a crash here.)
#include "storage/rows/codec.hpp"

#include "storage/rows/keys.hpp"
#include "tests/storage/fixture.hpp"

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>

namespace millrace::storage::testing {
namespace {

const ExecutionId run{Id::make(0x0123456789ab, Partition{0xcde}, 0x0f0102030405060)};
const FlowId flow{Id::make(0x111111111111, Partition{0x222}, 0x333333333333333)};
const std::string run_hex = "0123456789abcde0f0102030405060";
const std::string flow_hex = "111111111111222333333333333333";
const WorkspaceNumber workspace{3};
const std::vector<LogBucket> buckets{{90, 6905}, {90, 6906}};

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

ExecutionSummary summary_of_all_fields() {
  ExecutionSummary summary;
  summary.id = run;
  summary.workspace = workspace;
  summary.flow = flow;
  summary.flow_version = 300;
  summary.trigger_type = TriggerType::webhook;
  summary.status = RunStatus::failed;
  summary.waiting = true;
  summary.channel = "wa";
  summary.message_id = "m";
  summary.started = at(1);
  summary.ended = at(2);
  summary.node_runs = 4;
  summary.turns = 5;
  summary.error_node = "n";
  summary.error_code = "C";
  summary.error_message = "why";
  return summary;
}

DedupRow dedup_row() { return {sha256("x"), at(9), run, "memo"}; }

ApiKey api_key() {
  ApiKey key;
  key.id = KeyId{flow.id};
  key.workspace = workspace;
  key.dialect = Dialect::tenex;
  key.scopes = 0x0102;
  key.hash = sha256("y");
  key.shown = "tnx";
  key.created = at(1);
  key.revoked = at(2);
  return key;
}

StoredFlow stored_flow() {
  return {flow, workspace, Dialect::sarufi, "f", TriggerType::event, 300, 2, at(1), at(2), true};
}

StoredFlowVersion stored_version() {
  return {flow, 300, "f", TriggerType::event, R"({"nodes":[]})", at(1)};
}

StoredFlowVersion archived_version() {
  StoredFlowVersion version = stored_version();
  version.archived = at(4);
  return version;
}

ScheduleRow schedule_row() {
  const Slot slot(std::chrono::seconds{2});
  return {{at(3), 300, {slot, slot + std::chrono::seconds{1}}}, run};
}

StoredDebounce debounce_row() {
  return {{{flow, key_hash("abc")}, at(1), at(2), 300}, workspace, "ann", "{}", nullptr};
}

template <class Encode, class... Arguments>
std::string encoded(Encode encode, const Arguments&... arguments) {
  std::string out = "left over";
  encode(out, arguments...);
  return out;
}

const std::string hex_x = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
const std::string hex_y = "a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa";

TEST(CodecTest, ValuesOfRunsHaveTheBytesTheyAlwaysHad) {
  const std::string common = flow_hex +
                             "ac02"
                             "02"
                             "04"
                             "07"
                             "027761"
                             "016d"
                             "8000000000000001"
                             "04"
                             "05"
                             "8000000000000002"
                             "016e"
                             "0143"
                             "03776879"
                             "02"
                             "5af935"
                             "5afa35";
  EXPECT_EQ(to_hex(encoded(encode_execution, summary_of_all_fields(), buckets)), "01" + common);
  EXPECT_EQ(to_hex(encoded(encode_state, summary_of_all_fields(), buckets, std::optional(at(8)))),
            "01"
            "00000003"
            "01"
            "8000000000000008" +
                common);
  ExecutionSummary later = summary_of_all_fields();
  later.paused = true;
  later.replay_of = ExecutionId{flow.id};
  std::string with_later = common;
  with_later.replace(with_later.find("027761") - 2, 2, "1f");
  with_later.insert(with_later.size() - std::string("025af9355afa35").size(), flow_hex);
  EXPECT_EQ(to_hex(encoded(encode_execution, later, buckets)), "01" + with_later);
  const auto decoded = decode_execution(workspace, run, encoded(encode_execution, later, buckets));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->summary.paused);
  EXPECT_EQ(decoded->summary.replay_of, later.replay_of);
  EXPECT_EQ(to_hex(encoded(encode_snapshot, std::uint32_t{300}, std::string_view("abc"))),
            "01"
            "ac02"
            "616263");
  EXPECT_EQ(to_hex(encoded(encode_feed, at(1), std::uint64_t{300},
                           std::vector<FeedEntry>{{workspace, flow, run, 6, buckets[0]}})),
            "01"
            "8000000000000001"
            "ac02"
            "01"
            "03" +
                flow_hex + run_hex +
                "06"
                "5af935");
  EXPECT_EQ(to_hex(encoded(encode_dedup, dedup_row())),
            "01" + hex_x + "8000000000000009" + run_hex + "046d656d6f");
}

TEST(CodecTest, ValuesOfTheCatalogueHaveTheBytesTheyAlwaysHad) {
  EXPECT_EQ(to_hex(encoded(encode_workspace, Workspace{workspace, "w"})),
            "01"
            "0177");
  EXPECT_EQ(to_hex(encoded(encode_api_key, api_key())),
            "01"
            "00000003"
            "03"
            "0102" +
                hex_y +
                "03746e78"
                "8000000000000001"
                "01"
                "8000000000000002");
  EXPECT_EQ(to_hex(encoded(encode_flow, stored_flow())),
            "01"
            "05"
            "0166"
            "05"
            "ac02"
            "02"
            "8000000000000001"
            "8000000000000002"
            "01");
  EXPECT_EQ(to_hex(encoded(encode_version, stored_version())),
            "01"
            "0166"
            "05"
            "8000000000000001"
            "7b226e6f646573223a5b5d7d");
  EXPECT_EQ(to_hex(encoded(encode_version, archived_version())),
            "02"
            "8000000000000004"
            "0166"
            "05"
            "8000000000000001"
            "7b226e6f646573223a5b5d7d");
  EXPECT_EQ(to_hex(encoded(encode_debounce, debounce_row())),
            "01"
            "00000003"
            "8000000000000001"
            "8000000000000002"
            "ac02"
            "03616e6e"
            "7b7d");
  EXPECT_EQ(to_hex(encoded(encode_schedule, schedule_row())),
            "01"
            "8000000000000003"
            "ac02" +
                run_hex +
                "02"
                "80000000000007d0"
                "8000000000000bb8");
  EXPECT_EQ(to_hex(encode_meta("ab")),
            "01"
            "6162");
  EXPECT_EQ(to_hex(bare_value), "01");
}

TEST(CodecTest, ASummaryComesBackWhole) {
  const ExecutionSummary all = summary_of_all_fields();
  const auto row =
      decode_state(run, encoded(encode_state, all, buckets, std::optional(at(8)))).value();
  const ExecutionSummary& back = row.run.summary;
  EXPECT_EQ(back.id, all.id);
  EXPECT_EQ(back.workspace, all.workspace);
  EXPECT_EQ(back.flow, all.flow);
  EXPECT_EQ(back.flow_version, all.flow_version);
  EXPECT_EQ(back.trigger_type, all.trigger_type);
  EXPECT_EQ(back.status, all.status);
  EXPECT_EQ(back.waiting, all.waiting);
  EXPECT_EQ(back.channel, all.channel);
  EXPECT_EQ(back.message_id, all.message_id);
  EXPECT_EQ(back.started, all.started);
  EXPECT_EQ(back.ended, all.ended);
  EXPECT_EQ(back.node_runs, all.node_runs);
  EXPECT_EQ(back.turns, all.turns);
  EXPECT_EQ(back.error_node, all.error_node);
  EXPECT_EQ(back.error_code, all.error_code);
  EXPECT_EQ(back.error_message, all.error_message);
  EXPECT_EQ(row.run.buckets, buckets);
  EXPECT_EQ(row.wake, at(8));
}

TEST(CodecTest, OptionalFieldsStayAbsent) {
  ExecutionSummary bare;
  bare.flow = flow;
  const auto row = decode_state(
      run, encoded(encode_state, bare, std::vector<LogBucket>(), std::optional<Timestamp>()));
  ASSERT_TRUE(row);
  EXPECT_FALSE(row->wake);
  EXPECT_FALSE(row->run.summary.ended);
  EXPECT_TRUE(row->run.summary.error_code.empty());
  EXPECT_TRUE(row->run.buckets.empty());
}

TEST(CodecTest, CatalogueRowsComeBackWithWhatTheirKeysSay) {
  const auto flow_row =
      decode_flow(flow_key(workspace, flow), encoded(encode_flow, stored_flow())).value();
  EXPECT_EQ(flow_row.id, flow);
  EXPECT_EQ(flow_row.workspace, workspace);
  EXPECT_EQ(flow_row.published_version, 2u);
  EXPECT_TRUE(flow_row.deleted);
  const auto version =
      decode_version(version_key(flow, 300), encoded(encode_version, stored_version())).value();
  EXPECT_EQ(version.flow, flow);
  EXPECT_EQ(version.version, 300u);
  EXPECT_EQ(version.definition, stored_version().definition);
  EXPECT_EQ(version.archived, std::nullopt);
  const auto debounce = decode_debounce(debounce_key(debounce_row().window.name),
                                        encoded(encode_debounce, debounce_row()))
                            .value();
  EXPECT_EQ(debounce.window, debounce_row().window);
  EXPECT_EQ(debounce.workspace, workspace);
  EXPECT_EQ(debounce.contact, "ann");
  EXPECT_EQ(debounce.payload, "{}");
  const auto archived =
      decode_version(version_key(flow, 300), encoded(encode_version, archived_version())).value();
  EXPECT_EQ(archived.archived, at(4));
  EXPECT_EQ(archived.definition, stored_version().definition);
  const auto key =
      decode_api_key(api_key_key(KeyId{flow.id}), encoded(encode_api_key, api_key())).value();
  EXPECT_EQ(key.id, KeyId{flow.id});
  EXPECT_EQ(key.scopes, 0x0102);
  EXPECT_EQ(key.hash, sha256("y"));
  EXPECT_EQ(key.revoked, at(2));
  const auto named = decode_workspace(workspace_key(workspace),
                                      encoded(encode_workspace, Workspace{workspace, "w"}));
  EXPECT_EQ(named->number, workspace);
  EXPECT_EQ(named->name, "w");
  const auto schedule = decode_schedule(encoded(encode_schedule, schedule_row())).value();
  EXPECT_EQ(schedule.progress, schedule_row().progress);
  EXPECT_EQ(schedule.run, run);
}

/// Every decoder, fed with any bytes as a value; true when it took them.
const std::vector<std::function<bool(std::string_view)>>& decoders() {
  static const std::vector<std::function<bool(std::string_view)>> all{
      [](std::string_view b) { return decode_execution(workspace, run, b).has_value(); },
      [](std::string_view b) { return decode_state(run, b).has_value(); },
      [](std::string_view b) { return decode_snapshot(b).has_value(); },
      [](std::string_view b) { return decode_feed(b).has_value(); },
      [](std::string_view b) { return decode_dedup(b).has_value(); },
      [](std::string_view b) { return decode_workspace(workspace_key(workspace), b).has_value(); },
      [](std::string_view b) { return decode_api_key(api_key_key(KeyId{run.id}), b).has_value(); },
      [](std::string_view b) { return decode_flow(flow_key(workspace, flow), b).has_value(); },
      [](std::string_view b) { return decode_version(version_key(flow, 1), b).has_value(); },
      [](std::string_view b) { return decode_meta("format", b).has_value(); },
      [](std::string_view b) { return decode_schedule(b).has_value(); },
      [](std::string_view b) {
        return decode_debounce(debounce_key(debounce_row().window.name), b).has_value();
      },
  };
  return all;
}

const std::vector<std::string>& values() {
  static const std::vector<std::string> all{
      encoded(encode_execution, summary_of_all_fields(), buckets),
      encoded(encode_state, summary_of_all_fields(), buckets, std::optional(at(8))),
      encoded(encode_snapshot, std::uint32_t{300}, std::string_view("abc")),
      encoded(encode_feed, at(1), std::uint64_t{300},
              std::vector<FeedEntry>{{workspace, flow, run, 6, buckets[0]}}),
      encoded(encode_dedup, dedup_row()),
      encoded(encode_workspace, Workspace{workspace, "w"}),
      encoded(encode_api_key, api_key()),
      encoded(encode_flow, stored_flow()),
      encoded(encode_version, stored_version()),
      encode_meta("ab"),
      encoded(encode_schedule, schedule_row()),
      encoded(encode_debounce, debounce_row()),
  };
  return all;
}

TEST(CodecTest, AValueOfAnotherFormatIsCorrupt) {
  for (std::size_t i = 0; i < decoders().size(); ++i) {
    std::string value = values()[i];
    EXPECT_TRUE(decoders()[i](value)) << i;
    value[0] = 9;
    EXPECT_FALSE(decoders()[i](value)) << i;
    EXPECT_FALSE(decoders()[i]("")) << i;
  }
  EXPECT_EQ(decode_feed("").error().code, ErrorCode::corrupt);
}

TEST(CodecTest, ATruncatedValueIsCorruptUnlessItEndsInFreeBytes) {
  const std::vector<std::size_t> ends_in_free_bytes{2, 8, 9, 11};
  for (std::size_t i = 0; i < decoders().size(); ++i) {
    if (std::ranges::find(ends_in_free_bytes, i) != ends_in_free_bytes.end()) continue;
    for (std::size_t size = 0; size < values()[i].size(); ++size)
      EXPECT_FALSE(decoders()[i](std::string(values()[i].substr(0, size)))) << i << " at " << size;
    EXPECT_FALSE(decoders()[i](values()[i] + '\0')) << i;
  }
}

RC_GTEST_PROP(CodecTest, AnyBytesAreReadWithoutPassingTheirEnd, (std::vector<char> bytes)) {
  for (const auto& decode : decoders()) {
    decode(std::string_view(bytes.data(), bytes.size()));
    bytes.insert(bytes.begin(), 1);
    decode(std::string_view(bytes.data(), bytes.size()));
  }
}

RC_GTEST_PROP(CodecTest, AFlippedByteIsReadWithoutPassingTheEnd, ()) {
  const auto which = *rc::gen::inRange<std::size_t>(0, values().size());
  const std::string& value = values()[which];
  std::vector<char> bytes(value.begin(), value.end());
  bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  decoders()[which](std::string_view(bytes.data(), bytes.size()));
}

}  // namespace
}  // namespace millrace::storage::testing
