// What holds of every text and every value.
#include "tests/unit/base/generators.hpp"
#include "tests/unit/expr/scope.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace millrace::expr {
namespace {

/// Text that is mostly made of pieces of the language.
std::string any_program() {
  static const std::vector<std::string> pieces = {
      "a",    "trigger", ".",     "[",        "]",     "(",         ")",
      "1",    "2.5",     "'x'",   "\"y\"",    "+",     "-",         "*",
      "/",    "%",       "==",    "<",        ">=",    "and",       "or",
      "not",  "?",       ":",     "|",        "upper", "length",    "split",
      "join", "default", "first", "json",     "date",  "round",     ",",
      "true", "null",    "{{",    "}}",       " ",     "__proto__", "constructor",
      "\\",   "'",       "\xff",  "\xc3\xa9", "0",     "[0]",       "['k']"};
  std::string text;
  const auto count = *rc::gen::inRange(0, 25);
  for (int i = 0; i < count; ++i) text += *rc::gen::elementOf(pieces) + (i % 3 == 0 ? " " : "");
  return text;
}

test::ObjectScope any_scope() {
  return test::ObjectScope(Json{{"a", test::any_json(3)}, {"trigger", test::any_json(3)}});
}

/// `value` written as an expression.
std::string literal(const Json& value) {
  if (!value.is_array()) return print_json(value);
  std::string text = "[";
  for (const Json& item : value.get_array()) {
    text.append(text.size() == 1 ? "" : ",").append(literal(item));
  }
  return text + "]";
}

// expr.no_escape: whatever the text, there is a value, or an error of one code.
RC_GTEST_PROP(ExprProperties, AnyTextEvaluatesOrIsRefused, ()) {
  const std::string text = any_program();
  const auto scope = any_scope();
  Budget budget;
  for (const std::string& field : {text, "{{" + text + "}}"}) {
    const auto expression = Expression::compile(field);
    if (expression.has_value()) {
      const auto result = expression->evaluate(scope, budget);
      if (result.has_error()) RC_ASSERT(result.error().code == ErrorCode::expression);
      if (result.has_value()) RC_ASSERT(parse_json(print_json(*result)).has_value());
    } else {
      RC_ASSERT(expression.error().code == ErrorCode::expression);
      RC_ASSERT(expression.error().message.find(" at position ") != std::string::npos);
    }
    const auto compiled = Template::compile(Json(field));
    if (compiled.has_value()) (void)compiled->evaluate(scope, budget);
  }
}

RC_GTEST_PROP(ExprProperties, AnyBytesAreCompiledOrRefused, (std::string bytes)) {
  (void)Expression::compile(bytes);
  (void)Template::compile(Json("{{" + bytes));
  (void)Condition::compile(Json(bytes));
}

RC_GTEST_PROP(ExprProperties, PrintedLiteralsEvaluateToThemselves, ()) {
  Json value = test::any_json(0);
  for (auto levels = *rc::gen::inRange(0, 4); levels > 0; --levels) {
    value = JsonArray{value, test::any_scalar()};
  }
  RC_ASSERT(test::evaluate(literal(value), any_scope()) == print_json(value));
}

RC_GTEST_PROP(ExprProperties, ATemplateWithoutBracesIsItself, ()) {
  const Json value = test::any_json(4);
  const std::string text = print_json(value);
  RC_PRE(text.find("{{") == std::string::npos);
  RC_ASSERT(Template::compile(value)->is_constant());
  RC_ASSERT(test::fill(value, any_scope()) == text);
}

// template.no_second_pass: no data, wherever it comes from, is read as a template.
RC_GTEST_PROP(ExprProperties, DataComesOutAsItWentIn, ()) {
  const std::string data = test::any_text() + "{{" + any_program() + "}}" + test::any_text();
  RC_PRE(parse_json(print_json(Json(data))).has_value());
  const test::ObjectScope scope(Json{{"data", data}});
  RC_ASSERT(test::fill("{{data}}", scope) == print_json(Json(data)));
  RC_ASSERT(test::fill("<{{data}}>", scope) == print_json(Json("<" + data + ">")));
  RC_ASSERT(test::fill("{{ [data] | join }}", scope) == print_json(Json(data)));
}

RC_GTEST_PROP(ExprProperties, OrderIsTotalOverNumbersAndAgreesWithEquality, ()) {
  const auto number = [] {
    Json value = test::any_scalar();
    return value.is_number() ? value : Json(0);
  };
  const Json a = number();
  const Json b = number();
  const int holding = (*compare("lt", a, b) ? 1 : 0) + (*compare("gt", a, b) ? 1 : 0) +
                      (*compare("eq", a, b) ? 1 : 0);
  RC_ASSERT(holding == 1);
  RC_ASSERT(*compare("lte", a, b) == !*compare("gt", a, b));
  RC_ASSERT(*compare("eq", a, Json(print_json(b))) == *compare("eq", a, b));
}

RC_GTEST_PROP(ExprProperties, EveryOperatorAnswersForAnyTwoValues, ()) {
  const Json a = test::any_json(2);
  const Json b = test::any_json(2);
  for (const char* name : {"eq", "contains", "in", "is_set", "is_empty", "starts_with", "ends_with",
                           "gt", "gte", "lt", "lte", "before", "after"}) {
    RC_ASSERT(compare(name, a, b).has_value());
  }
  RC_ASSERT(*compare("neq", a, b) == !*compare("eq", a, b));
  RC_ASSERT(*compare("not_contains", a, b) == !*compare("contains", a, b));
  RC_ASSERT(*compare("not_in", a, b) == !*compare("in", a, b));
  (void)compare("matches", a, b);
}

}  // namespace
}  // namespace millrace::expr
