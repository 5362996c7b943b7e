// Reading `404` and `4xx`, and choosing among handles of them.
#include "runtime/flow/status_handle.hpp"

#include <algorithm>

namespace millrace {
namespace {

constexpr std::string_view prefix = "status:";

std::optional<int> digit(char character) {
  if (character < '0' || character > '9') return std::nullopt;
  return character - '0';
}

}  // namespace

std::optional<StatusRange> parse_status_range(std::string_view text) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '5') return std::nullopt;
  const int hundred = *digit(text[0]) * 100;
  if (text.substr(1) == "xx") return StatusRange{hundred, hundred + 99};
  const auto tens = digit(text[1]);
  const auto ones = digit(text[2]);
  if (!tens || !ones) return std::nullopt;
  const int status = hundred + *tens * 10 + *ones;
  return StatusRange{status, status};
}

bool is_status_handle(std::string_view handle) {
  return handle.starts_with(prefix) && parse_status_range(handle.substr(prefix.size())).has_value();
}

std::optional<std::string> status_handle_of(int status, std::span<const std::string> handles) {
  const std::string digits = std::to_string(status);
  const std::string exact = std::string(prefix) + digits;
  const std::string hundred = std::string(prefix) + digits.substr(0, 1) + "xx";
  for (const std::string& wanted : {exact, hundred}) {
    if (std::find(handles.begin(), handles.end(), wanted) != handles.end()) return wanted;
  }
  return std::nullopt;
}

}  // namespace millrace
