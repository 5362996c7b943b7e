// The text of server-sent events.
#include "http/sse/frames.hpp"

#include <charconv>

namespace millrace::http {
namespace {

void append_line(std::string& out, std::string_view field, std::string_view value) {
  out.append(field).append(": ");
  const std::size_t begin = out.size();
  out.append(value);
  for (std::size_t i = begin; i < out.size(); ++i) {
    if (out[i] == '\n' || out[i] == '\r') out[i] = ' ';
  }
  out += '\n';
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string to_text(EventPosition position) {
  return std::to_string(position.commit) + '.' + std::to_string(position.n);
}

std::optional<EventPosition> parse_event_position(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  EventPosition position;
  if (!read_number(text.substr(0, dot), position.commit)) return std::nullopt;
  if (!read_number(text.substr(dot + 1), position.n)) return std::nullopt;
  return position;
}

void append_event(std::string& out, std::optional<EventPosition> id, std::string_view type,
                  std::string_view data) {
  if (id) append_line(out, "id", to_text(*id));
  append_line(out, "event", type);
  append_line(out, "data", data);
  out += '\n';
}

void append_id(std::string& out, EventPosition id) {
  append_line(out, "id", to_text(id));
  out += '\n';
}

void append_comment(std::string& out, std::string_view text) {
  append_line(out, "", text);
  out += '\n';
}

}  // namespace millrace::http
