// JSON: the one door to simdjson (reading) and Boost.JSON's value types (holding). Boost.JSON's own
// parser and serializer lose digits and are not used. Integers are 64-bit, doubles exact; a
// duplicate key: last wins.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/base/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace millrace {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

struct JsonLimits {
  std::size_t bytes_max = limits::api_body_bytes_max;
  int depth_max = limits::json_depth_max;
  std::size_t keys_per_object_max = limits::json_keys_per_object_max;
  std::size_t items_per_array_max = limits::json_items_per_array_max;
  std::size_t string_bytes_max = limits::json_string_bytes_max;
  std::size_t number_chars_max = limits::json_number_chars_max;
};

/// Parses and validates the whole text. Errors: invalid_json (message has line and column),
/// too_large. Values are allocated in `storage` when given. Reuses one parser per thread.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {},
                        boost::json::storage_ptr storage = {});

/// A text and its parsed form, immutable and shared: parsed once, printed never.
struct JsonDocument {
  std::string text;  ///< as received; valid JSON
  Json root;         ///< lives in an arena of its own
};
using JsonDocumentPtr = std::shared_ptr<const JsonDocument>;

Result<JsonDocumentPtr> parse_document(std::string text, const JsonLimits& limits = {});
/// Prints `root` once for its text.
JsonDocumentPtr make_document(Json root);

/// Compact JSON text; numbers by std::to_chars (shortest exact form).
std::string print_json(const Json& value);
void append_json(std::string& out, const Json& value);
/// Appends `text` as a quoted JSON string.
void append_json_string(std::string& out, std::string_view text);

/// Member of an object, or nullptr when `value` is no object or has no such member.
const Json* find_member(const Json& value, std::string_view key);
/// The string at `key`, or empty.
std::string_view string_member(const Json& value, std::string_view key);

}  // namespace millrace
