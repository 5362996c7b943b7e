// Equality as JSON Schema has it: 1 and 1.0 are one number, inside lists and objects too.
#include "runtime/schema/json_schema.hpp"

#include "runtime/schema/schema_nodes.hpp"

#include <algorithm>

namespace millrace {
namespace {

bool same_numbers(const Json& left, const Json& right) {
  if (!left.is_double() && !right.is_double()) return left == right;
  return left.to_number<double>() == right.to_number<double>();
}

bool same_objects(const JsonObject& left, const JsonObject& right) {
  return left.size() == right.size() &&
         std::all_of(left.begin(), left.end(), [&](const auto& member) {
           const Json* other = right.if_contains(member.key());
           return other != nullptr && same_json(member.value(), *other);
         });
}

}  // namespace

bool same_json(const Json& left, const Json& right) {
  if (left.is_number() && right.is_number()) return same_numbers(left, right);
  if (left.is_array() && right.is_array()) {
    return std::equal(left.get_array().begin(), left.get_array().end(), right.get_array().begin(),
                      right.get_array().end(), same_json);
  }
  if (left.is_object() && right.is_object()) {
    return same_objects(left.get_object(), right.get_object());
  }
  return left == right;
}

}  // namespace millrace
