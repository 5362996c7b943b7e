// Truth, text, equality, order and copying of values.
#include "runtime/expr/values.hpp"

#include "runtime/expr/numbers.hpp"
#include "runtime/expr/template.hpp"

#include <algorithm>

namespace millrace::expr {
namespace {

bool equal_inside(const Json& left, const Json& right, Meter& meter) {
  if (!meter.spend(1, 0)) return false;
  if (left.is_number() && right.is_number()) return compare_numbers(left, right) == 0;
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case boost::json::kind::null:
      return true;
    case boost::json::kind::bool_:
      return left.get_bool() == right.get_bool();
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return compare_numbers(left, right) == 0;
    case boost::json::kind::string:
      return meter.spend(0, left.get_string().size()) && left.get_string() == right.get_string();
    case boost::json::kind::array: {
      const JsonArray& a = left.get_array();
      const JsonArray& b = right.get_array();
      return a.size() == b.size() &&
             std::equal(a.begin(), a.end(), b.begin(), [&](const Json& x, const Json& y) {
               return meter.step() && equal_inside(x, y, meter);
             });
    }
    case boost::json::kind::object: {
      const JsonObject& a = left.get_object();
      const JsonObject& b = right.get_object();
      return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& member) {
               const Json* other = b.if_contains(member.key());
               return other != nullptr && meter.step() &&
                      equal_inside(member.value(), *other, meter);
             });
    }
  }
  return false;
}

struct Size {
  std::size_t items = 0;
  std::size_t bytes = 0;
  bool too_deep = false;
};

constexpr std::size_t value_bytes = 8;

void measure(const Json& value, int level, Size& size) {
  ++size.items;
  size.bytes += value_bytes;
  if (const auto* text = value.if_string()) {
    size.bytes += text->size();
    return;
  }
  if (!value.is_structured()) return;
  if (level >= limits::value_depth_max) {
    size.too_deep = true;
    return;
  }
  if (const JsonArray* array = value.if_array()) {
    for (const Json& item : *array) measure(item, level + 1, size);
    return;
  }
  for (const auto& member : value.get_object()) {
    size.bytes += member.key().size() + value_bytes;
    measure(member.value(), level + 1, size);
  }
}

}  // namespace

bool truthy(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return false;
    case boost::json::kind::bool_:
      return value.get_bool();
    case boost::json::kind::int64:
      return value.get_int64() != 0;
    case boost::json::kind::uint64:
      return value.get_uint64() != 0;
    case boost::json::kind::double_:
      return value.get_double() != 0.0;
    case boost::json::kind::string:
      return !value.get_string().empty();
    case boost::json::kind::array:
      return !value.get_array().empty();
    case boost::json::kind::object:
      return !value.get_object().empty();
  }
  return false;
}

std::string to_text(const Json& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.if_string()) return std::string(*text);
  return print_json(value);
}

void append_text(boost::json::string& out, const Json& value) {
  if (value.is_null()) return;
  if (const auto* text = value.if_string()) {
    out.append(*text);
  } else {
    out.append(print_json(value));
  }
}

std::string_view type_name(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "true or false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "a number";
    case boost::json::kind::string:
      return "text";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
  }
  return "null";
}

bool equal(const Json& left, const Json& right, Meter& meter) {
  if (left.is_number() && right.is_string()) {
    const auto number = number_in(right.get_string());
    return number && compare_numbers(left, *number) == 0;
  }
  if (left.is_string() && right.is_number()) return equal(right, left, meter);
  return equal_inside(left, right, meter);
}

std::partial_ordering order(const Json& left, const Json& right) {
  if (left.is_number() && right.is_number()) return compare_numbers(left, right);
  if (left.is_string() && right.is_string()) {
    const std::string_view a = left.get_string();
    const std::string_view b = right.get_string();
    return a.compare(b) <=> 0;
  }
  if (left.is_number() && right.is_string()) {
    const auto number = number_in(right.get_string());
    return number ? compare_numbers(left, *number) : std::partial_ordering::unordered;
  }
  if (left.is_string() && right.is_number()) return 0 <=> order(right, left);
  return std::partial_ordering::unordered;
}

bool pay_for_copy(const Json& value, int level, Meter& meter) {
  if (!value.is_structured() && !value.is_string()) return !meter.failed();
  Size size;
  measure(value, level, size);
  if (size.too_deep) {
    return meter.fail("the value nests more than " + std::to_string(limits::value_depth_max) +
                      " levels deep");
  }
  return meter.make(size.bytes) && meter.spend(size.items, 0);
}

}  // namespace millrace::expr
