// Condition groups: `{"op":"and|or|not","rules":[{"field","operator","value"} | group …]}`, or a
// string expression. A missing operand counts as not set and never throws; `matches` is RE2 (linear
// time).
#pragma once

#include "runtime/expr/template.hpp"

#include <memory>

namespace millrace::expr {

/// eq neq contains not_contains gt gte lt lte is_set is_empty starts_with ends_with matches
/// not_matches in not_in before after.
bool is_operator(std::string_view name);

/// One comparison of two evaluated values. Numbers and numeric strings compare as numbers;
/// `before`/`after` read RFC 3339. Error: expression (unknown operator, a pattern RE2 refuses).
Result<bool> compare(std::string_view operator_name, const Json& left, const Json& right);

class Condition {
 public:
  /// Errors: expression or validation, `path` starting with `at`.
  static Result<Condition> compile(const Json& group, std::string_view at = "$");
  Result<bool> evaluate(const Scope& scope, Budget& budget) const;
  const std::vector<std::string>& roots() const { return roots_; }

 private:
  struct Group;
  class Compiler;
  std::shared_ptr<const Group> group_;
  std::vector<std::string> roots_;
};

}  // namespace millrace::expr
