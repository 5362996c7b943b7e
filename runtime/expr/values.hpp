// What values mean to expressions: truth, text, equality, order, arithmetic. Pure.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/expr/ast.hpp"
#include "runtime/expr/meter.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::expr {

/// `null`, `true or false`, `number`, `text`, `list` or `object`: for messages.
std::string_view type_name(const Json& value);

/// Appends what to_text() returns.
void append_text(boost::json::string& out, const Json& value);

/// The number that `text` spells as JSON would, with no blanks around it; `007` and `+1` are none.
std::optional<Json> number_in(std::string_view text);

/// Numbers by value (1 equals 1.0), a number and a numeric string as numbers, all else by type and
/// content. Inside lists and objects nothing is coerced.
bool equal(const Json& left, const Json& right, Meter& meter);
/// Numbers by value, exactly; a number and a numeric string as numbers; two texts by code points.
/// All else, null included, has no order.
std::partial_ordering order(const Json& left, const Json& right);

/// Nothing when `value` is no number.
std::optional<Json> negate(const Json& value);
/// `- * / %`, and `+` of two numbers. Integers stay exact and fail beyond 64 bits; `/` of two
/// integers is an integer where it divides evenly. Records the error in `meter` and returns
/// nothing.
std::optional<Json> calculate(BinaryOperator operation, const Json& left, const Json& right,
                              Meter& meter);

/// Checks before a copy: pays for it in `meter`, and refuses what would be deeper than
/// limits::value_depth_max when put `level` levels deep.
bool pay_for_copy(const Json& value, int level, Meter& meter);

}  // namespace millrace::expr
