// The filters of expressions, `input | name: argument`. Null goes through the text and list filters
// as null, so that `| default:` may come last; numbers and booleans count as their text where text
// is asked for.
//
//   default: x    x when the input is null or ""
//   upper, lower  letters in the other case (letter_case.hpp says which); trim: without ASCII
//   blanks at the ends length        characters of a text, items of a list, members of an object; 0
//   for null join: sep     a list's items as one text; ", " between them unless told split: sep a
//   text's parts; "," unless told; "" splits into characters first, last   of a list; null when it
//   is empty. Of a text: its character, or "" round: n      half away from zero, to n digits (0 …
//   15); an integer when n is 0 or not given json          the value as JSON text date: format  RFC
//   3339 text, or a number of milliseconds since 1970, in UTC; RFC 3339 unless told;
//                 %Y %y %m %d %H %M %S %L %j %F %T %A %a %B %b %s %%
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/expr/ast.hpp"
#include "runtime/expr/meter.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::expr {

enum class FilterArgument : std::uint8_t { none, optional, required };

struct FilterRule {
  std::string_view name;
  FilterKind kind;
  FilterArgument argument;
};

/// Nullptr when there is no such filter.
const FilterRule* find_filter(std::string_view name);
/// All names, comma separated: for messages.
std::string filter_names();

/// The result: `input`, `argument`, something inside `input`, or `out`. Null pointer after an
/// error, which is in `meter`. `argument` is null when none was given.
const Json* apply_filter(FilterKind kind, const Json& input, const Json* argument, Json& out,
                         Meter& meter);

/// `time` by the tokens of the `date` filter; nothing when `format` has another one.
std::optional<std::string> format_date(Timestamp time, std::string_view format);

}  // namespace millrace::expr
