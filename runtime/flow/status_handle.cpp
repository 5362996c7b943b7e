// Matching of a status against `status:404` and `status:4xx`.
#include "runtime/flow/status_handle.hpp"

#include <algorithm>

namespace millrace {
namespace {

constexpr std::string_view prefix = "status:";

bool is_digit(char character) { return character >= '0' && character <= '9'; }

}  // namespace

bool is_status_handle(std::string_view handle) {
  if (!handle.starts_with(prefix) || handle.size() != prefix.size() + 3) return false;
  const std::string_view code = handle.substr(prefix.size());
  if (code[0] < '1' || code[0] > '5') return false;
  return code.substr(1) == "xx" || (is_digit(code[1]) && is_digit(code[2]));
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
