// join: brings paths together and merges what they carry. When it runs is the engine's, by its
// JoinMode.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

enum class Merge : std::uint8_t { object, array, first };

class CompiledJoin final : public CompiledNode {
 public:
  explicit CompiledJoin(Merge merge) : merge_(merge) {}

  Decision run(const NodeContext& context) const override {
    Finish finish;
    switch (merge_) {
      case Merge::object: {
        JsonObject merged;
        for (std::size_t index = 0; index < context.inputs.size(); ++index) {
          merged[context.input_nodes[index]] = *context.inputs[index];
        }
        finish.output = std::move(merged);
        break;
      }
      case Merge::array: {
        JsonArray merged;
        for (const Json* input : context.inputs) merged.push_back(*input);
        finish.output = std::move(merged);
        break;
      }
      case Merge::first:
        if (!context.inputs.empty()) finish.output = *context.inputs.front();
        break;
    }
    return finish;
  }

 private:
  Merge merge_;
};

class JoinKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "join",
        .about = "Waits for the paths that lead here; its output is what they carry.",
        .fields = {{.name = "mode",
                    .type = FieldType::string,
                    .expression = false,
                    .fallback = R"("all")",
                    .one_of = {"all", "any", "n"},
                    .about = "how many of the paths that still live are waited for"},
                   {.name = "n",
                    .type = FieldType::number,
                    .expression = false,
                    .about = "mode n: how many"},
                   {.name = "merge",
                    .type = FieldType::string,
                    .expression = false,
                    .fallback = R"("object")",
                    .one_of = {"object", "array", "first"},
                    .about = "outputs by node id, as a list in edge order, or the first alone"}},
        .not_built = {{"timeout", "give the nodes before it a timeout_ms"}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override {
    return {"default", "error"};
  }

  JoinMode join(const NodeDefinition& node, std::uint32_t& count) const override {
    count = 0;
    const Json* mode = given(node.data, "mode");
    const std::string_view name =
        mode != nullptr && mode->is_string() ? std::string_view(mode->get_string()) : "all";
    if (name == "any") return JoinMode::any;
    if (name != "n") return JoinMode::all;
    const Json* wanted = given(node.data, "n");
    const auto number = wanted == nullptr ? std::nullopt : as_integer(*wanted);
    count = number && *number > 0 && *number <= most ? static_cast<std::uint32_t>(*number) : 1;
    return JoinMode::count;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    if (reader.has("join")) {
      reader.error("join", "INVALID_VALUE", "A join node says it in mode: leave this out.");
    }
    if (reader.text("mode") == "n" && !reader.has("n")) {
      report_missing(reader.path("n"), "how many paths are waited for", problems);
    } else if (reader.has("n") && reader.text("mode") != "n") {
      reader.error("n", "INVALID_VALUE", "Needs mode n.");
    } else if (const Json* number = reader.value("n"); number && number->is_number()) {
      read_integer(node.data, "n", member_path(node.path, "data"), 1, most, problems);
    }
    if (!reader.ok()) return nullptr;
    const std::string merge = reader.text("merge", "object");
    return std::make_unique<CompiledJoin>(merge == "array"   ? Merge::array
                                          : merge == "first" ? Merge::first
                                                             : Merge::object);
  }

 private:
  static constexpr std::int64_t most = limits::flow_edges_max;
};

}  // namespace

const NodeKind& join() {
  static const JoinKind kind;
  return kind;
}

}  // namespace millrace::kinds
