// The layout of the values of runs: what every turn writes.
#include "storage/rows/codec.hpp"

#include "storage/rows/codec_parts.hpp"

namespace millrace::storage {
namespace {

enum Flag : std::uint8_t { waiting = 1, ended = 2, failed = 4, paused = 8, replay = 16 };
constexpr std::uint8_t flags_max = 31;

void write_bucket(Writer& writer, LogBucket bucket) {
  writer.variable(bucket.days).variable(bucket.number);
}
LogBucket read_bucket(ByteReader& reader) {
  LogBucket bucket;
  bucket.days = reader.variable_as<std::uint16_t>();
  bucket.number = reader.variable_as<std::uint32_t>();
  return bucket;
}

/// What `execution` and `state` have in common.
void write_run(Writer& writer, const ExecutionSummary& summary,
               const std::vector<LogBucket>& buckets) {
  const bool has_error =
      !summary.error_node.empty() || !summary.error_code.empty() || !summary.error_message.empty();
  const int flags = (summary.waiting ? Flag::waiting : 0) | (summary.ended ? Flag::ended : 0) |
                    (has_error ? Flag::failed : 0) | (summary.paused ? Flag::paused : 0) |
                    (summary.replay_of ? Flag::replay : 0);
  writer.id(summary.flow.id)
      .variable(summary.flow_version)
      .fixed(static_cast<std::uint8_t>(summary.trigger_type))
      .fixed(static_cast<std::uint8_t>(summary.status))
      .fixed(static_cast<std::uint8_t>(flags))
      .text(summary.channel)
      .text(summary.message_id)
      .time(summary.started)
      .variable(summary.node_runs)
      .variable(summary.turns);
  if (summary.ended) writer.time(*summary.ended);
  if (has_error)
    writer.text(summary.error_node).text(summary.error_code).text(summary.error_message);
  if (summary.replay_of) writer.id(summary.replay_of->id);
  writer.variable(buckets.size());
  for (const LogBucket bucket : buckets) write_bucket(writer, bucket);
}

ExecutionRow read_run(ByteReader& reader, WorkspaceNumber workspace, ExecutionId id) {
  ExecutionRow row;
  ExecutionSummary& summary = row.summary;
  summary.id = id;
  summary.workspace = workspace;
  summary.flow.id = reader.id();
  summary.flow_version = reader.variable_as<std::uint32_t>();
  summary.trigger_type = read_trigger_type(reader);
  summary.status = read_status(reader);
  const auto flags = reader.fixed<std::uint8_t>();
  if (flags > flags_max) reader.fail();
  summary.waiting = (flags & Flag::waiting) != 0;
  summary.paused = (flags & Flag::paused) != 0;
  summary.channel = reader.text();
  summary.message_id = reader.text();
  summary.started = reader.time();
  summary.node_runs = reader.variable_as<std::uint32_t>();
  summary.turns = reader.variable_as<std::uint32_t>();
  if ((flags & Flag::ended) != 0) summary.ended = reader.time();
  if ((flags & Flag::failed) != 0) {
    summary.error_node = reader.text();
    summary.error_code = reader.text();
    summary.error_message = reader.text();
  }
  if ((flags & Flag::replay) != 0) summary.replay_of = ExecutionId{reader.id()};
  const std::uint64_t buckets = reader.variable();
  for (std::uint64_t i = 0; i < buckets && !reader.failed(); ++i)
    row.buckets.push_back(read_bucket(reader));
  return row;
}

}  // namespace

void encode_execution(std::string& out, const ExecutionSummary& summary,
                      const std::vector<LogBucket>& buckets) {
  Writer writer = begin(out);
  write_run(writer, summary, buckets);
}

Result<ExecutionRow> decode_execution(WorkspaceNumber workspace, ExecutionId id,
                                      std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  ExecutionRow row = read_run(reader, workspace, id);
  if (!reader.done()) return corrupt("execution");
  return row;
}

void encode_state(std::string& out, const ExecutionSummary& summary,
                  const std::vector<LogBucket>& buckets, std::optional<Timestamp> wake) {
  Writer writer = begin(out);
  writer.fixed(static_cast<std::uint32_t>(summary.workspace));
  write_optional_time(writer, wake);
  write_run(writer, summary, buckets);
}

Result<StateRow> decode_state(ExecutionId id, std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  const WorkspaceNumber workspace{reader.fixed<std::uint32_t>()};
  StateRow row;
  row.wake = read_optional_time(reader);
  row.run = read_run(reader, workspace, id);
  if (!reader.done()) return corrupt("state");
  return row;
}

void encode_snapshot(std::string& out, std::uint32_t turn, std::string_view bytes) {
  begin(out).variable(turn).raw(bytes);
}

Result<SnapshotRow> decode_snapshot(std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  SnapshotRow row;
  row.turn = reader.variable_as<std::uint32_t>();
  row.bytes = std::string(reader.rest());
  if (!reader.done()) return corrupt("state");
  return row;
}

void encode_feed(std::string& out, Timestamp committed, std::uint64_t last_milliseconds,
                 const std::vector<FeedEntry>& entries) {
  Writer writer = begin(out);
  writer.time(committed).variable(last_milliseconds).variable(entries.size());
  for (const FeedEntry& entry : entries) {
    writer.variable(static_cast<std::uint32_t>(entry.workspace))
        .id(entry.flow.id)
        .id(entry.execution.id)
        .variable(entry.turn);
    write_bucket(writer, entry.bucket);
  }
}

Result<FeedRow> decode_feed(std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  FeedRow row;
  row.committed = reader.time();
  row.last_milliseconds = reader.variable();
  const std::uint64_t count = reader.variable();
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
    FeedEntry entry;
    entry.workspace = WorkspaceNumber{reader.variable_as<std::uint32_t>()};
    entry.flow.id = reader.id();
    entry.execution.id = reader.id();
    entry.turn = reader.variable_as<std::uint32_t>();
    entry.bucket = read_bucket(reader);
    row.entries.push_back(entry);
  }
  if (!reader.done()) return corrupt("feed");
  return row;
}

void encode_dedup(std::string& out, const DedupRow& row) {
  begin(out).hash(row.fingerprint).time(row.expires).id(row.execution.id).text(row.text);
}

Result<DedupRow> decode_dedup(std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  DedupRow row;
  row.fingerprint = reader.hash();
  row.expires = reader.time();
  row.execution.id = reader.id();
  row.text = reader.text();
  if (!reader.done()) return corrupt("dedup");
  return row;
}

std::string encode_meta(std::string_view bytes) {
  std::string out;
  begin(out).raw(bytes);
  return out;
}

Result<std::string> decode_meta(std::string_view name, std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  const std::string_view rest = reader.rest();
  if (!reader.done()) return corrupt("meta (" + std::string(name) + ")");
  return std::string(rest);
}

}  // namespace millrace::storage
