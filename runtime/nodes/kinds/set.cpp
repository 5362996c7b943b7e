// set: assigns variables. All values are evaluated with the variables as they were before the node.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/field_check.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

#include <limits>

namespace millrace::kinds {
namespace {

using Mode = Assignment::Mode;

struct CompiledAssignment {
  std::string name;
  Mode mode = Mode::set;
  std::optional<expr::Template> value;
};

/// Why the mode cannot be applied to what the variable holds; empty: it can.
std::string_view misfit(const CompiledAssignment& assignment, const Json* current,
                        const Json& value) {
  const bool unset = current == nullptr || current->is_null();
  switch (assignment.mode) {
    case Mode::set:
    case Mode::unset:
      return {};
    case Mode::append:
      return unset || current->is_array() ? "" : "append needs a variable that is an array";
    case Mode::merge:
      if (!value.is_object()) return "merge needs a value that is an object";
      return unset || current->is_object() ? "" : "merge needs a variable that is an object";
    case Mode::increment:
      if (!value.is_number()) return "increment needs a value that is a number";
      return unset || current->is_number() ? "" : "increment needs a variable that is a number";
  }
  return {};
}

class CompiledSet final : public CompiledNode {
 public:
  explicit CompiledSet(std::vector<CompiledAssignment> assignments)
      : assignments_(std::move(assignments)) {}

  Decision run(const NodeContext& context) const override {
    const Json* variables = context.scope.root("vars");
    Finish finish;
    JsonObject output;
    for (const CompiledAssignment& assignment : assignments_) {
      Result<Json> value = evaluate(assignment.value, context);
      if (value.has_error()) return to_node_error(value.error());
      const Json* current =
          variables == nullptr ? nullptr : find_member(*variables, assignment.name);
      const std::string_view problem = misfit(assignment, current, *value);
      if (!problem.empty()) {
        return to_node_error(Error{ErrorCode::expression,
                                   "`" + assignment.name + "`: " + std::string(problem) + ".",
                                   assignment.name});
      }
      output[assignment.name] = *value;
      finish.assignments.push_back({assignment.name, std::move(*value), assignment.mode});
    }
    finish.output = std::move(output);
    return finish;
  }

 private:
  std::vector<CompiledAssignment> assignments_;
};

std::optional<Mode> parse_mode(std::string_view text) {
  if (text == "set") return Mode::set;
  if (text == "append") return Mode::append;
  if (text == "merge") return Mode::merge;
  if (text == "increment") return Mode::increment;
  if (text == "unset") return Mode::unset;
  return std::nullopt;
}

/// Reads one assignment, from the node's own data or from an item of `assignments`.
class AssignmentReader {
 public:
  AssignmentReader(const JsonObject& object, std::string at, Problems& problems)
      : object_(object), at_(std::move(at)), problems_(problems) {}

  CompiledAssignment read() {
    CompiledAssignment assignment;
    assignment.name = read_name();
    assignment.mode = read_mode();
    check_scope();
    const Json* value = object_.if_contains("value");
    if (value != nullptr) {
      assignment.value = compile_template(*value, member_path(at_, "value"), problems_);
    } else if (assignment.mode == Mode::increment) {
      assignment.value = compile_template(Json(1), at_, problems_);
    } else if (assignment.mode != Mode::unset) {
      report_missing(member_path(at_, "value"), "what the variable gets", problems_);
    }
    return assignment;
  }

 private:
  std::string read_name() {
    const std::string path = member_path(at_, "name");
    if (given(object_, "name") == nullptr) {
      report_missing(path, "the variable's name", problems_);
      return {};
    }
    std::string name = read_string(object_, "name", at_, problems_);
    if (object_.at("name").is_string() && !is_variable_name(name)) {
      problems_.error(path, "INVALID_VALUE",
                      "A variable's name has letters, digits, _ and -, and no digit first. For a "
                      "member of an object, use mode merge.");
    }
    return name;
  }

  Mode read_mode() {
    const std::string written = read_string(object_, "mode", at_, problems_);
    if (written.empty()) return Mode::set;
    const std::optional<Mode> mode = parse_mode(written);
    if (!mode) {
      problems_.error(member_path(at_, "mode"), "INVALID_VALUE",
                      "Use one of: set, append, merge, increment, unset.");
    }
    return mode.value_or(Mode::set);
  }

  void check_scope() {
    const std::string scope = read_string(object_, "scope", at_, problems_);
    if (scope.empty() || scope == "execution") return;
    const bool known = scope == "conversation" || scope == "contact";
    problems_.error(member_path(at_, "scope"), known ? "UNSUPPORTED_OPTION" : "INVALID_VALUE",
                    known ? "Variables that outlive the run are not built yet: use execution."
                          : "Must be execution.");
  }

  const JsonObject& object_;
  std::string at_;
  Problems& problems_;
};

void read_items(NodeReader& reader, std::vector<CompiledAssignment>& assignments) {
  const Json* list = reader.value("assignments");
  if (list == nullptr || !list->is_array()) return;
  const JsonArray& items = list->get_array();
  if (items.empty()) reader.error("assignments", "INVALID_VALUE", "Must not be empty.");
  for (std::size_t index = 0; index < items.size(); ++index) {
    const std::string at = item_path(reader.path("assignments"), index);
    if (items[index].is_object()) {
      AssignmentReader item(items[index].get_object(), at, reader.problems());
      assignments.push_back(item.read());
    } else {
      report_type(at, "an object with name and value", reader.problems());
    }
  }
}

class SetKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "set",
        .aliases = {"set_variable"},
        .about = "Assigns variables of the run.",
        .fields = {
            {.name = "assignments",
             .type = FieldType::array,
             .expression = false,
             .about = "[{name, value, mode, scope}], in order"},
            {.name = "name", .expression = false, .about = "the variable, where there is only one"},
            {.name = "value", .about = "what it gets; 1 where mode is increment"},
            {.name = "mode",
             .expression = false,
             .fallback = R"("set")",
             .about = "set, append to an array, merge into an object, increment, unset"},
            {.name = "scope",
             .expression = false,
             .fallback = R"("execution")",
             .about = "where the variable lives: the execution"},
        }};
    return spec;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    std::vector<CompiledAssignment> assignments;
    const bool single = reader.has("name");
    if (single && reader.has("assignments")) {
      reader.error("name", "INVALID_VALUE", "Give either assignments or name, not both.");
    } else if (single) {
      AssignmentReader own(node.data, member_path(node.path, "data"), problems);
      assignments.push_back(own.read());
    } else if (reader.has("assignments")) {
      read_items(reader, assignments);
    } else {
      report_missing(reader.path("assignments"), "assignments, or name and value", problems);
    }
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledSet>(std::move(assignments));
  }
};

}  // namespace

const NodeKind& set() {
  static const SetKind kind;
  return kind;
}

}  // namespace millrace::kinds
