// Expression text to tree. Recursive descent with a depth bound, so that no text can exhaust the
// stack.
//
//   ternary    = either [ "?" ternary ":" ternary ]
//   either     = both { ("or" | "||") both }
//   both       = inverted { ("and" | "&&") inverted }
//   inverted   = "not" inverted | comparison
//   comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]        comparisons do not
//   chain sum        = product { ("+" | "-") product } product    = signed { ("*" | "/" | "%")
//   signed } signed     = "-" signed | filtered filtered   = path { "|" name [ ":" argument ] }
//   argument = "-" argument | path path       = primary { "." (name | digits) | "[" ternary "]" }
//   primary    = name | number | string | true | false | null | "[" [ ternary { "," ternary } ] "]"
//              | "(" ternary ")"
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/expr/ast.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::expr {

struct Parsed {
  NodePtr tree;
  std::size_t end;  ///< the byte behind the expression, and behind its `}}`
};

/// Reads one expression of `text` from byte `offset` on: to the end of the text or, `in_braces`, to
/// `}}`. Adds roots that are not there yet. Error: expression, with the position.
Result<Parsed> parse_expression(std::string_view text, std::size_t offset, bool in_braces,
                                std::vector<std::string>& roots);

}  // namespace millrace::expr
