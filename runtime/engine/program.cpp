// From the client's JSON to a program: definition, graph, nodes, edge conditions, settings; every
// problem of each is collected.
#include "runtime/engine/program.hpp"

#include "runtime/engine/intake.hpp"
#include "runtime/engine/program_options.hpp"
#include "runtime/nodes/expression_check.hpp"
#include "runtime/nodes/field_check.hpp"
#include "runtime/nodes/registry.hpp"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

void compile_trigger(TriggerType type, const FlowDefinition& definition, Program& program,
                     Problems& problems) {
  if (program.plan.trigger == no_node) return;
  const PlanNode& node = program.plan.nodes[program.plan.trigger];
  const NodeDefinition& written = definition.nodes[node.definition];
  program.trigger = read_trigger_options(type, written, problems);
  program.intake = compile_intake(program.trigger, written, problems);
}

void compile_node(const NodeDefinition& definition, const PlanNode& node, bool is_trigger,
                  ProgramNode& compiled, Problems& problems) {
  compiled.kind = find_kind(definition.type);
  if (compiled.kind == nullptr) return;
  read_common_fields(definition, node, compiled, problems);
  compiled.calls_out = compiled.kind->spec().calls_out;
  if (compiled.disabled && !is_trigger) return check_common_fields(definition, problems);
  auto decide = compiled.kind->compile(definition, problems);
  if (!is_trigger) compiled.decide = std::move(decide);
}

void compile_nodes(const FlowDefinition& definition, Program& program, Problems& problems) {
  const Plan& plan = program.plan;
  program.nodes.resize(plan.nodes.size());
  for (NodeIndex node = 0; node < plan.nodes.size(); ++node) {
    compile_node(definition.nodes[plan.nodes[node].definition], plan.nodes[node],
                 node == plan.trigger, program.nodes[node], problems);
  }
  for (const NodeDefinition& node : definition.nodes) {
    const NodeKind* kind = find_kind(node.type);
    if (kind != nullptr && kind->spec().on_canvas_only) kind->compile(node, problems);
  }
}

void compile_edges(const FlowDefinition& definition, Program& program, Problems& problems) {
  program.edge_conditions.resize(program.plan.edges.size());
  for (std::size_t edge = 0; edge < program.plan.edges.size(); ++edge) {
    const EdgeDefinition& written = definition.edges[program.plan.edges[edge].definition];
    if (written.condition.is_null()) continue;
    const std::string at = member_path(member_path(written.path, "data"), "condition");
    program.edge_conditions[edge] = compile_condition(written.condition, at, problems);
  }
}

/// Nothing that an expression says can reach `env` without its name. Definitions are at most
/// json_depth_max deep, so is this recursion.
bool mentions_env(const Json& value) {
  const auto mentions = [](std::string_view text) { return text.find("env") != text.npos; };
  if (value.is_string()) return mentions(value.get_string());
  if (value.is_array()) return std::ranges::any_of(value.get_array(), mentions_env);
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.get_object(),
                             [](const auto& member) { return mentions_env(member.value()); });
}

}  // namespace

CompiledFlow compile_flow(FlowId flow, std::uint32_t version, std::string_view name,
                          TriggerType trigger_type, const Json& definition_json) {
  CompiledFlow compiled;
  Problems& problems = compiled.problems;
  const FlowDefinition definition = read_definition(definition_json, problems);
  auto program = std::make_shared<Program>();
  program->flow = flow;
  program->version = version;
  program->flow_name = name;
  program->may_hold_secrets = mentions_env(definition_json);
  program->plan = build_plan(definition, shape_of, problems);
  compile_trigger(trigger_type, definition, *program, problems);
  compile_nodes(definition, *program, problems);
  compile_edges(definition, *program, problems);
  read_settings(definition.settings, *program, problems);
  if (problems.errors.empty()) compiled.program = std::move(program);
  return compiled;
}

}  // namespace millrace
