// The parameters of Orbit's live events. Pure.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "http/sse/turn_events.hpp"

#include <string>

namespace millrace::http::orbit {

/// `flow_id`, `execution_id` (what is no id matches nothing) and `types`, separated by commas.
/// Error: 400 for a type that there is not.
OrbitResult<EventFilter> read_event_filter(const Request& request);

/// `Last-Event-ID`, else the parameter `last_event_id`; empty when there is neither.
std::string read_last_event_id(const Request& request);

}  // namespace millrace::http::orbit
