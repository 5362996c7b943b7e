// Compiling the expressions of a definition, with their problems: syntax, and roots that no run
// has.
#pragma once

#include "runtime/expr/condition.hpp"
#include "runtime/expr/template.hpp"
#include "runtime/flow/problem.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// Problems: INVALID_EXPRESSION, UNKNOWN_ROOT, SECRETS_NOT_AVAILABLE, one for each string that has
/// one, at the path of that string. Nothing when there was any.
std::optional<expr::Template> compile_template(const Json& value, std::string_view path,
                                               Problems& problems);

/// The same for a condition group or a string expression; also INVALID_CONDITION.
std::optional<expr::Condition> compile_condition(const Json& group, std::string_view path,
                                                 Problems& problems);

}  // namespace millrace
