// Comparison of JSON numbers by value, over integers and doubles alike, without rounding.
#pragma once

#include "runtime/base/json.hpp"

#include <compare>

namespace millrace::expr {

/// Both are numbers (asserted). Doubles of Json are finite.
std::partial_ordering compare_numbers(const Json& left, const Json& right);

}  // namespace millrace::expr
