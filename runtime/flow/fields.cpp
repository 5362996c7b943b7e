// Members of a client's JSON object, read with their problems.
#include "runtime/flow/fields.hpp"

#include <cmath>
#include <utility>

namespace millrace {

const Json* given(const JsonObject& object, std::string_view key) {
  const Json* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::optional<std::int64_t> as_integer(const Json& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) {
    const std::uint64_t number = value.get_uint64();
    if (std::in_range<std::int64_t>(number)) return static_cast<std::int64_t>(number);
    return std::nullopt;
  }
  if (!value.is_double()) return std::nullopt;
  constexpr double bound = 9007199254740992.0;  // 2^53: beyond it a double names no single integer
  const double number = value.get_double();
  if (std::abs(number) > bound || number != std::floor(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::string read_string(const JsonObject& object, std::string_view key, std::string_view at,
                        Problems& problems) {
  const Json* value = given(object, key);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  report_type(member_path(at, key), "a string", problems);
  return {};
}

std::optional<std::int64_t> read_integer(const JsonObject& object, std::string_view key,
                                         std::string_view at, std::int64_t min, std::int64_t max,
                                         Problems& problems) {
  const Json* value = given(object, key);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::int64_t> number = as_integer(*value);
  if (!number) {
    report_type(member_path(at, key), "a whole number", problems);
    return std::nullopt;
  }
  if (*number < min || *number > max) {
    problems.error(member_path(at, key), "INVALID_VALUE",
                   "Must be from " + std::to_string(min) + " to " + std::to_string(max) + ".");
    return std::nullopt;
  }
  return number;
}

std::vector<std::string> read_strings(const Json& value, const std::string& path,
                                      Problems& problems) {
  std::vector<std::string> texts;
  if (!value.is_array() || value.get_array().empty()) {
    report_type(path, "an array with at least one string", problems);
    return texts;
  }
  const JsonArray& items = value.get_array();
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (items[index].is_string() && !items[index].get_string().empty()) {
      texts.emplace_back(items[index].get_string());
    } else {
      report_type(item_path(path, index), "a string that is not empty", problems);
    }
  }
  return texts;
}

void check_pattern(std::string_view pattern, const std::string& path, Problems& problems) {
  if (pattern.substr(0, pattern.size() - 1).find('*') == std::string_view::npos) return;
  problems.error(path, "INVALID_VALUE", "A `*` may stand at the end only.");
}

void report_unbuilt(const std::string& path, std::string_view what, std::string_view instead,
                    Problems& problems) {
  problems.error(path, "UNSUPPORTED_OPTION",
                 std::string(what) + " is not built yet: " + std::string(instead) + ".");
}

void report_type(std::string_view path, std::string_view wanted, Problems& problems) {
  problems.error(std::string(path), "INVALID_TYPE", "Must be " + std::string(wanted) + ".");
}

void report_missing(std::string_view path, std::string_view about, Problems& problems) {
  problems.error(std::string(path), "MISSING_REQUIRED_FIELD",
                 "Is required: " + std::string(about) + ".");
}

}  // namespace millrace
