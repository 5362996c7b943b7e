// The states of an execution and of a node run. Numbers are on disk: never renumber, never reuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace {

enum class RunStatus : std::uint8_t {
  pending = 1,
  running = 2,
  completed = 3,
  failed = 4,
  cancelled = 5,
  timed_out = 6,
};
constexpr bool has_ended(RunStatus status) { return status >= RunStatus::completed; }
std::string_view to_string(RunStatus status);
std::optional<RunStatus> parse_run_status(std::string_view text);

/// What a caller may ask of a run that goes on.
enum class Control : std::uint8_t { cancel, pause, resume };

enum class NodeRunStatus : std::uint8_t { running = 1, waiting = 2, completed = 3, failed = 4 };
std::string_view to_string(NodeRunStatus status);

}  // namespace millrace
