// log: a line in the log and in the trace.
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

class CompiledLog final : public CompiledNode {
 public:
  CompiledLog(std::string level, std::optional<expr::Template> message)
      : level_(std::move(level)), message_(std::move(message)) {}

  Decision run(const NodeContext& context) const override {
    const Result<Json> message = evaluate(message_, context);
    std::string text =
        message.has_error() ? "(" + message.error().message + ")" : expr::to_text(*message);
    Finish finish;
    finish.output = JsonObject{{"level", level_}, {"message", text}};
    finish.log = LogLine{level_, std::move(text)};
    return finish;
  }

 private:
  std::string level_;
  std::optional<expr::Template> message_;
};

class LogKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "log",
        .about = "Writes a line; never fails.",
        .fields = {{.name = "message", .required = true, .about = "the line"},
                   {.name = "level",
                    .type = FieldType::string,
                    .expression = false,
                    .fallback = R"("info")",
                    .one_of = {"debug", "info", "warn", "error"},
                    .about = "how much it matters"}}};
    return spec;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    std::optional<expr::Template> message = reader.expression("message");
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledLog>(reader.text("level", "info"), std::move(message));
  }
};

}  // namespace

const NodeKind& log() {
  static const LogKind kind;
  return kind;
}

}  // namespace millrace::kinds
