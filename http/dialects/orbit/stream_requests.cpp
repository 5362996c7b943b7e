// The parameters of Orbit's live events.
#include "http/dialects/orbit/stream_requests.hpp"

#include "http/dialects/json_writer.hpp"

namespace millrace::http::orbit {
namespace {

std::string known_types() {
  std::string text = "some of";
  for (const LiveEventType type : live_event_types) {
    text.append(type == live_event_types.front() ? " " : ", ").append(to_string(type));
  }
  return text;
}

OrbitResult<std::uint8_t> read_types(std::string_view text) {
  std::uint8_t types = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto type = parse_live_event_type(text.substr(begin, end - begin));
    if (!type) return wrong_field("types", JsonWriter().text(text).take(), known_types(), 400);
    types = static_cast<std::uint8_t>(types | 1U << static_cast<unsigned>(*type));
    begin = end + 1;
  }
  return types;
}

}  // namespace

OrbitResult<EventFilter> read_event_filter(const Request& request) {
  EventFilter filter;
  if (const auto text = request.parameter("flow_id")) {
    filter.flow = FlowId{parse_id(*text).value_or(Id())};
  }
  if (const auto text = request.parameter("execution_id")) {
    filter.execution = ExecutionId{parse_id(*text).value_or(Id())};
  }
  if (const auto text = request.parameter("types")) {
    const auto types = read_types(*text);
    if (!types) return types.error();
    filter.types = *types;
  }
  return filter;
}

std::string read_last_event_id(const Request& request) {
  const std::string_view header = request.header("last-event-id");
  if (!header.empty()) return std::string(header);
  return std::string(request.parameter("last_event_id").value_or(std::string_view()));
}

}  // namespace millrace::http::orbit
