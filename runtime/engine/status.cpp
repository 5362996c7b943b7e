// Names of the states, as clients see them.
#include "runtime/engine/status.hpp"

#include <array>
#include <utility>

namespace millrace {
namespace {

constexpr std::array run_status_names{
    std::pair{RunStatus::pending, std::string_view("pending")},
    std::pair{RunStatus::running, std::string_view("running")},
    std::pair{RunStatus::completed, std::string_view("completed")},
    std::pair{RunStatus::failed, std::string_view("failed")},
    std::pair{RunStatus::cancelled, std::string_view("cancelled")},
    std::pair{RunStatus::timed_out, std::string_view("timed_out")},
};

}  // namespace

std::string_view to_string(RunStatus status) {
  for (const auto& [value, name] : run_status_names) {
    if (value == status) return name;
  }
  return {};
}

std::optional<RunStatus> parse_run_status(std::string_view text) {
  for (const auto& [value, name] : run_status_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view to_string(NodeRunStatus status) {
  switch (status) {
    case NodeRunStatus::running:
      return "running";
    case NodeRunStatus::waiting:
      return "waiting";
    case NodeRunStatus::completed:
      return "completed";
    case NodeRunStatus::failed:
      return "failed";
  }
  return {};
}

}  // namespace millrace
