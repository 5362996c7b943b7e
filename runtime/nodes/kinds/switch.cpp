// switch: many ways, by comparing one value or by a condition of each case.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

#include <algorithm>

namespace millrace::kinds {
namespace {

struct Case {
  std::string id;
  std::optional<expr::Condition> when;
  std::string operator_name;
  std::optional<expr::Template> value;
};

class CompiledSwitch final : public CompiledNode {
 public:
  CompiledSwitch(std::optional<expr::Template> value, std::vector<Case> cases, bool all,
                 bool needs_edge)
      : value_(std::move(value)), cases_(std::move(cases)), all_(all), needs_edge_(needs_edge) {}

  Decision run(const NodeContext& context) const override {
    const Result<Json> value = evaluate(value_, context);
    if (value.has_error()) return to_node_error(value.error());
    Finish finish;
    finish.handles.clear();
    finish.needs_edge = needs_edge_;
    JsonArray matched;
    for (const Case& one : cases_) {
      const Result<bool> hit = matches(one, *value, context);
      if (hit.has_error()) return to_node_error(hit.error());
      if (!*hit) continue;
      finish.handles.push_back(one.id);
      matched.emplace_back(one.id);
      if (!all_) break;
    }
    if (finish.handles.empty()) finish.handles.emplace_back("default");
    finish.output = JsonObject{{"matched", std::move(matched)}};
    return finish;
  }

 private:
  static Result<bool> matches(const Case& one, const Json& value, const NodeContext& context) {
    if (one.when) return one.when->evaluate(context.scope, context.budget);
    const Result<Json> wanted = evaluate(one.value, context);
    if (wanted.has_error()) return wanted.error();
    return expr::compare(one.operator_name, value, *wanted);
  }

  std::optional<expr::Template> value_;
  std::vector<Case> cases_;
  bool all_;
  bool needs_edge_;
};

class CaseReader {
 public:
  CaseReader(const JsonObject& object, std::string at, NodeReader& reader)
      : object_(object), at_(std::move(at)), reader_(reader), problems_(reader.problems()) {}

  Case read(const std::vector<Case>& before) {
    Case one;
    one.id = read_id(before);
    const Json* when = given(object_, "when");
    if (when == nullptr) {
      read_comparison(one);
    } else if (object_.contains("value") || object_.contains("operator")) {
      problems_.error(at_, "INVALID_VALUE", "Give either when, or operator and value.");
    } else if (when->is_object() || when->is_string()) {
      one.when = compile_condition(*when, member_path(at_, "when"), problems_);
    } else {
      report_type(member_path(at_, "when"), "a condition group or an expression", problems_);
    }
    return one;
  }

 private:
  std::string read_id(const std::vector<Case>& before) {
    const std::string path = member_path(at_, "id");
    std::string id = read_string(object_, "id", at_, problems_);
    if (given(object_, "id") == nullptr) {
      report_missing(path, "the handle that this case leaves by", problems_);
    } else if (id.empty() || id == "default" || id == "error") {
      problems_.error(path, "INVALID_VALUE", "Must not be empty, default or error.");
    } else if (std::any_of(before.begin(), before.end(),
                           [&](const Case& other) { return other.id == id; })) {
      problems_.error(path, "DUPLICATE_ID", "Another case has this id.");
    }
    return id;
  }

  void read_comparison(Case& one) {
    const std::string written = read_string(object_, "operator", at_, problems_);
    one.operator_name = written.empty() ? "eq" : written;
    if (!expr::is_operator(one.operator_name)) {
      problems_.error(member_path(at_, "operator"), "INVALID_VALUE", "There is no such operator.");
      return;
    }
    if (!reader_.has("value")) {
      report_missing(reader_.path("value"), "what the cases are compared with", problems_);
    }
    const std::string path = member_path(at_, "value");
    const Json* value = object_.if_contains("value");
    if (value != nullptr) {
      one.value = compile_template(*value, path, problems_);
      check_constant(one, *value, path);
    } else if (one.operator_name != "is_set" && one.operator_name != "is_empty") {
      report_missing(path, "what the value is compared with", problems_);
    }
  }

  /// A pattern that RE2 refuses is told at publish, not at the first run.
  void check_constant(const Case& one, const Json& value, const std::string& path) {
    if (!one.value || !one.value->is_constant()) return;
    const Result<bool> tried = expr::compare(one.operator_name, Json(""), value);
    if (tried.has_error()) problems_.error(path, "INVALID_VALUE", tried.error().message);
  }

  const JsonObject& object_;
  std::string at_;
  NodeReader& reader_;
  Problems& problems_;
};

std::vector<Case> read_cases(NodeReader& reader) {
  std::vector<Case> cases;
  const Json* list = reader.value("cases");
  if (list == nullptr || !list->is_array()) return cases;
  const JsonArray& items = list->get_array();
  if (items.empty()) reader.error("cases", "INVALID_VALUE", "Must not be empty.");
  for (std::size_t index = 0; index < items.size(); ++index) {
    const std::string at = item_path(reader.path("cases"), index);
    if (items[index].is_object()) {
      cases.push_back(CaseReader(items[index].get_object(), at, reader).read(cases));
    } else {
      report_type(at, "an object with an id", reader.problems());
    }
  }
  return cases;
}

class SwitchKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "switch",
        .aliases = {"split"},
        .about = "Leaves by the handles of the cases that match, else by default.",
        .fields = {{.name = "value", .about = "what the cases are compared with"},
                   {.name = "cases",
                    .type = FieldType::array,
                    .required = true,
                    .expression = false,
                    .about = "[{id, operator, value}] or [{id, when}], tried in order"},
                   {.name = "mode",
                    .type = FieldType::string,
                    .expression = false,
                    .fallback = R"("first")",
                    .one_of = {"first", "all"},
                    .about = "leave by the first case that matches, or by all of them"},
                   {.name = "fallthrough",
                    .type = FieldType::string,
                    .expression = false,
                    .one_of = {"end"},
                    .about = "end: no match and no edge ends this path instead of failing"}}};
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition& node) const override {
    std::vector<std::string> names;
    const Json* list = given(node.data, "cases");
    if (list != nullptr && list->is_array()) {
      for (const Json& item : list->get_array()) {
        const std::string_view id = string_member(item, "id");
        if (!id.empty()) names.emplace_back(id);
      }
    }
    names.emplace_back("default");
    return names;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    std::optional<expr::Template> value = reader.expression("value");
    std::vector<Case> cases = read_cases(reader);
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledSwitch>(std::move(value), std::move(cases),
                                            reader.text("mode") == "all",
                                            reader.text("fallthrough") != "end");
  }
};

}  // namespace

const NodeKind& switch_case() {
  static const SwitchKind kind;
  return kind;
}

}  // namespace millrace::kinds
