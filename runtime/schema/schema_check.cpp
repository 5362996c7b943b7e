// A value against the nodes. Work is counted, so that no schema makes a small value dear.
#include "runtime/base/ingress_limits.hpp"
#include "runtime/base/utf8.hpp"
#include "runtime/flow/fields.hpp"
#include "runtime/schema/schema_nodes.hpp"

#include <algorithm>
#include <cmath>

namespace millrace {
namespace {

/// Schemas applied inside one another: as deep as JSON may be, with a few references on each level.
constexpr int applied_depth_max = 4 * limits::json_depth_max;

std::uint8_t types_of(const Json& value) {
  const auto bits = [](auto... types) {
    return static_cast<std::uint8_t>((static_cast<unsigned>(types) | ...));
  };
  if (value.is_null()) return bits(JsonType::null);
  if (value.is_bool()) return bits(JsonType::boolean);
  if (value.is_object()) return bits(JsonType::object);
  if (value.is_array()) return bits(JsonType::array);
  if (value.is_string()) return bits(JsonType::string);
  const bool whole = !value.is_double() || std::floor(value.get_double()) == value.get_double();
  return whole ? bits(JsonType::number, JsonType::integer) : bits(JsonType::number);
}

bool less(const Json& left, const Json& right) {
  if (left.is_int64() && right.is_int64()) return left.get_int64() < right.get_int64();
  return left.to_number<double>() < right.to_number<double>();
}

bool is_multiple(double number, double factor) {
  constexpr double slack = 1e-9;
  return std::abs(std::remainder(number, factor)) <= slack * factor;
}

class Checker {
 public:
  explicit Checker(const JsonSchema& schema) : schema_(schema) {}

  std::vector<Problem> check(const Json& value, const std::string& at) {
    std::vector<Problem> found;
    apply(0, value, at, 0, found);
    if (gave_up_) return {{at, "SCHEMA_TOO_COSTLY", "The schema takes too many steps on this."}};
    return found;
  }

 private:
  using Found = std::vector<Problem>;

  void apply(SchemaIndex index, const Json& value, const std::string& at, int depth, Found& found);
  void check_number(const SchemaNode& node, const Json& value, const std::string& at, Found& found);
  void check_string(const SchemaNode& node, const Json& value, const std::string& at, Found& found);
  void check_array(const SchemaNode& node, const Json& value, const std::string& at, int depth,
                   Found& found);
  void check_object(const SchemaNode& node, const Json& value, const std::string& at, int depth,
                    Found& found);
  void check_choices(const SchemaNode& node, const Json& value, const std::string& at, int depth,
                     Found& found);
  bool has_twins(const JsonArray& items);
  bool holds(SchemaIndex index, const Json& value, const std::string& at, int depth) {
    Found aside;
    apply(index, value, at, depth, aside);
    return aside.empty();
  }
  bool spend() {
    if (++steps_ > limits::schema_steps_max) gave_up_ = true;
    return !gave_up_;
  }
  static void report(Found& found, const std::string& at, const char* code, std::string message) {
    if (found.size() < limits::schema_problems_max) found.push_back({at, code, std::move(message)});
  }

  const JsonSchema& schema_;
  std::size_t steps_ = 0;
  bool gave_up_ = false;
};

void Checker::apply(SchemaIndex index, const Json& value, const std::string& at, int depth,
                    Found& found) {
  if (depth > applied_depth_max) gave_up_ = true;
  if (!spend()) return;
  const SchemaNode& node = schema_.nodes[index];
  if (node.never) return report(found, at, "UNKNOWN_FIELD", "Is not allowed here.");
  if (node.types != 0 && (node.types & types_of(value)) == 0) {
    return report(found, at, "INVALID_TYPE", "Must be of type " + node.types_text + ".");
  }
  if (node.one_of_values &&
      std::none_of(node.one_of_values->begin(), node.one_of_values->end(),
                   [&](const Json& allowed) { return spend() && same_json(allowed, value); })) {
    report(found, at, "INVALID_VALUE", "Must be one of " + print_json(*node.one_of_values) + ".");
  }
  if (value.is_number()) check_number(node, value, at, found);
  if (value.is_string()) check_string(node, value, at, found);
  if (value.is_array()) check_array(node, value, at, depth, found);
  if (value.is_object()) check_object(node, value, at, depth, found);
  check_choices(node, value, at, depth + 1, found);
  if (node.reference) apply(*node.reference, value, at, depth + 1, found);
}

void Checker::check_number(const SchemaNode& node, const Json& value, const std::string& at,
                           Found& found) {
  const auto refuse = [&](const char* rule, const Json& bound) {
    report(found, at, "INVALID_VALUE", std::string(rule) + print_json(bound) + ".");
  };
  if (node.minimum && less(value, *node.minimum)) refuse("Must be at least ", *node.minimum);
  if (node.maximum && less(*node.maximum, value)) refuse("Must be at most ", *node.maximum);
  if (node.minimum_exclusive && !less(*node.minimum_exclusive, value)) {
    refuse("Must be more than ", *node.minimum_exclusive);
  }
  if (node.maximum_exclusive && !less(value, *node.maximum_exclusive)) {
    refuse("Must be less than ", *node.maximum_exclusive);
  }
  if (node.multiple_of && !is_multiple(value.to_number<double>(), *node.multiple_of)) {
    refuse("Must be a multiple of ", *node.multiple_of);
  }
}

void Checker::check_string(const SchemaNode& node, const Json& value, const std::string& at,
                           Found& found) {
  const std::string_view text = value.get_string();
  const std::size_t length = utf8_count(text);
  if (length < node.length_min) {
    report(found, at, "INVALID_VALUE",
           "Must have at least " + std::to_string(node.length_min) + " characters.");
  }
  if (length > node.length_max) {
    report(found, at, "INVALID_VALUE",
           "Must have at most " + std::to_string(node.length_max) + " characters.");
  }
  if (node.pattern &&
      !RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *node.pattern)) {
    report(found, at, "INVALID_VALUE", "Must match " + node.pattern->pattern() + ".");
  }
}

bool Checker::has_twins(const JsonArray& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!spend()) return false;
      if (same_json(items[i], items[j])) return true;
    }
  }
  return false;
}

void Checker::check_array(const SchemaNode& node, const Json& value, const std::string& at,
                          int depth, Found& found) {
  const JsonArray& items = value.get_array();
  if (items.size() < node.items_min) {
    report(found, at, "INVALID_VALUE",
           "Must have at least " + std::to_string(node.items_min) + " items.");
  }
  if (items.size() > node.items_max) {
    report(found, at, "INVALID_VALUE",
           "Must have at most " + std::to_string(node.items_max) + " items.");
  }
  if (node.unique_items && has_twins(items)) {
    report(found, at, "INVALID_VALUE", "Must not have an item twice.");
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i < node.prefix.size()) {
      apply(node.prefix[i], items[i], item_path(at, i), depth + 1, found);
    } else if (node.items) {
      apply(*node.items, items[i], item_path(at, i), depth + 1, found);
    } else {
      break;
    }
  }
}

void Checker::check_object(const SchemaNode& node, const Json& value, const std::string& at,
                           int depth, Found& found) {
  const JsonObject& object = value.get_object();
  for (const std::string& name : node.required) {
    if (object.contains(name)) continue;
    report(found, member_path(at, name), "MISSING_REQUIRED_FIELD", "Is required.");
  }
  if (object.size() < node.members_min || object.size() > node.members_max) {
    report(found, at, "INVALID_VALUE",
           "Must have " + std::to_string(node.members_min) + " members or more" +
               (node.members_max == std::numeric_limits<std::size_t>::max()
                    ? "."
                    : ", and at most " + std::to_string(node.members_max) + "."));
  }
  if (node.properties.empty() && !node.additional) return;
  for (const auto& member : object) {
    const std::string_view key(member.key());
    const auto known = node.properties.find(key);
    if (known != node.properties.end()) {
      apply(known->second, member.value(), member_path(at, key), depth + 1, found);
    } else if (node.additional) {
      apply(*node.additional, member.value(), member_path(at, key), depth + 1, found);
    }
  }
}

void Checker::check_choices(const SchemaNode& node, const Json& value, const std::string& at,
                            int depth, Found& found) {
  for (const SchemaIndex each : node.all_of) apply(each, value, at, depth, found);
  const auto fits = [&](SchemaIndex each) { return holds(each, value, at, depth); };
  if (!node.any_of.empty() && std::none_of(node.any_of.begin(), node.any_of.end(), fits)) {
    report(found, at, "INVALID_VALUE", "Fits none of the schemas of anyOf.");
  }
  if (!node.exactly_one_of.empty() &&
      std::count_if(node.exactly_one_of.begin(), node.exactly_one_of.end(), fits) != 1) {
    report(found, at, "INVALID_VALUE", "Must fit exactly one of the schemas of oneOf.");
  }
  if (node.not_ && fits(*node.not_)) {
    report(found, at, "INVALID_VALUE", "Fits the schema that it must not fit.");
  }
}

}  // namespace

std::vector<Problem> check(const JsonSchema& schema, const Json& value, const std::string& at) {
  return Checker(schema).check(value, at);
}

}  // namespace millrace
