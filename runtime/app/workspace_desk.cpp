// The bounds of a retention are checked here, where the operator is told of them.
#include "runtime/app/workspace_desk.hpp"

#include "runtime/base/retention_limits.hpp"

#include <string>
#include <utility>

namespace millrace::app {
namespace {

JsonObject shown(const Workspace& workspace) {
  const bool own = workspace.retention_days != 0;
  return {{"workspace", workspace.name},
          {"retention_days", own ? Json(workspace.retention_days) : Json()}};
}

Result<std::uint16_t> read_days(const Json& request) {
  const Json* days = find_member(request, "retention_days");
  const bool fits = days != nullptr && days->is_int64() &&
                    days->get_int64() >= limits::retention_days_min &&
                    days->get_int64() <= limits::retention_days_max;
  if (fits) return static_cast<std::uint16_t>(days->get_int64());
  return Error{ErrorCode::validation, "a retention is " +
                                          std::to_string(limits::retention_days_min) + " to " +
                                          std::to_string(limits::retention_days_max) + " days"};
}

}  // namespace

Result<JsonObject> WorkspaceDesk::answer(const Json& request) const {
  const std::string_view command = string_member(request, "command");
  if (command == "workspace.set") return set(request);
  if (command == "workspace.list") return list();
  return Error{ErrorCode::validation, "unknown command '" + std::string(command) + "'"};
}

Result<JsonObject> WorkspaceDesk::set(const Json& request) const {
  const std::string name(string_member(request, "workspace"));
  const auto days = read_days(request);
  if (!days) return days.error();
  auto changed = change(CatalogChange{SetRetention{name, *days}});
  if (!changed && changed.error().code == ErrorCode::not_found)
    return Error{ErrorCode::not_found,
                 "there is no workspace '" + name + "'; see `millrace workspace list`"};
  if (!changed) return changed.error();
  return shown(*changed->workspace);
}

Result<JsonObject> WorkspaceDesk::list() const {
  JsonArray rows;
  for (const Workspace& workspace : archive.workspaces()) rows.push_back(shown(workspace));
  return JsonObject{{"workspaces", std::move(rows)}};
}

}  // namespace millrace::app
