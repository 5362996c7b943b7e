// `{{ … }}`: text and JSON with expressions inside, compiled once and evaluated without side
// effects. A field that is exactly one expression keeps its JSON type; otherwise it becomes text.
// What an expression yields is data and is never evaluated again. Precedence, loosest first: `?:`,
// or, and, not, comparison,
// `+ -`, `* / %`, filter `|`, path.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/expr/scope.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::expr {

struct Node;  // the compiled tree; defined in ast.hpp

/// One expression without braces: `vars.count + 1`.
class Expression {
 public:
  /// Error: expression, with the position in the message.
  static Result<Expression> compile(std::string_view text);
  /// Errors: expression (type error, division by zero, budget spent).
  Result<Json> evaluate(const Scope& scope, Budget& budget) const;
  /// First segments of all paths in it, for checks at publish (`secrets`, unknown roots).
  const std::vector<std::string>& roots() const { return roots_; }

 private:
  std::shared_ptr<const Node> tree_;
  std::vector<std::string> roots_;
};

/// Any JSON value whose strings may hold `{{ … }}`; object keys are taken as they are.
class Template {
 public:
  /// Error: expression; `path` is the place inside `value`, starting with `at`.
  static Result<Template> compile(const Json& value, std::string_view at = "$");
  Result<Json> evaluate(const Scope& scope, Budget& budget) const;
  /// No expression inside: evaluate() is a copy.
  bool is_constant() const;
  const std::vector<std::string>& roots() const { return roots_; }

 private:
  std::shared_ptr<const Node> tree_;
  std::vector<std::string> roots_;
};

/// How a value prints inside text: null is empty, strings as they are, numbers and booleans as
/// JSON, objects and arrays as compact JSON.
std::string to_text(const Json& value);
/// null, false, 0, "", [] and {} are false.
bool truthy(const Json& value);

}  // namespace millrace::expr
