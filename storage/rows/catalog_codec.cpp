// The layout of the values of the catalogue.
#include "storage/rows/codec.hpp"
#include "storage/rows/codec_parts.hpp"

namespace millrace::storage {
namespace {

/// Of a flow version that was put away: when, before all else. Others have kept their bytes.
constexpr std::uint8_t archived_version = 2;

}  // namespace

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
  Writer writer = version.archived ? begin(out, archived_version) : begin(out);
  if (version.archived) writer.time(*version.archived);
  writer.text(version.name)
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
  const auto format = reader.fixed<std::uint8_t>();
  if (format != value_version && format != archived_version) reader.fail();
  if (format == archived_version) version.archived = reader.time();
  version.name = reader.text();
  version.trigger_type = read_trigger_type(reader);
  version.created = reader.time();
  version.definition = std::string(reader.rest());
  if (!names.done() || !reader.done()) return corrupt("catalog");
  return version;
}

void encode_schedule(std::string& out, const ScheduleRow& row) {
  Writer writer = begin(out);
  writer.time(row.progress.seen)
      .variable(row.progress.missed)
      .id(row.run.id)
      .variable(row.progress.waiting.size());
  for (const Slot slot : row.progress.waiting) writer.time(slot);
}

Result<ScheduleRow> decode_schedule(std::string_view bytes) {
  ByteReader reader(bytes);
  ScheduleRow row;
  read_version(reader);
  row.progress.seen = reader.time();
  row.progress.missed = reader.variable_as<std::uint32_t>();
  row.run.id = reader.id();
  for (std::uint64_t count = reader.variable(); count > 0 && !reader.failed(); --count)
    row.progress.waiting.push_back(std::chrono::floor<std::chrono::seconds>(reader.time()));
  if (!reader.done()) return corrupt("catalog");
  return row;
}

void encode_debounce(std::string& out, const StoredDebounce& row) {
  begin(out)
      .fixed(static_cast<std::uint32_t>(row.workspace))
      .time(row.window.first)
      .time(row.window.due)
      .variable(row.window.events)
      .text(row.contact)
      .raw(row.payload);
}

Result<StoredDebounce> decode_debounce(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  StoredDebounce row;
  names.fixed<std::uint8_t>();
  row.window.name.flow.id = names.id();
  for (std::uint8_t& byte : row.window.name.key) byte = names.fixed<std::uint8_t>();
  read_version(reader);
  row.workspace = WorkspaceNumber{reader.fixed<std::uint32_t>()};
  row.window.first = reader.time();
  row.window.due = reader.time();
  row.window.events = reader.variable_as<std::uint32_t>();
  row.contact = reader.text();
  row.payload = std::string(reader.rest());
  if (!names.done() || !reader.done()) return corrupt("catalog");
  return row;
}

}  // namespace millrace::storage
