// note and group: for people on the canvas; no token ever reaches them.
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

class CompiledNothing final : public CompiledNode {
 public:
  Decision run(const NodeContext&) const override { return Finish{}; }
};

class CanvasKind final : public NodeKind {
 public:
  CanvasKind(std::string_view name, std::string_view about)
      : spec_{.name = name,
              .about = about,
              .fields = {{.name = "text", .expression = false, .about = "for people"}},
              .on_canvas_only = true} {}

  const KindSpec& spec() const override { return spec_; }
  std::vector<std::string> handles(const NodeDefinition&) const override { return {}; }

  /// Editors keep colours and sizes here: nothing is unknown, nothing is checked.
  std::unique_ptr<const CompiledNode> compile(const NodeDefinition&, Problems&) const override {
    return std::make_unique<CompiledNothing>();
  }

 private:
  KindSpec spec_;
};

}  // namespace

const NodeKind& note() {
  static const CanvasKind kind("note", "A text on the canvas.");
  return kind;
}

const NodeKind& group() {
  static const CanvasKind kind("group", "A frame around nodes on the canvas.");
  return kind;
}

}  // namespace millrace::kinds
