// Which events start a flow: types, source, age.
#pragma once

#include "runtime/base/time.hpp"
#include "runtime/flow/model.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

struct EventOptions {
  std::vector<std::string> types;  ///< patterns; at least one
  std::string source;              ///< pattern; empty: any
  std::optional<Duration> age_max;
  std::optional<Duration> debounce;  ///< the pause that its runs wait for
};

/// A pattern is a text, or one with `*` at its end for whatever may follow. Letter case counts, as
/// it does in CloudEvents.
bool matches(const EventOptions& options, std::string_view type, std::string_view source);

/// Reads `event` or `events`, `source`, `max_age_seconds` and `debounce_seconds` of an event
/// trigger's data at `path`.
EventOptions read_event_options(const JsonObject& data, const std::string& path,
                                Problems& problems);

}  // namespace millrace
