// The classes of node errors; retry policies and clients decide by them. Numbers are on disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace {

/// Source: contracts «Error object everywhere».
enum class ErrorClass : std::uint8_t {
  configuration = 1,
  validation = 2,
  expression = 3,
  authentication = 4,
  authorization = 5,
  timeout = 6,
  communication = 7,
  rate_limited = 8,
  not_found = 9,
  cancelled = 10,
  runtime = 11,
};
std::string_view to_string(ErrorClass error_class);
std::optional<ErrorClass> parse_error_class(std::string_view text);

}  // namespace millrace
