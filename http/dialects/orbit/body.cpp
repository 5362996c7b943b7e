// A JSON body under reading.
#include "http/dialects/orbit/body.hpp"

#include "runtime/base/utf8.hpp"

#include <algorithm>

namespace millrace::http::orbit {

OrbitResult<Body> read_body(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) {
    const Error& error = parsed.error();
    // The session has bounded the bytes: what is too large here is the JSON (depth, keys, items).
    return from_error({ErrorCode::invalid_json, error.message, error.path});
  }
  if (!parsed->is_object()) return wrong_field("$", print_json(*parsed), "a JSON object");
  return Body{text, std::move(*parsed)};
}

OrbitResult<void> refuse_unknown(const Body& body, std::initializer_list<std::string_view> known) {
  for (const auto& member : body.root.get_object()) {
    const std::string_view name(member.key());
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return wrong_field(name, print_json(member.value()),
                         "absent: it is not a field of this call");
    }
  }
  return {};
}

OrbitResult<std::string> read_text(const Body& body, std::string_view field,
                                   std::size_t chars_max) {
  const Json* value = find_member(body.root, field);
  if (value == nullptr) return missing_field(field, "string");
  if (!value->is_string() || value->get_string().empty()) {
    return wrong_field(field, print_json(*value), "a string that is not empty");
  }
  const std::string_view text(value->get_string());
  if (utf8_count(text) > chars_max) {
    return wrong_field(field, "null", "at most " + std::to_string(chars_max) + " characters");
  }
  return std::string(text);
}

}  // namespace millrace::http::orbit
