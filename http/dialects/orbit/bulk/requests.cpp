// The bodies of bulk calls, and how a job's id is written.
#include "http/dialects/orbit/bulk/requests.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/body.hpp"
#include "http/dialects/orbit/list_requests.hpp"
#include "http/dialects/orbit/replay_requests.hpp"

#include <algorithm>
#include <iterator>

namespace millrace::http::orbit {
namespace {

constexpr std::string_view id_prefix = "bulk_";
constexpr std::string_view filter_prefix = "filter.";

OrbitResult<void> check_members(const Json& filter) {
  constexpr std::string_view known[] = {"flow_id", "status", "trigger_type", "started_after",
                                        "started_before"};
  for (const auto& member : filter.get_object()) {
    const std::string_view name(member.key());
    const std::string field = std::string(filter_prefix) + std::string(name);
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
      return wrong_field(field, print_json(member.value()),
                         "absent: it is not a member of a filter");
    }
    if (!member.value().is_string()) {
      return wrong_field(field, print_json(member.value()), "a string");
    }
  }
  return {};
}

OrbitResult<BulkFilter> read_filter(const Json& filter, BulkKind kind) {
  const auto known = check_members(filter);
  if (!known) return known.error();
  const auto text = [&](std::string_view name) -> std::optional<std::string_view> {
    const Json* member = find_member(filter, name);
    if (member == nullptr) return std::nullopt;
    return std::string_view(member->get_string());
  };
  const auto read = read_executions_filter({text, std::string(filter_prefix), 422}, {});
  if (!read) return read.error();
  const ExecutionQuery& query = read->query;
  if (kind == BulkKind::cancel && query.status && has_ended(*query.status)) {
    return wrong_field("filter.status", JsonWriter().text(to_string(*query.status)).take(),
                       "pending or running: what has ended cannot be cancelled");
  }
  BulkFilter told{query.flow, query.status, query.trigger_type, query.started_from,
                  query.started_before};
  if (read->matches_nothing) told.flow = FlowId{};
  return told;
}

OrbitResult<void> read_replay_part(const Body& body, BulkWish& wish) {
  const auto replay = read_replay_members(body);
  if (!replay) return replay.error();
  wish.use_latest_version = replay->use_latest_version;
  wish.from_failed_node = replay->from_failed_node;
  if (!replay->override_inputs) return {};
  wish.inputs = print_json(*replay->override_inputs);
  if (wish.inputs.size() > limits::bulk_inputs_bytes_max) {
    return wrong_field("override_inputs", "null",
                       "at most " + std::to_string(limits::bulk_inputs_bytes_max) + " bytes");
  }
  return {};
}

OrbitResult<void> refuse_strangers(const Body& body, BulkKind kind) {
  if (kind == BulkKind::cancel) return refuse_unknown(body, {"filter", "dry_run"});
  return refuse_unknown(body,
                        {"filter", "dry_run", "use_latest_version", "override_inputs", "from"});
}

}  // namespace

OrbitResult<BulkWish> read_bulk(std::string_view text, BulkKind kind) {
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_strangers(*body, kind);
  if (!known) return known.error();
  const Json* given = find_member(body->root, "filter");
  if (given == nullptr) return missing_field("filter", "object");
  if (!given->is_object()) return wrong_field("filter", print_json(*given), "an object");
  BulkWish wish;
  const auto filter = read_filter(*given, kind);
  if (!filter) return filter.error();
  wish.filter = *filter;
  if (const Json* dry_run = find_member(body->root, "dry_run")) {
    if (!dry_run->is_bool()) {
      return wrong_field("dry_run", print_json(*dry_run), "true or false");
    }
    wish.dry_run = dry_run->get_bool();
  }
  if (kind == BulkKind::replay) {
    const auto replay = read_replay_part(*body, wish);
    if (!replay) return replay.error();
  }
  return wish;
}

std::string spell(BulkId job) { return std::string(id_prefix) + to_base62(job.id); }

std::optional<BulkId> parse_bulk_id(std::string_view text) {
  if (text.starts_with(id_prefix)) text.remove_prefix(id_prefix.size());
  const auto id = parse_id(text);
  if (!id) return std::nullopt;
  return BulkId{*id};
}

}  // namespace millrace::http::orbit
