#include "storage/rows/codec.hpp"

#include "storage/rows/bytes.hpp"
#include "storage/rows/keys.hpp"

namespace millrace::storage {
namespace {

using Writer = ByteWriter<std::string>;

enum Flag : std::uint8_t { waiting = 1, ended = 2, failed = 4 };

Writer begin(std::string& out) {
  out.clear();
  Writer writer(out);
  writer.fixed(value_version);
  return writer;
}

void read_version(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() != value_version) reader.fail();
}

Error corrupt(std::string_view row) {
  return {ErrorCode::corrupt,
          "a row of " + std::string(row) + " is damaged or of an unknown format"};
}

template <class Enum>
Enum read_enum(ByteReader& reader, Enum first, Enum last) {
  const auto number = reader.fixed<std::uint8_t>();
  if (number < static_cast<std::uint8_t>(first) || number > static_cast<std::uint8_t>(last)) {
    reader.fail();
    return first;
  }
  return static_cast<Enum>(number);
}
RunStatus read_status(ByteReader& reader) {
  return read_enum(reader, RunStatus::pending, RunStatus::timed_out);
}
TriggerType read_trigger_type(ByteReader& reader) {
  return read_enum(reader, TriggerType::inbound_message, TriggerType::flow_error);
}
Dialect read_dialect(ByteReader& reader) {
  return read_enum(reader, Dialect::native, Dialect::sarufi);
}

void write_optional_time(Writer& writer, std::optional<Timestamp> time) {
  writer.fixed(static_cast<std::uint8_t>(time.has_value()));
  if (time) writer.time(*time);
}
std::optional<Timestamp> read_optional_time(ByteReader& reader) {
  const auto present = reader.fixed<std::uint8_t>();
  if (present > 1) reader.fail();
  return present == 1 ? std::optional(reader.time()) : std::nullopt;
}

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
                    (has_error ? Flag::failed : 0);
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
  if (flags > (Flag::waiting | Flag::ended | Flag::failed)) reader.fail();
  summary.waiting = (flags & Flag::waiting) != 0;
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

void encode_workspace(std::string& out, const Workspace& workspace) {
  begin(out).text(workspace.name);
}

Result<Workspace> decode_workspace(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  Workspace workspace;
  names.fixed<std::uint8_t>();
  workspace.number = WorkspaceNumber{names.fixed<std::uint32_t>()};
  read_version(reader);
  workspace.name = reader.text();
  if (!names.done() || !reader.done()) return corrupt("catalog");
  return workspace;
}

void encode_api_key(std::string& out, const ApiKey& key) {
  Writer writer = begin(out);
  writer.fixed(static_cast<std::uint32_t>(key.workspace))
      .fixed(static_cast<std::uint8_t>(key.dialect))
      .fixed(key.scopes)
      .hash(key.hash)
      .text(key.shown)
      .time(key.created);
  write_optional_time(writer, key.revoked);
}

Result<ApiKey> decode_api_key(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  ApiKey row;
  names.fixed<std::uint8_t>();
  row.id.id = names.id();
  read_version(reader);
  row.workspace = WorkspaceNumber{reader.fixed<std::uint32_t>()};
  row.dialect = read_dialect(reader);
  row.scopes = reader.fixed<Scopes>();
  row.hash = reader.hash();
  row.shown = reader.text();
  row.created = reader.time();
  row.revoked = read_optional_time(reader);
  if (!names.done() || !reader.done()) return corrupt("catalog");
  return row;
}

void encode_flow(std::string& out, const StoredFlow& flow) {
  begin(out)
      .fixed(static_cast<std::uint8_t>(flow.dialect))
      .text(flow.name)
      .fixed(static_cast<std::uint8_t>(flow.trigger_type))
      .variable(flow.version)
      .variable(flow.published_version)
      .time(flow.created)
      .time(flow.updated)
      .fixed(static_cast<std::uint8_t>(flow.deleted));
}

Result<StoredFlow> decode_flow(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  StoredFlow flow;
  names.fixed<std::uint8_t>();
  flow.workspace = WorkspaceNumber{names.fixed<std::uint32_t>()};
  flow.id.id = names.id();
  read_version(reader);
  flow.dialect = read_dialect(reader);
  flow.name = reader.text();
  flow.trigger_type = read_trigger_type(reader);
  flow.version = reader.variable_as<std::uint32_t>();
  flow.published_version = reader.variable_as<std::uint32_t>();
  flow.created = reader.time();
  flow.updated = reader.time();
  const auto deleted = reader.fixed<std::uint8_t>();
  flow.deleted = deleted == 1;
  if (deleted > 1 || !names.done() || !reader.done()) return corrupt("catalog");
  return flow;
}

void encode_version(std::string& out, const StoredFlowVersion& version) {
  begin(out)
      .text(version.name)
      .fixed(static_cast<std::uint8_t>(version.trigger_type))
      .time(version.created)
      .raw(version.definition);
}

Result<StoredFlowVersion> decode_version(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  StoredFlowVersion version;
  names.fixed<std::uint8_t>();
  version.flow.id = names.id();
  version.version = names.fixed<std::uint32_t>();
  read_version(reader);
  version.name = reader.text();
  version.trigger_type = read_trigger_type(reader);
  version.created = reader.time();
  version.definition = std::string(reader.rest());
  if (!names.done() || !reader.done()) return corrupt("catalog");
  return version;
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
