// Expressions and templates as values: compiled here, evaluated by one Evaluation each.
#include "runtime/expr/template.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/expr/ast.hpp"
#include "runtime/expr/compile.hpp"
#include "runtime/expr/evaluate.hpp"
#include "runtime/expr/parser.hpp"

#include <utility>

namespace millrace::expr {

Result<Expression> Expression::compile(std::string_view text) {
  Expression expression;
  auto parsed = parse_expression(text, 0, false, expression.roots_);
  if (parsed.has_error()) return std::move(parsed).error();
  expression.tree_ = std::move(parsed->tree);
  return expression;
}

Result<Json> Expression::evaluate(const Scope& scope, Budget& budget) const {
  MR_ASSERT(tree_ != nullptr);
  return Evaluation(scope, budget).result(*tree_);
}

Result<Template> Template::compile(const Json& value, std::string_view at) {
  Template made;
  auto tree = compile_template(value, at, made.roots_);
  if (tree.has_error()) return std::move(tree).error();
  made.tree_ = *std::move(tree);
  return made;
}

Result<Json> Template::evaluate(const Scope& scope, Budget& budget) const {
  MR_ASSERT(tree_ != nullptr);
  return Evaluation(scope, budget).result(*tree_);
}

bool Template::is_constant() const { return std::holds_alternative<Constant>(tree_->what); }

}  // namespace millrace::expr
