// Which spelling of a hook's path stands for all of them.
#include "runtime/flow/trigger_options.hpp"

#include <algorithm>

namespace millrace {
namespace {

bool is_path_byte(char character) {
  static constexpr std::string_view marks = "-._~!$&'()*+,;=:@";
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || marks.find(character) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> normalise_hook_path(std::string_view path) {
  std::string normal;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    begin = end + 1;
    if (segment.empty()) continue;
    if (segment == "." || segment == "..") return std::nullopt;
    if (!std::all_of(segment.begin(), segment.end(), is_path_byte)) return std::nullopt;
    if (!normal.empty()) normal += '/';
    normal += segment;
  }
  return normal;
}

}  // namespace millrace
