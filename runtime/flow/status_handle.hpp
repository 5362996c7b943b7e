// Handles by which a failed HTTP call may leave: `status:404` for one status, `status:4xx` for a
// hundred.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// Statuses, both ends included.
struct StatusRange {
  int first = 200;
  int last = 299;
  auto operator<=>(const StatusRange&) const = default;
};

/// `404` or `4xx`, from 100 to 599; nothing for all else.
std::optional<StatusRange> parse_status_range(std::string_view text);

/// `status:` and three digits from 100 to 599, or one digit from 1 to 5 and `xx`.
bool is_status_handle(std::string_view handle);

/// Which of a node's handles takes a reply of this status: the exact one before the hundred's;
/// nothing when there is none. An error with such a handle leaves by it, whatever `on_error` says.
std::optional<std::string> status_handle_of(int status, std::span<const std::string> handles);

}  // namespace millrace
