// Orbit's rows in the route table. Static words (`executions`) win over ids in the router.
#include "http/dialects/orbit/routes.hpp"

#include "http/dialects/orbit/errors.hpp"
#include "http/dialects/orbit/handlers.hpp"

#include <array>

namespace millrace::http::orbit {
namespace {

struct Row {
  std::string_view method;
  std::string_view pattern;
  Scope scope;
  OrbitHandler handler;
  bool streams = false;
};

constexpr std::array<Row, 21> table{{
    {"POST", "/flows", Scope::flows_write, create_flow},
    {"GET", "/flows", Scope::flows_read, list_flows},
    {"GET", "/flows/{id}", Scope::flows_read, read_flow},
    {"PUT", "/flows/{id}", Scope::flows_write, update_flow},
    {"DELETE", "/flows/{id}", Scope::flows_write, delete_flow},
    {"POST", "/flows/{id}/publish", Scope::flows_write, publish_flow},
    {"POST", "/flows/{id}/unpublish", Scope::flows_write, unpublish_flow},
    {"POST", "/flows/{id}/validate", Scope::flows_read, validate_flow},
    {"POST", "/flows/{id}/test", Scope::flows_write, test_flow},
    {"GET", "/flows/{id}/versions", Scope::flows_read, list_versions},
    {"GET", "/flows/{id}/versions/{version}", Scope::flows_read, read_version},
    {"POST", "/flows/{id}/versions/{version}/archive", Scope::flows_write, archive_version},
    {"POST", "/flows/{id}/versions/{version}/restore", Scope::flows_write, restore_version},
    {"POST", "/flows/{id}/execute", Scope::executions_run, execute_flow},
    {"GET", "/flows/executions", Scope::executions_read, list_executions},
    {"GET", "/flows/executions/stream", Scope::executions_read, stream_executions, true},
    {"GET", "/flows/executions/{id}", Scope::executions_read, read_execution},
    {"POST", "/flows/executions/{id}/cancel", Scope::executions_run, cancel_execution},
    {"POST", "/flows/executions/{id}/pause", Scope::executions_run, pause_execution},
    {"POST", "/flows/executions/{id}/resume", Scope::executions_run, resume_execution},
    {"POST", "/flows/executions/{id}/replay", Scope::executions_run, replay_execution},
}};

}  // namespace

DialectRows rows() {
  return {Dialect::orbit, {"/v1", "/api/v1", "/orbit/v1", "/orbit/api/v1"}, render_error_as};
}

void add_routes(Router& router, const Services& services) {
  for (const auto& row : table) {
    add_row(
        router, rows(), std::string(row.method), row.pattern, KeyAccess{row.scope},
        [&services, handler = row.handler](MatchedPtr matched, Respond respond) {
          handler(services, matched, std::move(respond));
        },
        row.streams);
  }
}

}  // namespace millrace::http::orbit
