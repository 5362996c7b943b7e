// Templates to trees: finds `{{ … }}` in the strings of a JSON value. What holds none becomes a
// constant.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/expr/ast.hpp"

#include <string_view>
#include <vector>

namespace millrace::expr {

/// Error: expression, `path` beginning with `at`; too deep a value too.
Result<NodePtr> compile_template(const Json& value, std::string_view at,
                                 std::vector<std::string>& roots);

}  // namespace millrace::expr
