// Log lines: spdlog writes them and asks the clock, the escaping is ours.
#include "runtime/base/log.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/base/utf8.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <charconv>
#include <cmath>

namespace millrace {
namespace {

constexpr std::size_t value_bytes_max = 8 * limits::kib;
constexpr std::string_view hex_digits = "0123456789abcdef";

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// Whether a terminal or a line splitter could take this code point for a command: C0, DEL, C1,
/// U+2028/2029.
bool is_dangerous(std::string_view code_point) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(code_point[i]); };
  if (code_point.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  if (code_point.size() == 2) return byte(0) == 0xc2 && byte(1) < 0xa0;
  return code_point == "\xe2\x80\xa8" || code_point == "\xe2\x80\xa9";
}

void append_unit(std::string& out, unsigned unit) {
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(hex_digits[(unit >> shift) & 0xf]);
}

void append_escaped(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t at = 0;
  while (at < text.size() && at < value_bytes_max) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    const std::string_view code_point = text.substr(at, length);
    if (length == 0) {
      out.append("\\ufffd");
    } else if (code_point == "\"" || code_point == "\\") {
      out.push_back('\\');
      out.append(code_point);
    } else if (is_dangerous(code_point)) {
      const auto last = static_cast<std::uint8_t>(code_point.back());
      append_unit(out, length == 3 ? (0x2028U + (last - 0xa8U)) : last);
    } else {
      out.append(code_point);
    }
    at += length == 0 ? 1 : length;
  }
  if (at < text.size()) out.append("... (" + std::to_string(text.size() - at) + " bytes more)");
  out.push_back('"');
}

struct AppendValue {
  std::string& out;
  void operator()(std::string_view text) const { append_escaped(out, text); }
  void operator()(bool value) const { out.append(value ? "true" : "false"); }
  void operator()(std::int64_t value) const { out.append(std::to_string(value)); }
  void operator()(double value) const {
    if (!std::isfinite(value)) {
      out.append("null");
      return;
    }
    char buffer[32];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr);
  }
};

/// All of a line that comes behind its time.
void append_tail(std::string& out, LogLevel level, std::string_view event,
                 std::initializer_list<LogField> fields) {
  out.append("\",\"level\":\"").append(level_name(level)).append("\",\"event\":");
  append_escaped(out, event);
  for (const LogField& field : fields) {
    out.push_back(',');
    append_escaped(out, field.name);
    out.push_back(':');
    std::visit(AppendValue{out}, field.value);
  }
  out.push_back('}');
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("millrace",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ%v", spdlog::pattern_time_type::utc));
    made->set_level(spdlog::level::info);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

}  // namespace

void start_log(LogLevel level) { logger().set_level(spdlog_level(level)); }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logger().should_log(spdlog_level(level))) return;
  std::string tail;
  append_tail(tail, level, event, fields);
  logger().log(spdlog_level(level), spdlog::string_view_t(tail.data(), tail.size()));
}

std::string format_log_line(LogLevel level, std::string_view time, std::string_view event,
                            std::initializer_list<LogField> fields) {
  std::string line = "{\"time\":";
  append_escaped(line, time);
  line.pop_back();
  append_tail(line, level, event, fields);
  return line;
}

}  // namespace millrace
