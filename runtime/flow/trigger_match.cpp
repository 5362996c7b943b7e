// Which messages and which paths a trigger takes.
#include "runtime/flow/trigger_options.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace millrace {
namespace {

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& character : upper) {
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
  }
  return upper;
}

bool text_matches(MatchMode mode, const std::string& value, std::string_view text) {
  switch (mode) {
    case MatchMode::any:
      return true;
    case MatchMode::exact:
      return upper_case(value) == upper_case(text);
    case MatchMode::contains:
      return upper_case(text).find(upper_case(value)) != std::string::npos;
    case MatchMode::regex:
      return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), RE2(value, RE2::Quiet));
  }
  return false;
}

bool is_path_byte(char character) {
  static constexpr std::string_view marks = "-._~!$&'()*+,;=:@";
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || marks.find(character) != std::string_view::npos;
}

}  // namespace

bool matches(const TriggerOptions& options, std::string_view channel, std::string_view text) {
  const auto& channels = options.channels;
  if (!channels.empty() && std::find(channels.begin(), channels.end(), channel) == channels.end()) {
    return false;
  }
  if (options.match_mode == MatchMode::any) return true;
  return std::any_of(
      options.match_values.begin(), options.match_values.end(),
      [&](const std::string& value) { return text_matches(options.match_mode, value, text); });
}

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
