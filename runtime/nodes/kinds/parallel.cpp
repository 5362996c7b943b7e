// parallel: leaves by all its branches at once.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

#include <algorithm>

namespace millrace::kinds {
namespace {

class CompiledParallel final : public CompiledNode {
 public:
  explicit CompiledParallel(std::vector<std::string> branches) : branches_(std::move(branches)) {}

  Decision run(const NodeContext&) const override {
    Finish finish;
    finish.handles = branches_;
    JsonArray names;
    for (const std::string& branch : branches_) names.emplace_back(branch);
    finish.output = JsonObject{{"branches", std::move(names)}};
    return finish;
  }

 private:
  std::vector<std::string> branches_;
};

class ParallelKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{.name = "parallel",
                               .about = "Leaves by every branch; a join node brings them together.",
                               .fields = {{.name = "branches",
                                           .type = FieldType::array,
                                           .required = true,
                                           .expression = false,
                                           .about = "[{id}]: one handle each"},
                                          {.name = "mode",
                                           .type = FieldType::string,
                                           .expression = false,
                                           .fallback = R"("all")",
                                           .one_of = {"all"},
                                           .about = "all branches run to their end",
                                           .not_built = {"race"}}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition& node) const override {
    std::vector<std::string> names;
    const Json* list = given(node.data, "branches");
    if (list == nullptr || !list->is_array()) return names;
    for (const Json& item : list->get_array()) {
      const std::string_view id = string_member(item, "id");
      if (!id.empty()) names.emplace_back(id);
    }
    return names;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    check_branches(reader);
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledParallel>(handles(node));
  }

 private:
  static void check_branches(NodeReader& reader) {
    const Json* list = reader.value("branches");
    if (list == nullptr || !list->is_array()) return;
    const JsonArray& items = list->get_array();
    if (items.empty()) reader.error("branches", "INVALID_VALUE", "Must not be empty.");
    std::vector<std::string_view> seen;
    for (std::size_t index = 0; index < items.size(); ++index) {
      const std::string path = member_path(item_path(reader.path("branches"), index), "id");
      const std::string_view id = string_member(items[index], "id");
      if (id.empty()) {
        report_missing(path, "the handle of this branch, a string", reader.problems());
      } else if (std::find(seen.begin(), seen.end(), id) != seen.end()) {
        reader.problems().error(path, "DUPLICATE_ID", "Another branch has this id.");
      }
      seen.push_back(id);
    }
  }
};

}  // namespace

const NodeKind& parallel() {
  static const ParallelKind kind;
  return kind;
}

}  // namespace millrace::kinds
