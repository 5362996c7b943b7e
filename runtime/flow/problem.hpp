// One finding of validation. Validation never stops at the first: it returns all of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

struct Problem {
  std::string path;  ///< JSON path into the definition as the client sent it: `$.nodes[2].data.url`
  std::string code;  ///< stable, upper case: `UNKNOWN_NODE_TYPE`
  std::string message;  ///< for a person: what is wrong and what to do
  auto operator<=>(const Problem&) const = default;
};

struct Problems {
  std::vector<Problem> errors;  ///< any of these prevents publishing
  std::vector<Problem> warnings;

  void error(std::string path, std::string code, std::string message) {
    errors.push_back({std::move(path), std::move(code), std::move(message)});
  }
  void warn(std::string path, std::string code, std::string message) {
    warnings.push_back({std::move(path), std::move(code), std::move(message)});
  }
};

/// `$.nodes[2]` and `data` → `$.nodes[2].data`; a key that is no plain word is quoted:
/// `$.headers['a b']`.
std::string member_path(std::string_view at, std::string_view key);
/// `$.nodes` and 2 → `$.nodes[2]`.
std::string item_path(std::string_view at, std::size_t index);

}  // namespace millrace
