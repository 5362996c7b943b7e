// Event triggers: reading and matching.
#include "runtime/flow/event_options.hpp"

#include "runtime/base/ingress_limits.hpp"
#include "runtime/flow/fields.hpp"

#include <algorithm>

namespace millrace {
namespace {

constexpr std::int64_t age_seconds_max = 365LL * 24 * 3'600;

bool fits(std::string_view pattern, std::string_view text) {
  if (!pattern.ends_with('*')) return pattern == text;
  return text.starts_with(pattern.substr(0, pattern.size() - 1));
}

/// Reports a `*` that is not at the end.
void check_pattern(std::string_view pattern, const std::string& path, Problems& problems) {
  if (pattern.substr(0, pattern.size() - 1).find('*') == std::string_view::npos) return;
  problems.error(path, "INVALID_VALUE", "A `*` may stand at the end only.");
}

void read_type(const Json& written, const std::string& path, EventOptions& options,
               Problems& problems) {
  if (!written.is_string() || written.get_string().empty()) {
    return report_type(path, "the type of an event", problems);
  }
  check_pattern(written.get_string(), path, problems);
  options.types.emplace_back(written.get_string());
}

}  // namespace

bool matches(const EventOptions& options, std::string_view type, std::string_view source) {
  if (!options.source.empty() && !fits(options.source, source)) return false;
  return std::any_of(options.types.begin(), options.types.end(),
                     [type](const std::string& pattern) { return fits(pattern, type); });
}

EventOptions read_event_options(const JsonObject& data, const std::string& path,
                                Problems& problems) {
  EventOptions options;
  const Json* one = given(data, "event");
  const Json* several = given(data, "events");
  const std::string several_path = member_path(path, "events");
  if (one == nullptr && several == nullptr) {
    report_missing(member_path(path, "event"), "the type of the events that start this flow",
                   problems);
  }
  if (one != nullptr) read_type(*one, member_path(path, "event"), options, problems);
  if (several != nullptr && (!several->is_array() || several->get_array().empty())) {
    report_type(several_path, "an array with at least one type", problems);
  } else if (several != nullptr) {
    const JsonArray& types = several->get_array();
    if (types.size() > limits::event_patterns_max) {
      problems.error(several_path, "INVALID_VALUE",
                     "At most " + std::to_string(limits::event_patterns_max) + " types.");
    }
    for (std::size_t i = 0; i < std::min(types.size(), limits::event_patterns_max); ++i) {
      read_type(types[i], item_path(several_path, i), options, problems);
    }
  }
  options.source = read_string(data, "source", path, problems);
  if (!options.source.empty()) {
    check_pattern(options.source, member_path(path, "source"), problems);
  }
  if (const auto seconds =
          read_integer(data, "max_age_seconds", path, 1, age_seconds_max, problems)) {
    options.age_max = std::chrono::seconds(*seconds);
  }
  constexpr std::chrono::seconds pause_max = limits::debounce_max;
  if (const auto seconds =
          read_integer(data, "debounce_seconds", path, 1, pause_max.count(), problems)) {
    options.debounce = std::chrono::seconds(*seconds);
  }
  return options;
}

}  // namespace millrace
