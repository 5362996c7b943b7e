// end and fail: how a path or a run finishes on purpose.
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

class CompiledEnd final : public CompiledNode {
 public:
  CompiledEnd(bool cancelled, bool terminate, std::optional<expr::Template> output)
      : cancelled_(cancelled), terminate_(terminate), output_(std::move(output)) {}

  Decision run(const NodeContext& context) const override {
    Result<Json> output = evaluate(output_, context);
    if (output.has_error()) return to_node_error(output.error());
    return EndRun{cancelled_, terminate_, std::move(*output)};
  }

 private:
  bool cancelled_;
  bool terminate_;
  std::optional<expr::Template> output_;
};

class EndKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "end",
        .about = "Ends this path and sets the run's output; the run ends with its last path.",
        .fields = {{.name = "status",
                    .type = FieldType::string,
                    .expression = false,
                    .fallback = R"("completed")",
                    .one_of = {"completed", "cancelled"},
                    .about = "how the run counts"},
                   {.name = "output", .about = "the run's output"},
                   {.name = "terminate",
                    .type = FieldType::boolean,
                    .expression = false,
                    .fallback = "false",
                    .about = "true: all other paths end at once"}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override { return {}; }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    std::optional<expr::Template> output = reader.expression("output");
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledEnd>(reader.text("status") == "cancelled",
                                         reader.flag("terminate", false), std::move(output));
  }
};

class CompiledFail final : public CompiledNode {
 public:
  CompiledFail(std::optional<expr::Template> code, std::optional<expr::Template> message,
               std::optional<expr::Template> details)
      : code_(std::move(code)), message_(std::move(message)), details_(std::move(details)) {}

  Decision run(const NodeContext& context) const override {
    const Result<Json> code = evaluate(code_, context);
    if (code.has_error()) return to_node_error(code.error());
    const Result<Json> message = evaluate(message_, context);
    if (message.has_error()) return to_node_error(message.error());
    Result<Json> details = evaluate(details_, context);
    if (details.has_error()) return to_node_error(details.error());
    NodeError error;
    error.code = code->is_null() ? "FLOW_FAILED" : expr::to_text(*code);
    error.message = message->is_null() ? "The flow ended itself here." : expr::to_text(*message);
    error.details = std::move(*details);
    return error;
  }

 private:
  std::optional<expr::Template> code_, message_, details_;
};

class FailKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "fail",
        .about = "Ends the run as failed.",
        .fields = {{.name = "code",
                    .type = FieldType::string,
                    .fallback = R"("FLOW_FAILED")",
                    .about = "code of the error"},
                   {.name = "message", .type = FieldType::string, .about = "its message"},
                   {.name = "details", .about = "any value beside them"}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override { return {}; }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    auto code = reader.expression("code");
    auto message = reader.expression("message");
    auto details = reader.expression("details");
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledFail>(std::move(code), std::move(message), std::move(details));
  }
};

}  // namespace

const NodeKind& end() {
  static const EndKind kind;
  return kind;
}

const NodeKind& fail() {
  static const FailKind kind;
  return kind;
}

}  // namespace millrace::kinds
