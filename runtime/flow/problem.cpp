// Spelling of JSON paths.
#include "runtime/flow/problem.hpp"

#include <algorithm>

namespace millrace {
namespace {

bool is_word(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '-';
  });
}

}  // namespace

std::string member_path(std::string_view at, std::string_view key) {
  std::string path(at);
  if (is_word(key)) return path.append(".").append(key);
  return path.append("['").append(key).append("']");
}

std::string item_path(std::string_view at, std::size_t index) {
  return std::string(at) + "[" + std::to_string(index) + "]";
}

}  // namespace millrace
