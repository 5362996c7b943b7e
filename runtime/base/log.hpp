// The log: one JSON object per line on standard error. Every value is escaped and capped, so that
// nothing a client sends can forge a line. The one door to spdlog. Thread-safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace millrace {

enum class LogLevel : std::uint8_t { debug, info, warn, error };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Lines below `level` are dropped. Call once, from main.
void start_log(LogLevel level);
/// `event` is a fixed name such as `server.started`; what varies goes into fields.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
/// The line that `log` writes, without the newline. Public for its test.
std::string format_log_line(LogLevel level, std::string_view time, std::string_view event,
                            std::initializer_list<LogField> fields);

}  // namespace millrace
