// Values from JSON text: simdjson's DOM, copied into Boost.JSON values.
#include "runtime/base/json.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/base/json_scan.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace millrace {
namespace {

namespace dom = simdjson::dom;

/// Above this a text is scanned before simdjson sees it: its index and tape take twelve bytes per
/// byte of the worst text, and the thread's parser would keep them.
constexpr std::size_t scan_first_bytes = 64 * limits::kib;
/// A parser that has grown beyond this is given back.
constexpr std::size_t parser_keeps_bytes = 256 * limits::kib;

bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

/// Whether some run of number characters is longer than `chars_max`. A longer run covers a multiple
/// of it, so only those are looked at. May be a string's content: the scanner decides.
bool may_have_long_number(std::string_view text, std::size_t chars_max) {
  const std::size_t stride = std::max<std::size_t>(chars_max, 1);
  for (std::size_t at = 0; at < text.size(); at += stride) {
    if (!is_number_char(text[at])) continue;
    std::size_t first = at;
    std::size_t last = at + 1;
    while (first > 0 && is_number_char(text[first - 1])) --first;
    while (last < text.size() && is_number_char(text[last])) ++last;
    if (last - first > chars_max) return true;
  }
  return false;
}

bool scan_first(std::string_view text, const JsonLimits& limits) {
  return text.size() > scan_first_bytes || text.size() > limits.string_bytes_max ||
         may_have_long_number(text, limits.number_chars_max);
}

/// Copies one simdjson value and all below it. False when a limit is passed; depth bounds the
/// recursion.
bool build(const dom::element& from, const JsonLimits& limits, int depth, Json& to) {
  switch (from.type()) {
    case dom::element_type::NULL_VALUE:
      return true;
    case dom::element_type::BOOL:
      to.emplace_bool() = from.get_bool().value_unsafe();
      return true;
    case dom::element_type::INT64:
      to.emplace_int64() = from.get_int64().value_unsafe();
      return true;
    case dom::element_type::UINT64:
      to.emplace_uint64() = from.get_uint64().value_unsafe();
      return true;
    case dom::element_type::DOUBLE:
      to.emplace_double() = from.get_double().value_unsafe();
      return true;
    case dom::element_type::STRING:
      to.emplace_string() = from.get_string().value_unsafe();
      return true;
    case dom::element_type::ARRAY: {
      if (depth >= limits.depth_max) return false;
      const dom::array items = from.get_array().value_unsafe();
      const std::size_t count = items.size();
      if (count > limits.items_per_array_max) return false;
      JsonArray& array = to.emplace_array();
      array.reserve(count);
      for (const dom::element item : items) {
        if (!build(item, limits, depth + 1, array.emplace_back(nullptr))) return false;
      }
      return true;
    }
    case dom::element_type::OBJECT: {
      if (depth >= limits.depth_max) return false;
      const dom::object members = from.get_object().value_unsafe();
      const std::size_t count = members.size();
      if (count > limits.keys_per_object_max) return false;
      JsonObject& object = to.emplace_object();
      object.reserve(count);
      for (const dom::key_value_pair member : members) {
        Json& value = object.emplace(member.key, nullptr).first->value();
        value.emplace_null();
        if (!build(member.value, limits, depth + 1, value)) return false;
      }
      return true;
    }
  }
  return false;
}

Error explain(std::string_view text, const JsonLimits& limits, simdjson::error_code code) {
  if (auto error = find_json_error(text, limits)) return *std::move(error);
  return Error{ErrorCode::invalid_json,
               std::string("invalid JSON: ") + simdjson::error_message(code)};
}

/// Parses `text` into `to`. `padded`: simdjson may read SIMDJSON_PADDING bytes behind it.
std::optional<Error> parse_into(std::string_view text, bool padded, const JsonLimits& limits,
                                Json& to) {
  if (text.size() > limits.bytes_max) {
    return Error{ErrorCode::too_large, "JSON text of " + std::to_string(text.size()) +
                                           " bytes; the limit is " +
                                           std::to_string(limits.bytes_max)};
  }
  if (text.empty() || scan_first(text, limits)) {
    if (auto error = find_json_error(text, limits)) return error;
  }
  thread_local dom::parser kept_parser;
  dom::parser large_parser;
  dom::parser& parser = text.size() > parser_keeps_bytes ? large_parser : kept_parser;
  dom::element root;
  const auto failure = parser.parse(text.data(), text.size(), !padded).get(root);
  if (failure != simdjson::SUCCESS) return explain(text, limits, failure);
  if (!build(root, limits, 0, to)) return explain(text, limits, simdjson::CAPACITY);
  return std::nullopt;
}

/// The document with the memory its values live in; the arena goes last.
struct Owner {
  Owner(std::string text, std::size_t arena_bytes)
      : arena(arena_bytes), document{std::move(text), Json(&arena)} {}

  boost::json::monotonic_resource arena;
  JsonDocument document;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits,
                        boost::json::storage_ptr storage) {
  Json root(std::move(storage));
  if (auto error = parse_into(text, false, limits, root)) return *std::move(error);
  return root;
}

Result<JsonDocumentPtr> parse_document(std::string text, const JsonLimits& limits) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  const std::size_t arena_bytes = std::max<std::size_t>(limits::kib, 2 * text.size());
  const auto owner = std::make_shared<Owner>(std::move(text), arena_bytes);
  JsonDocument& document = owner->document;
  if (auto error = parse_into(document.text, true, limits, document.root)) return *std::move(error);
  return JsonDocumentPtr(owner, &document);
}

JsonDocumentPtr make_document(Json root) {
  std::string text = print_json(root);
  return std::make_shared<const JsonDocument>(JsonDocument{std::move(text), std::move(root)});
}

const Json* find_member(const Json& value, std::string_view key) {
  const JsonObject* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(key);
}

std::string_view string_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr || !member->is_string()) return {};
  return member->get_string();
}

}  // namespace millrace
