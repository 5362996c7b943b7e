// Numbers: spelling, comparison, arithmetic. Integers are calculated in 128 bits and must fit 64
// again.
#include "runtime/expr/numbers.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/expr/values.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace millrace::expr {
namespace {

__extension__ using Wide = __int128;
/// Holds every 64-bit integer and every double exactly.
using Exact = long double;
static_assert(std::numeric_limits<Exact>::digits >= 64);

bool is_integer(const Json& value) { return value.is_int64() || value.is_uint64(); }

Wide to_wide(const Json& value) {
  MR_ASSERT(is_integer(value));
  return value.is_int64() ? static_cast<Wide>(value.get_int64())
                          : static_cast<Wide>(value.get_uint64());
}

Exact to_exact(const Json& value) {
  MR_ASSERT(value.is_number());
  if (value.is_int64()) return static_cast<Exact>(value.get_int64());
  if (value.is_uint64()) return static_cast<Exact>(value.get_uint64());
  return value.get_double();
}

double to_double(const Json& value) { return static_cast<double>(to_exact(value)); }

std::optional<Json> narrow(Wide value) {
  if (value >= std::numeric_limits<std::int64_t>::min() &&
      value <= std::numeric_limits<std::int64_t>::max()) {
    return Json(static_cast<std::int64_t>(value));
  }
  if (value > 0 && value <= std::numeric_limits<std::uint64_t>::max()) {
    return Json(static_cast<std::uint64_t>(value));
  }
  return std::nullopt;
}

std::string_view verb(BinaryOperator operation) {
  if (operation == BinaryOperator::add) return "add";
  if (operation == BinaryOperator::subtract) return "subtract";
  if (operation == BinaryOperator::multiply) return "multiply";
  return "divide";
}

std::optional<Json> calculate_integers(BinaryOperator operation, Wide a, Wide b) {
  Wide result = 0;
  bool overflow = false;
  if (operation == BinaryOperator::add) {
    result = a + b;
  } else if (operation == BinaryOperator::subtract) {
    result = a - b;
  } else if (operation == BinaryOperator::multiply) {
    overflow = __builtin_mul_overflow(a, b, &result);
  } else if (operation == BinaryOperator::divide) {
    result = a / b;
  } else {
    result = a % b;
  }
  return overflow ? std::nullopt : narrow(result);
}

double calculate_doubles(BinaryOperator operation, double a, double b) {
  if (operation == BinaryOperator::add) return a + b;
  if (operation == BinaryOperator::subtract) return a - b;
  if (operation == BinaryOperator::multiply) return a * b;
  return operation == BinaryOperator::divide ? a / b : std::fmod(a, b);
}

}  // namespace

std::optional<Json> number_in(std::string_view text) {
  if (text.empty() || text.size() > limits::json_number_chars_max) return std::nullopt;
  const char* first = text.data();
  const char* last = first + text.size();
  const bool negative = text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || !is_digit(digits.front()) || text.back() == '.') return std::nullopt;
  if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) return std::nullopt;
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(first, last, whole);
      read.ec == std::errc() && read.ptr == last) {
    return Json(whole);
  }
  std::uint64_t large = 0;
  if (const auto read = std::from_chars(first, last, large);
      read.ec == std::errc() && read.ptr == last) {
    return Json(large);
  }
  double real = 0;
  const auto read = std::from_chars(first, last, real);
  if (read.ec != std::errc() || read.ptr != last) return std::nullopt;
  if (text.find(".e") != text.npos || text.find(".E") != text.npos) return std::nullopt;
  return Json(real);
}

std::partial_ordering compare_numbers(const Json& left, const Json& right) {
  if (is_integer(left) && is_integer(right)) {
    const Wide a = to_wide(left);
    const Wide b = to_wide(right);
    if (a == b) return std::partial_ordering::equivalent;
    return a < b ? std::partial_ordering::less : std::partial_ordering::greater;
  }
  return to_exact(left) <=> to_exact(right);
}

std::optional<Json> negate(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  if (!is_integer(value)) return Json(-value.get_double());
  return narrow(-to_wide(value));
}

std::optional<Json> calculate(BinaryOperator operation, const Json& left, const Json& right,
                              Meter& meter) {
  if (!left.is_number() || !right.is_number()) {
    const bool missing = left.is_null() || right.is_null();
    meter.fail("cannot " + std::string(verb(operation)) + " " + std::string(type_name(left)) +
               " and " + std::string(type_name(right)) +
               (missing ? "; give the missing one a value with `| default: 0`" : ""));
    return std::nullopt;
  }
  const bool divides =
      operation == BinaryOperator::divide || operation == BinaryOperator::remainder;
  if (divides && to_exact(right) == 0) {
    meter.fail("division by zero");
    return std::nullopt;
  }
  const bool integers = is_integer(left) && is_integer(right);
  const bool uneven =
      integers && operation == BinaryOperator::divide && to_wide(left) % to_wide(right) != 0;
  if (integers && !uneven) {
    auto result = calculate_integers(operation, to_wide(left), to_wide(right));
    if (!result) meter.fail("an integer beyond 64 bits");
    return result;
  }
  const double result = calculate_doubles(operation, to_double(left), to_double(right));
  if (!std::isfinite(result)) {
    meter.fail("a number beyond double");
    return std::nullopt;
  }
  return Json(result);
}

}  // namespace millrace::expr
