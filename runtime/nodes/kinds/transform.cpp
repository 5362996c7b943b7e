// transform: builds a value out of others, as an object of expressions or as one text.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

class CompiledTransform final : public CompiledNode {
 public:
  CompiledTransform(std::optional<expr::Template> value, bool as_text)
      : value_(std::move(value)), as_text_(as_text) {}

  Decision run(const NodeContext& context) const override {
    Result<Json> value = evaluate(value_, context);
    if (value.has_error()) return to_node_error(value.error());
    Finish finish;
    finish.output = as_text_ ? Json(expr::to_text(*value)) : std::move(*value);
    return finish;
  }

 private:
  std::optional<expr::Template> value_;
  bool as_text_;
};

class TransformKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "transform",
        .about = "Makes a value out of others; the value is its output.",
        .fields = {{.name = "mode",
                    .type = FieldType::string,
                    .expression = false,
                    .fallback = R"("object")",
                    .one_of = {"object", "template"},
                    .about = "object: a value that keeps its types; template: a text",
                    .not_built = {"jmespath", "jsonata"}},
                   {.name = "fields",
                    .type = FieldType::object,
                    .about = "mode object: the members of the result, each with expressions"},
                   {.name = "expression", .about = "the whole result as one expression or text"}},
        .not_built = {{"input", "name the value in the expression itself"},
                      {"output_schema", "check the result with a condition node"}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override {
    return {"default", "error"};
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    const bool as_text = reader.text("mode") == "template";
    const bool fields = reader.has("fields");
    if (fields == reader.has("expression")) {
      const std::string path = reader.path("expression");
      if (fields) {
        problems.error(path, "INVALID_VALUE", "Give either fields or expression, not both.");
      } else {
        report_missing(path, "expression, or fields in mode object", problems);
      }
    } else if (fields && as_text) {
      reader.error("fields", "INVALID_VALUE", "Mode template takes its text from expression.");
    }
    std::optional<expr::Template> value = reader.expression(fields ? "fields" : "expression");
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledTransform>(std::move(value), as_text);
  }
};

}  // namespace

const NodeKind& transform() {
  static const TransformKind kind;
  return kind;
}

}  // namespace millrace::kinds
