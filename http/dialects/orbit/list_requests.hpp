// Orbit's list parameters, read into queries. Pure.
#pragma once

#include "http/dialects/cursor.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "http/message.hpp"
#include "runtime/ports/archive.hpp"

#include <functional>
#include <optional>
#include <string>

namespace millrace::http::orbit {

/// What makes and checks the cursors of one workspace.
struct CursorKeeper {
  std::string_view secret;
  WorkspaceNumber workspace{};
};

/// What every list takes: where to go on, and how much.
struct PageRequest {
  std::optional<Id> after;
  int limit = limits::page_size_default;
};
/// `filter` is what the cursor must be bound to.
OrbitResult<PageRequest> read_page(const Request& request, const CursorKeeper& keeper,
                                   std::string_view filter);

struct FlowsQuery {
  std::optional<FlowId> after;
  int limit = limits::page_size_default;
  std::string filter;  ///< what the next page's cursor is bound to
};
/// `limit` is clamped to what a page may hold; 400 when it is no number.
OrbitResult<FlowsQuery> read_flows_query(const Request& request, const CursorKeeper& keeper);

struct VersionsQuery {
  std::optional<std::uint32_t> before;  ///< the cursor's position: strictly older than this
  int limit = limits::page_size_default;
  std::string filter;
};
OrbitResult<VersionsQuery> read_versions_query(const Request& request, const CursorKeeper& keeper,
                                               FlowId flow);
/// The cursor behind version `position`.
std::string next_version_cursor(const CursorKeeper& keeper, std::string_view filter,
                                std::uint32_t position);

struct ExecutionsQuery {
  ExecutionQuery query;
  std::string filter;
  bool matches_nothing = false;  ///< the flow filter is no id
};
/// Where the members of a filter of executions stand, and how a wrong one is refused.
struct FilterSource {
  std::function<std::optional<std::string_view>(std::string_view name)> text;
  std::string prefix{};  ///< before a member's name in errors
  int refusal = 400;
};
/// `flow_id`, `status`, `trigger_type`, `started_after`, `started_before`.
OrbitResult<ExecutionsQuery> read_executions_filter(const FilterSource& source,
                                                    WorkspaceNumber workspace);
OrbitResult<ExecutionsQuery> read_executions_query(const Request& request,
                                                   const CursorKeeper& keeper);

struct BulkJobsQuery {
  std::optional<BulkId> after;
  int limit = limits::page_size_default;
  std::string filter;
};
OrbitResult<BulkJobsQuery> read_bulk_jobs_query(const Request& request, const CursorKeeper& keeper);

/// The cursor behind `position`; empty when there is no next page.
std::string next_cursor(const CursorKeeper& keeper, std::string_view filter,
                        const std::optional<Id>& position);

}  // namespace millrace::http::orbit
