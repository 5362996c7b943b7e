// The comparison operators of condition groups, and what each says of two values.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/expr/meter.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace re2 {
class RE2;
}

namespace millrace::expr {

enum class Operator : std::uint8_t {
  eq,
  neq,
  contains,
  not_contains,
  gt,
  gte,
  lt,
  lte,
  is_set,
  is_empty,
  starts_with,
  ends_with,
  matches,
  not_matches,
  in,
  not_in,
  before,
  after,
};

using PatternPtr = std::shared_ptr<const re2::RE2>;

std::optional<Operator> find_operator(std::string_view name);
/// All names, comma separated: for messages.
std::string operator_names();
/// `matches` and `not_matches`.
bool takes_pattern(Operator operation);
/// `is_set` and `is_empty` look at the field alone.
bool takes_value(Operator operation);

/// RE2: linear time. Error: expression, when RE2 refuses it or it is longer than an expression may
/// be.
Result<PatternPtr> compile_pattern(std::string_view pattern);

/// What `operation` says of two values; the error is in `meter`. `pattern`: compiled from `right`
/// before, or null. A null operand is «not set»: it equals null, is empty, and nothing else holds
/// of it.
bool apply_operator(Operator operation, const Json& left, const Json& right,
                    const re2::RE2* pattern, Meter& meter);

}  // namespace millrace::expr
