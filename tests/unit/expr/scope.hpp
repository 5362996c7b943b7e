// A scope over one JSON object, and short ways to evaluate in it.
#pragma once

#include "runtime/expr/condition.hpp"
#include "runtime/expr/template.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace millrace::test {

class ObjectScope : public expr::Scope {
 public:
  explicit ObjectScope(Json roots) : roots_(std::move(roots)) {}
  explicit ObjectScope(const char* text) : roots_(*parse_json(text)) {}
  const Json* root(std::string_view name) const override { return find_member(roots_, name); }

 private:
  Json roots_;
};

/// The result as JSON text, or `error: ` and the message.
inline std::string shown(const Result<Json>& result) {
  return result.has_value() ? print_json(*result) : "error: " + result.error().message;
}

inline std::string evaluate(std::string_view expression, const expr::Scope& scope) {
  auto compiled = expr::Expression::compile(expression);
  if (compiled.has_error()) return "error: " + compiled.error().message;
  expr::Budget budget;
  return shown(compiled->evaluate(scope, budget));
}

inline std::string fill(const Json& value, const expr::Scope& scope) {
  auto compiled = expr::Template::compile(value);
  if (compiled.has_error()) {
    return "error: " + compiled.error().message + " in " + compiled.error().path;
  }
  expr::Budget budget;
  const auto result = compiled->evaluate(scope, budget);
  if (result.has_error()) return shown(result) + " in " + result.error().path;
  return shown(result);
}

}  // namespace millrace::test
