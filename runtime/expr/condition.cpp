// Condition groups: compiled to a tree of rules, evaluated with early exit.
#include "runtime/expr/condition.hpp"

#include "runtime/expr/compile.hpp"
#include "runtime/expr/evaluate.hpp"
#include "runtime/expr/operators.hpp"
#include "runtime/expr/parser.hpp"
#include "runtime/flow/problem.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace millrace::expr {

/// One group, one rule or one expression.
struct Condition::Group {
  enum class Kind : std::uint8_t { all, any, none };
  struct Rules {
    Kind kind;
    std::vector<Group> members;
  };
  struct Rule {
    Operator operation;
    NodePtr field;
    NodePtr value;       ///< null where the operator takes none
    PatternPtr pattern;  ///< of a constant pattern
  };
  std::variant<Rules, Rule, NodePtr> what;

  bool holds(Evaluation& evaluation) const;
};

namespace {

Error invalid(std::string message, const std::string& at) {
  return Error{ErrorCode::validation, std::move(message), at};
}

}  // namespace

/// Compiles one condition and all below it.
class Condition::Compiler {
 public:
  explicit Compiler(std::vector<std::string>& roots) : roots_(roots) {}

  Result<Group> compile(const Json& value, const std::string& at, int depth) {
    if (const auto* text = value.if_string()) return expression(*text, at);
    const JsonObject* object = value.if_object();
    if (object == nullptr) return invalid("a condition is a group, a rule or an expression", at);
    if (object->contains("rules")) return group(value, at, depth);
    if (object->contains("operator") || object->contains("field")) return rule(value, at);
    return invalid("a group needs `rules`, a rule needs `field` and `operator`", at);
  }

 private:
  /// `{{ … }}` alone, or the same without braces.
  Result<Group> expression(std::string_view text, const std::string& at) {
    if (text.find("{{") != text.npos) {
      auto tree = compile_template(Json(text), at, roots_);
      if (tree.has_error()) return std::move(tree).error();
      return Group{*std::move(tree)};
    }
    auto parsed = parse_expression(text, 0, false, roots_);
    if (parsed.has_error()) {
      Error error = std::move(parsed).error();
      error.path = at;
      return error;
    }
    return Group{std::move(parsed->tree)};
  }

  Result<Group> group(const Json& value, const std::string& at, int depth) {
    if (depth >= limits::condition_depth_max) {
      return invalid("conditions nest more than " + std::to_string(limits::condition_depth_max) +
                         " groups deep",
                     at);
    }
    const Json* op = find_member(value, "op");
    const std::string_view name = op == nullptr ? "and" : string_member(value, "op");
    if (name != "and" && name != "or" && name != "not") {
      return invalid("`op` is one of and, or, not", member_path(at, "op"));
    }
    const std::string rules_at = member_path(at, "rules");
    const JsonArray* rules = find_member(value, "rules")->if_array();
    if (rules == nullptr || rules->empty()) {
      return invalid("`rules` is a list of at least one rule or group", rules_at);
    }
    Group::Rules made{name == "and"  ? Group::Kind::all
                      : name == "or" ? Group::Kind::any
                                     : Group::Kind::none,
                      {}};
    for (const Json& member : *rules) {
      auto compiled = compile(member, item_path(rules_at, made.members.size()), depth + 1);
      if (compiled.has_error()) return compiled;
      made.members.push_back(*std::move(compiled));
    }
    return Group{std::move(made)};
  }

  Result<Group> rule(const Json& value, const std::string& at) {
    const std::string_view name = string_member(value, "operator");
    const auto operation = find_operator(name);
    if (!operation) {
      return invalid("unknown operator '" + std::string(name) + "'; there are " + operator_names(),
                     member_path(at, "operator"));
    }
    const Json* field = find_member(value, "field");
    if (field == nullptr) return invalid("a rule needs `field`", member_path(at, "field"));
    Group::Rule made{*operation, nullptr, nullptr, nullptr};
    auto field_tree = compile_template(*field, member_path(at, "field"), roots_);
    if (field_tree.has_error()) return std::move(field_tree).error();
    made.field = *std::move(field_tree);
    if (!takes_value(*operation)) return Group{std::move(made)};
    const Json* operand = find_member(value, "value");
    const std::string value_at = member_path(at, "value");
    auto value_tree = compile_template(operand == nullptr ? Json() : *operand, value_at, roots_);
    if (value_tree.has_error()) return std::move(value_tree).error();
    made.value = *std::move(value_tree);
    if (auto error = compile_constant_pattern(made)) {
      error->path = value_at;
      return *std::move(error);
    }
    return Group{std::move(made)};
  }

  static std::optional<Error> compile_constant_pattern(Group::Rule& rule) {
    const auto* constant = std::get_if<Constant>(&rule.value->what);
    if (!takes_pattern(rule.operation) || constant == nullptr) return std::nullopt;
    const auto* text = constant->value.if_string();
    if (text == nullptr) return Error{ErrorCode::validation, "a pattern must be text"};
    auto pattern = compile_pattern(*text);
    if (pattern.has_error()) return std::move(pattern).error();
    rule.pattern = *std::move(pattern);
    return std::nullopt;
  }

  std::vector<std::string>& roots_;
};

bool Condition::Group::holds(Evaluation& evaluation) const {
  if (const auto* rules = std::get_if<Rules>(&what)) {
    const bool stops_at = rules->kind != Kind::all;
    for (const Group& member : rules->members) {
      const bool held = member.holds(evaluation);
      if (evaluation.meter().failed()) return false;
      if (held == stops_at) return rules->kind == Kind::any;
    }
    return rules->kind != Kind::any;
  }
  Json left_made;
  if (const auto* expression = std::get_if<NodePtr>(&what)) {
    const Json* result = evaluation.value(**expression, left_made);
    return result != nullptr && truthy(*result);
  }
  const auto& rule = std::get<Rule>(what);
  const Json* left = evaluation.value(*rule.field, left_made);
  if (left == nullptr) return false;
  Json right_made;
  const Json* right = rule.value ? evaluation.value(*rule.value, right_made) : &right_made;
  if (right == nullptr) return false;
  return apply_operator(rule.operation, *left, *right, rule.pattern.get(), evaluation.meter());
}

Result<Condition> Condition::compile(const Json& group, std::string_view at) {
  Condition condition;
  auto compiled = Compiler(condition.roots_).compile(group, std::string(at), 0);
  if (compiled.has_error()) return std::move(compiled).error();
  condition.group_ = std::make_shared<const Group>(*std::move(compiled));
  return condition;
}

Result<bool> Condition::evaluate(const Scope& scope, Budget& budget) const {
  Evaluation evaluation(scope, budget);
  const bool holds = group_->holds(evaluation);
  if (evaluation.meter().failed()) return evaluation.take_error();
  return holds;
}

}  // namespace millrace::expr
