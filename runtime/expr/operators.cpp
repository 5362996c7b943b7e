// Comparison operators over JSON values.
#include "runtime/expr/operators.hpp"

#include "runtime/base/time.hpp"
#include "runtime/expr/condition.hpp"
#include "runtime/expr/values.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace millrace::expr {
namespace {

constexpr std::pair<std::string_view, Operator> names[] = {
    {"eq", Operator::eq},
    {"neq", Operator::neq},
    {"contains", Operator::contains},
    {"not_contains", Operator::not_contains},
    {"gt", Operator::gt},
    {"gte", Operator::gte},
    {"lt", Operator::lt},
    {"lte", Operator::lte},
    {"is_set", Operator::is_set},
    {"is_empty", Operator::is_empty},
    {"starts_with", Operator::starts_with},
    {"ends_with", Operator::ends_with},
    {"matches", Operator::matches},
    {"not_matches", Operator::not_matches},
    {"in", Operator::in},
    {"not_in", Operator::not_in},
    {"before", Operator::before},
    {"after", Operator::after},
};
/// Memory of one pattern's automata; beyond it RE2 refuses the pattern or goes on with a slower
/// one.
constexpr std::int64_t pattern_bytes_max = 1 << 20;
/// What matching costs: the automaton looks at each byte once or a few times.
constexpr std::size_t match_cost = 4;

/// Text of a value that can be searched: strings as they are, numbers and booleans as text; else
/// nothing. `made` holds the text where it has to be made.
std::optional<std::string_view> searchable(const Json& value, std::string& made) {
  if (const auto* text = value.if_string()) return std::string_view(*text);
  if (value.is_null() || value.is_structured()) return std::nullopt;
  made = to_text(value);
  return made;
}

bool contains(const Json& whole, const Json& part, Meter& meter) {
  if (const JsonArray* items = whole.if_array()) {
    return std::any_of(items->begin(), items->end(), [&](const Json& item) {
      return meter.spend(1, 0) && meter.step() && equal(item, part, meter);
    });
  }
  std::string part_made;
  const auto searched = searchable(part, part_made);
  if (!searched) return false;
  if (const JsonObject* object = whole.if_object()) return object->contains(*searched);
  std::string whole_made;
  const auto text = searchable(whole, whole_made);
  if (!text || !meter.spend(0, text->size())) return false;
  return text->find(*searched) != std::string_view::npos;
}

bool has_end(const Json& whole, const Json& part, bool front) {
  std::string whole_made;
  std::string part_made;
  const auto text = searchable(whole, whole_made);
  const auto end = searchable(part, part_made);
  if (!text || !end) return false;
  return front ? text->starts_with(*end) : text->ends_with(*end);
}

bool matches(const Json& value, const Json& pattern_value, const re2::RE2* pattern, Meter& meter) {
  std::string made;
  const auto text = searchable(value, made);
  PatternPtr compiled;
  if (pattern == nullptr) {
    const auto* source = pattern_value.if_string();
    if (source == nullptr) {
      return meter.fail("a pattern must be text, not " + std::string(type_name(pattern_value)));
    }
    auto result = compile_pattern(*source);
    if (result.has_error()) return meter.fail(result.error().message);
    compiled = *std::move(result);
    pattern = compiled.get();
    if (!meter.spend(source->size(), 0)) return false;
  }
  if (!text || !meter.spend(0, text->size() * match_cost)) return false;
  return re2::RE2::PartialMatch(re2::StringPiece(text->data(), text->size()), *pattern);
}

std::optional<Timestamp> instant(const Json& value) {
  if (const auto* text = value.if_string()) return parse_rfc3339(*text);
  if (const auto* number = value.if_int64()) return Timestamp(Duration(*number));
  return std::nullopt;
}

bool in_time_order(const Json& earlier, const Json& later) {
  const auto first = instant(earlier);
  const auto second = instant(later);
  return first && second && *first < *second;
}

bool is_empty(const Json& value) {
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* array = value.if_array()) return array->empty();
  if (const auto* object = value.if_object()) return object->empty();
  return value.is_null();
}

}  // namespace

std::optional<Operator> find_operator(std::string_view name) {
  for (const auto& [spelling, operation] : names) {
    if (spelling == name) return operation;
  }
  return std::nullopt;
}

std::string operator_names() {
  std::string all;
  for (const auto& [name, operation] : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

bool takes_pattern(Operator operation) {
  return operation == Operator::matches || operation == Operator::not_matches;
}

bool takes_value(Operator operation) {
  return operation != Operator::is_set && operation != Operator::is_empty;
}

Result<PatternPtr> compile_pattern(std::string_view pattern) {
  if (pattern.size() > limits::expression_bytes_max) {
    return Error{ErrorCode::expression, "a pattern of " + std::to_string(pattern.size()) +
                                            " bytes; the limit is " +
                                            std::to_string(limits::expression_bytes_max)};
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_bytes_max);
  auto compiled =
      std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!compiled->ok()) {
    return Error{ErrorCode::expression, "the pattern is refused: " + compiled->error()};
  }
  return PatternPtr(std::move(compiled));
}

bool apply_operator(Operator operation, const Json& left, const Json& right,
                    const re2::RE2* pattern, Meter& meter) {
  switch (operation) {
    case Operator::eq:
      return equal(left, right, meter);
    case Operator::neq:
      return !equal(left, right, meter);
    case Operator::contains:
      return contains(left, right, meter);
    case Operator::not_contains:
      return !contains(left, right, meter);
    case Operator::gt:
      return order(left, right) > 0;
    case Operator::gte:
      return order(left, right) >= 0;
    case Operator::lt:
      return order(left, right) < 0;
    case Operator::lte:
      return order(left, right) <= 0;
    case Operator::is_set:
      return !left.is_null();
    case Operator::is_empty:
      return is_empty(left);
    case Operator::starts_with:
      return has_end(left, right, true);
    case Operator::ends_with:
      return has_end(left, right, false);
    case Operator::matches:
      return matches(left, right, pattern, meter);
    case Operator::not_matches:
      return !matches(left, right, pattern, meter);
    case Operator::in:
      return contains(right, left, meter);
    case Operator::not_in:
      return !contains(right, left, meter);
    case Operator::before:
      return in_time_order(left, right);
    case Operator::after:
      return in_time_order(right, left);
  }
  return false;
}

bool is_operator(std::string_view name) { return find_operator(name).has_value(); }

Result<bool> compare(std::string_view operator_name, const Json& left, const Json& right) {
  const auto operation = find_operator(operator_name);
  if (!operation) {
    return Error{ErrorCode::expression, "unknown operator '" + std::string(operator_name) +
                                            "'; there are " + operator_names()};
  }
  Meter meter{Budget{}};
  const bool holds = apply_operator(*operation, left, right, nullptr, meter);
  if (meter.failed()) return std::move(meter.error());
  return holds;
}

}  // namespace millrace::expr
