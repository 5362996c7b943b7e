// The text of server-sent events, and the ids in it. Source: WHATWG HTML, «Server-sent events».
#pragma once

#include "runtime/ports/event_feed.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::http {

/// `<commit>.<n>`.
std::string to_text(EventPosition position);
/// Nothing when it is no id of ours.
std::optional<EventPosition> parse_event_position(std::string_view text);

/// One event. Without `id` the client keeps the id it has. Line ends in `data` become blanks: in
/// JSON they stand between values only.
void append_event(std::string& out, std::optional<EventPosition> id, std::string_view type,
                  std::string_view data);
/// Moves the client's last event id on without an event.
void append_id(std::string& out, EventPosition id);
/// For whoever counts silence; clients ignore it.
void append_comment(std::string& out, std::string_view text);

}  // namespace millrace::http
