// The options of a trigger that are expressions, compiled and evaluated.
#include "runtime/engine/intake.hpp"

#include "runtime/flow/fields.hpp"
#include "runtime/nodes/expression_check.hpp"
#include "runtime/nodes/registry.hpp"

#include <algorithm>
#include <array>
#include <variant>

namespace millrace {
namespace {

/// Roots before a run.
class IntakeScope final : public expr::Scope {
 public:
  explicit IntakeScope(const Arrival& arrival) : arrival_(arrival) {}
  IntakeScope(const Arrival& arrival, ExecutionId execution) : arrival_(arrival) {
    execution_ = JsonObject{{"id", "exec_" + to_base62(execution.id)}};
  }

  const Json* root(std::string_view name) const override {
    if (name == "trigger") return &arrival_.payload;
    if (name == "env") return arrival_.env;
    if (name == "execution") return &execution_;
    return nullptr;
  }

 private:
  const Arrival& arrival_;
  Json execution_;
};

class IntakeReader {
 public:
  IntakeReader(const TriggerOptions& trigger, const NodeDefinition& node, Problems& problems)
      : trigger_(trigger), node_(node), at_(member_path(node.path, "data")), problems_(problems) {}

  std::shared_ptr<const Intake> read();

 private:
  std::string path(std::string_view key) const { return member_path(at_, key); }
  void check_roots(const std::vector<std::string>& roots, std::string_view key);
  void read_dedupe_key(Intake& intake);
  void read_filter(Intake& intake);
  void read_response(Intake& intake);
  void read_schema(Intake& intake, std::string_view key);

  const TriggerOptions& trigger_;
  const NodeDefinition& node_;
  std::string at_;
  Problems& problems_;
  bool any_ = false;
};

void IntakeReader::check_roots(const std::vector<std::string>& roots, std::string_view key) {
  const bool may_name_run = key == "response";
  for (const std::string& root : roots) {
    if (root == "trigger" || root == "env" || (may_name_run && root == "execution")) continue;
    problems_.error(
        path(key), "UNKNOWN_ROOT",
        "There is no `" + root + "` here: it is evaluated when the trigger comes in. " +
            (may_name_run ? "Use trigger, env and execution.id." : "Use trigger and env."));
  }
}

void IntakeReader::read_dedupe_key(Intake& intake) {
  const Json* written = given(node_.data, "dedupe_key");
  if (written == nullptr) return;
  any_ = true;
  if (!written->is_string() || written->get_string().empty()) {
    return report_type(path("dedupe_key"), "a text with an expression, as {{trigger.body.id}}",
                       problems_);
  }
  intake.dedupe_key = compile_template(*written, path("dedupe_key"), problems_);
  if (intake.dedupe_key) check_roots(intake.dedupe_key->roots(), "dedupe_key");
}

void IntakeReader::read_filter(Intake& intake) {
  const Json* written = given(node_.data, "filter");
  if (written == nullptr) return;
  any_ = true;
  intake.filter = compile_condition(*written, path("filter"), problems_);
  if (intake.filter) check_roots(intake.filter->roots(), "filter");
}

void IntakeReader::read_response(Intake& intake) {
  const Json* written = given(node_.data, "response");
  if (written == nullptr) return;
  any_ = true;
  if (!written->is_object()) {
    return report_type(path("response"), "an object with status, headers, body", problems_);
  }
  if (trigger_.response_mode != ResponseMode::immediate) {
    return problems_.error(path("response"), "INVALID_VALUE",
                           "Is told at once, so response_mode must be immediate; on_complete "
                           "answers with the output, respond_node with a respond node.");
  }
  NodeDefinition respond;
  respond.id = node_.id;
  respond.type = "respond";
  respond.path = node_.path;
  respond.data = written->get_object();
  Problems found;
  intake.response = find_kind(respond.type)->compile(respond, found);
  const auto move_to = [&](std::vector<Problem>& from, std::vector<Problem>& to) {
    for (Problem& problem : from) {
      problem.path =
          path("response") + problem.path.substr(std::min(at_.size(), problem.path.size()));
      to.push_back(std::move(problem));
    }
  };
  move_to(found.errors, problems_.errors);
  move_to(found.warnings, problems_.warnings);
  if (!intake.response) return;
  const auto whole = compile_template(*written, path("response"), problems_);
  if (whole) check_roots(whole->roots(), "response");
}

void IntakeReader::read_schema(Intake& intake, std::string_view key) {
  const Json* written = given(node_.data, key);
  if (written == nullptr) return;
  any_ = true;
  intake.schema = compile_schema(*written, path(key), problems_);
}

std::shared_ptr<const Intake> IntakeReader::read() {
  auto intake = std::make_shared<Intake>();
  if (trigger_.type == TriggerType::webhook) {
    read_dedupe_key(*intake);
    read_response(*intake);
    read_schema(*intake, "schema");
  } else if (trigger_.type == TriggerType::event) {
    read_dedupe_key(*intake);
    read_filter(*intake);
  } else if (trigger_.type == TriggerType::api) {
    read_schema(*intake, "input_schema");
  }
  return any_ ? intake : nullptr;
}

}  // namespace

std::shared_ptr<const Intake> compile_intake(const TriggerOptions& trigger,
                                             const NodeDefinition& node, Problems& problems) {
  return IntakeReader(trigger, node, problems).read();
}

Result<std::string> dedupe_key_of(const Intake& intake, const Arrival& arrival) {
  if (!intake.dedupe_key) return std::string();
  expr::Budget budget;
  const auto value = intake.dedupe_key->evaluate(IntakeScope(arrival), budget);
  if (!value) return value.error();
  return expr::to_text(*value);
}

Result<bool> passes_filter(const Intake& intake, const Arrival& arrival) {
  if (!intake.filter) return true;
  expr::Budget budget;
  return intake.filter->evaluate(IntakeScope(arrival), budget);
}

Result<Answer> response_of(const Intake& intake, const Arrival& arrival, ExecutionId execution) {
  const IntakeScope scope(arrival, execution);
  expr::Budget budget;
  const NodeContext context{scope, budget, {}, {}, {}, {}, {}, {}};
  const Decision decision = intake.response->run(context);
  if (const auto* failed = std::get_if<NodeError>(&decision)) {
    return Error{ErrorCode::expression, failed->message};
  }
  return *std::get<Finish>(decision).answer;
}

}  // namespace millrace
