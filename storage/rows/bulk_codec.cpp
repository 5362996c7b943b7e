// The layout of the values of bulk jobs.
#include "storage/rows/codec.hpp"
#include "storage/rows/codec_parts.hpp"

namespace millrace::storage {
namespace {

enum Flag : std::uint8_t {
  stop_asked = 1,
  truncated = 2,
  from_failed_node = 4,
  has_inputs = 8,
  latest_given = 16,
  latest = 32,
};
constexpr std::uint8_t flags_max = 63;
constexpr std::size_t items_max = limits::page_size_max;

int flags_of(const BulkJob& job) {
  return (job.stop_asked ? Flag::stop_asked : 0) | (job.truncated ? Flag::truncated : 0) |
         (job.from_failed_node ? Flag::from_failed_node : 0) |
         (job.has_inputs ? Flag::has_inputs : 0) |
         (job.use_latest_version ? Flag::latest_given : 0) |
         (job.use_latest_version.value_or(false) ? Flag::latest : 0);
}

void read_flags(ByteReader& reader, BulkJob& job) {
  const auto flags = reader.fixed<std::uint8_t>();
  if (flags > flags_max) reader.fail();
  job.stop_asked = (flags & Flag::stop_asked) != 0;
  job.truncated = (flags & Flag::truncated) != 0;
  job.from_failed_node = (flags & Flag::from_failed_node) != 0;
  job.has_inputs = (flags & Flag::has_inputs) != 0;
  if ((flags & Flag::latest_given) != 0) job.use_latest_version = (flags & Flag::latest) != 0;
}

/// 0 stands for none.
void write_filter(Writer& writer, const BulkFilter& filter) {
  writer.fixed(static_cast<std::uint8_t>(filter.flow.has_value()));
  if (filter.flow) writer.id(filter.flow->id);
  writer.fixed(filter.status ? static_cast<std::uint8_t>(*filter.status) : std::uint8_t{0});
  writer.fixed(filter.trigger_type ? static_cast<std::uint8_t>(*filter.trigger_type)
                                   : std::uint8_t{0});
  write_optional_time(writer, filter.started_from);
  write_optional_time(writer, filter.started_before);
}

BulkFilter read_filter(ByteReader& reader) {
  BulkFilter filter;
  const auto has_flow = reader.fixed<std::uint8_t>();
  if (has_flow > 1) reader.fail();
  if (has_flow == 1) filter.flow = FlowId{reader.id()};
  const auto status = read_enum(reader, RunStatus{0}, RunStatus::timed_out);
  if (status != RunStatus{0}) filter.status = status;
  const auto type = read_enum(reader, TriggerType{0}, TriggerType::flow_error);
  if (type != TriggerType{0}) filter.trigger_type = type;
  filter.started_from = read_optional_time(reader);
  filter.started_before = read_optional_time(reader);
  return filter;
}

void write_progress(Writer& writer, const BulkJob& job) {
  writer.variable(job.chunks).variable(job.chunk_at).variable(job.item_at);
  writer.variable(job.total).variable(job.done).variable(job.failed).variable(job.skipped);
  writer.fixed(static_cast<std::uint8_t>(job.collected_to.has_value()));
  if (job.collected_to) writer.id(job.collected_to->id);
  writer.variable(job.refusals.size());
  for (const BulkRefusal& refusal : job.refusals)
    writer.id(refusal.run.id).fixed(static_cast<std::uint8_t>(refusal.problem));
}

void read_progress(ByteReader& reader, BulkJob& job) {
  job.chunks = reader.variable_as<std::uint32_t>();
  job.chunk_at = reader.variable_as<std::uint32_t>();
  job.item_at = reader.variable_as<std::uint32_t>();
  job.total = reader.variable();
  job.done = reader.variable();
  job.failed = reader.variable();
  job.skipped = reader.variable();
  const auto collected = reader.fixed<std::uint8_t>();
  if (collected > 1) reader.fail();
  if (collected == 1) job.collected_to = ExecutionId{reader.id()};
  const std::uint64_t count = reader.variable();
  if (count > limits::bulk_refusals_max) reader.fail();
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
    const ExecutionId run{reader.id()};
    job.refusals.push_back(
        {run, read_enum(reader, BulkProblem::already_finished, BulkProblem::unreadable)});
  }
}

}  // namespace

void encode_bulk(std::string& out, const BulkJob& job) {
  Writer writer = begin(out);
  writer.id(job.caller.id)
      .fixed(static_cast<std::uint8_t>(job.kind))
      .fixed(static_cast<std::uint8_t>(job.status))
      .fixed(static_cast<std::uint8_t>(job.reason))
      .fixed(static_cast<std::uint8_t>(flags_of(job)))
      .time(job.created)
      .time(job.updated);
  write_optional_time(writer, job.ended);
  write_filter(writer, job.filter);
  write_progress(writer, job);
}

Result<BulkJob> decode_bulk(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  BulkJob job;
  names.fixed<std::uint8_t>();
  job.workspace = WorkspaceNumber{names.fixed<std::uint32_t>()};
  job.id.id = names.inverted_id();
  read_version(reader);
  job.caller.id = reader.id();
  job.kind = read_enum(reader, BulkKind::cancel, BulkKind::replay);
  job.status = read_enum(reader, BulkStatus::collecting, BulkStatus::stopped);
  job.reason = read_enum(reader, BulkStop::none, BulkStop::unreadable);
  read_flags(reader, job);
  job.created = reader.time();
  job.updated = reader.time();
  job.ended = read_optional_time(reader);
  job.filter = read_filter(reader);
  read_progress(reader, job);
  if (!names.done() || !reader.done()) return corrupt("catalog");
  return job;
}

void encode_bulk_items(std::string& out, const std::vector<ExecutionId>& items) {
  Writer writer = begin(out);
  writer.variable(items.size());
  for (const ExecutionId& item : items) writer.id(item.id);
}

Result<std::vector<ExecutionId>> decode_bulk_items(std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  std::vector<ExecutionId> items;
  const std::uint64_t count = reader.variable();
  if (count == 0 || count > items_max) reader.fail();
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i)
    items.push_back(ExecutionId{reader.id()});
  if (!reader.done()) return corrupt("catalog");
  return items;
}

void encode_bulk_inputs(std::string& out, std::string_view inputs) { begin(out).text(inputs); }

Result<std::string> decode_bulk_inputs(std::string_view bytes) {
  ByteReader reader(bytes);
  read_version(reader);
  std::string inputs = reader.text();
  if (!reader.done()) return corrupt("catalog");
  return inputs;
}

}  // namespace millrace::storage
