// Orbit's list parameters.
#include "http/dialects/orbit/list_requests.hpp"

#include "http/dialects/json_writer.hpp"

#include <algorithm>
#include <charconv>

namespace millrace::http::orbit {
namespace {

OrbitResult<int> read_limit(const Request& request) {
  const auto text = request.parameter("limit");
  if (!text) return limits::page_size_default;
  std::int64_t limit = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), limit);
  const bool whole = !text->empty() && end == text->data() + text->size();
  if (problem == std::errc::invalid_argument || !whole) {
    return wrong_field("limit", JsonWriter().text(*text).take(), "a whole number", 400);
  }
  if (problem == std::errc::result_out_of_range) {
    limit = text->front() == '-' ? 1 : limits::page_size_max;
  }
  return static_cast<int>(std::clamp<std::int64_t>(limit, 1, limits::page_size_max));
}

OrbitResult<std::optional<Id>> read_cursor(const Request& request, const CursorKeeper& keeper,
                                           std::string_view filter) {
  const auto cursor = request.parameter("cursor");
  if (!cursor || cursor->empty()) return std::optional<Id>{};
  const auto position = decode_cursor({keeper.secret, keeper.workspace, filter}, *cursor);
  if (!position) return from_error(position.error());
  return std::optional(*position);
}

OrbitError wrong_member(const FilterSource& source, std::string_view name, std::string_view text,
                        std::string_view expected) {
  return wrong_field(source.prefix + std::string(name), JsonWriter().text(text).take(), expected,
                     source.refusal);
}

OrbitResult<void> read_status(const FilterSource& source, ExecutionsQuery& read) {
  const auto text = source.text("status");
  if (!text) return {};
  read.query.status = parse_run_status(*text);
  if (!read.query.status) {
    return wrong_member(source, "status", *text,
                        "one of pending, running, completed, failed, cancelled, timed_out");
  }
  read.filter += " status=" + std::string(*text);
  return {};
}

OrbitResult<void> read_trigger_type(const FilterSource& source, ExecutionsQuery& read) {
  const auto text = source.text("trigger_type");
  if (!text) return {};
  read.query.trigger_type = parse_trigger_type(*text);
  if (!read.query.trigger_type) {
    return wrong_member(source, "trigger_type", *text,
                        "one of inbound_message, webhook, schedule, api, event");
  }
  read.filter += " trigger_type=" + std::string(to_string(*read.query.trigger_type));
  return {};
}

/// A date alone is the beginning of that day in UTC.
OrbitResult<std::optional<Timestamp>> read_time(const FilterSource& source, std::string_view name,
                                                std::string& filter) {
  const auto text = source.text(name);
  if (!text) return std::optional<Timestamp>{};
  auto time = parse_rfc3339(*text);
  if (!time) time = parse_rfc3339(std::string(*text) + "T00:00:00Z");
  if (!time) {
    return wrong_member(source, name, *text, "a time of ISO 8601 like 2026-05-09T10:14:22.103Z");
  }
  filter += ' ' + std::string(name) + '=' + std::to_string(time->time_since_epoch().count());
  return time;
}

}  // namespace

OrbitResult<PageRequest> read_page(const Request& request, const CursorKeeper& keeper,
                                   std::string_view filter) {
  const auto limit = read_limit(request);
  if (!limit) return limit.error();
  const auto after = read_cursor(request, keeper, filter);
  if (!after) return after.error();
  return PageRequest{*after, *limit};
}

OrbitResult<FlowsQuery> read_flows_query(const Request& request, const CursorKeeper& keeper) {
  FlowsQuery query;
  query.filter = "orbit/flows";
  const auto page = read_page(request, keeper, query.filter);
  if (!page) return page.error();
  query.limit = page->limit;
  if (page->after) query.after = FlowId{*page->after};
  return query;
}

/// A cursor's position is an id; a version stands in its milliseconds.
OrbitResult<VersionsQuery> read_versions_query(const Request& request, const CursorKeeper& keeper,
                                               FlowId flow) {
  VersionsQuery query;
  query.filter = "orbit/versions flow=" + to_base62(flow.id);
  const auto limit = read_limit(request);
  if (!limit) return limit.error();
  query.limit = *limit;
  const auto after = read_cursor(request, keeper, query.filter);
  if (!after) return after.error();
  if (*after) query.before = static_cast<std::uint32_t>((*after)->milliseconds());
  return query;
}

std::string next_version_cursor(const CursorKeeper& keeper, std::string_view filter,
                                std::uint32_t position) {
  return next_cursor(keeper, filter, Id::make(position, Partition{0}, 0));
}

OrbitResult<ExecutionsQuery> read_executions_filter(const FilterSource& source,
                                                    WorkspaceNumber workspace) {
  ExecutionsQuery read;
  read.query.workspace = workspace;
  read.filter = "orbit/executions";
  if (const auto flow = source.text("flow_id")) {
    if (const auto id = parse_id(*flow)) {
      read.query.flow = FlowId{*id};
      read.filter += " flow=" + to_base62(*id);
    } else {
      read.matches_nothing = true;
    }
  }
  if (const auto told = read_status(source, read); !told) return told.error();
  if (const auto told = read_trigger_type(source, read); !told) return told.error();
  const auto from = read_time(source, "started_after", read.filter);
  if (!from) return from.error();
  const auto before = read_time(source, "started_before", read.filter);
  if (!before) return before.error();
  read.query.started_from = *from;
  read.query.started_before = *before;
  return read;
}

OrbitResult<ExecutionsQuery> read_executions_query(const Request& request,
                                                   const CursorKeeper& keeper) {
  const auto text = [&](std::string_view name) { return request.parameter(name); };
  auto filter = read_executions_filter({text}, keeper.workspace);
  if (!filter) return filter.error();
  ExecutionsQuery read = std::move(*filter);
  const auto limit = read_limit(request);
  if (!limit) return limit.error();
  read.query.limit = *limit;
  if (read.matches_nothing) return read;
  const auto after = read_cursor(request, keeper, read.filter);
  if (!after) return after.error();
  if (*after) read.query.after = ExecutionId{**after};
  return read;
}

OrbitResult<BulkJobsQuery> read_bulk_jobs_query(const Request& request,
                                                const CursorKeeper& keeper) {
  BulkJobsQuery query;
  query.filter = "orbit/bulk";
  const auto limit = read_limit(request);
  if (!limit) return limit.error();
  query.limit = *limit;
  const auto after = read_cursor(request, keeper, query.filter);
  if (!after) return after.error();
  if (*after) query.after = BulkId{**after};
  return query;
}

std::string next_cursor(const CursorKeeper& keeper, std::string_view filter,
                        const std::optional<Id>& position) {
  if (!position) return {};
  return encode_cursor({keeper.secret, keeper.workspace, filter}, *position);
}

}  // namespace millrace::http::orbit
