// condition: two ways.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

class CompiledCondition final : public CompiledNode {
 public:
  CompiledCondition(expr::Condition condition, bool needs_edge)
      : condition_(std::move(condition)), needs_edge_(needs_edge) {}

  Decision run(const NodeContext& context) const override {
    const Result<bool> holds = condition_.evaluate(context.scope, context.budget);
    if (holds.has_error()) return to_node_error(holds.error());
    Finish finish;
    finish.handles = {*holds ? "true" : "false"};
    finish.output = JsonObject{{"result", *holds}};
    finish.needs_edge = needs_edge_;
    return finish;
  }

 private:
  expr::Condition condition_;
  bool needs_edge_;
};

class ConditionKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "condition",
        .aliases = {"branch", "if"},
        .about = "Leaves by true or by false.",
        .fields = {{.name = "conditions",
                    .type = FieldType::condition,
                    .about = "a condition group; a missing operand counts as not set"},
                   {.name = "expression",
                    .type = FieldType::string,
                    .about = "one expression instead of a group"},
                   {.name = "fallthrough",
                    .type = FieldType::string,
                    .expression = false,
                    .one_of = {"end"},
                    .about = "end: a result without an edge ends this path instead of failing"}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override {
    return {"true", "false"};
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    const bool grouped = reader.has("conditions");
    if (!grouped && !reader.has("expression")) {
      report_missing(reader.path("conditions"), "conditions, or expression", problems);
    } else if (grouped && reader.has("expression")) {
      reader.error("expression", "INVALID_VALUE", "Give either conditions or expression.");
    }
    const Json* expression = reader.value("expression");
    std::optional<expr::Condition> condition;
    if (grouped) {
      condition = reader.condition("conditions");
    } else if (expression != nullptr && expression->is_string()) {
      condition = reader.condition("expression");
    }
    if (!reader.ok() || !condition) return nullptr;
    const bool needs_edge = reader.text("fallthrough") != "end";
    return std::make_unique<CompiledCondition>(std::move(*condition), needs_edge);
  }
};

}  // namespace

const NodeKind& condition() {
  static const ConditionKind kind;
  return kind;
}

}  // namespace millrace::kinds
