// Reads a definition from JSON, part by part, and goes on after every problem.
#include "runtime/flow/model.hpp"

#include "runtime/flow/fields.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace millrace {
namespace {

struct TriggerTypeName {
  TriggerType type;
  std::string_view name;
};
constexpr std::array trigger_type_names{
    TriggerTypeName{TriggerType::inbound_message, "inbound_message"},
    TriggerTypeName{TriggerType::webhook, "webhook"},
    TriggerTypeName{TriggerType::schedule, "schedule"},
    TriggerTypeName{TriggerType::api, "api"},
    TriggerTypeName{TriggerType::event, "event"},
    TriggerTypeName{TriggerType::call, "call"},
    TriggerTypeName{TriggerType::subflow, "subflow"},
    TriggerTypeName{TriggerType::mcp_tool, "mcp_tool"},
    TriggerTypeName{TriggerType::flow_error, "flow_error"},
};
constexpr std::string_view api_alias = "manual";

/// A copy on the heap: a definition outlives the arena of the document it was read from.
template <class Value>
Value copy_of(const Value& value) {
  return Value(value, boost::json::storage_ptr{});
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char character) {
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
  });
}

std::string read_id(const JsonObject& object, std::string_view key, std::string_view at,
                    Problems& problems) {
  if (given(object, key) == nullptr) {
    report_missing(member_path(at, key), "the id of a node", problems);
    return {};
  }
  std::string id = read_string(object, key, at, problems);
  if (!object.at(key).is_string()) return {};
  if (id.empty() || id.size() > limits::node_id_chars_max || has_control_character(id)) {
    problems.error(member_path(at, key), "INVALID_VALUE",
                   "An id has 1 to " + std::to_string(limits::node_id_chars_max) +
                       " characters, none of them a control character.");
    return {};
  }
  return id;
}

void read_node(const Json& value, std::string path, FlowDefinition& flow, Problems& problems) {
  if (!value.is_object()) return report_type(path, "an object", problems);
  const JsonObject& object = value.get_object();
  NodeDefinition node;
  node.path = std::move(path);
  node.id = read_id(object, "id", node.path, problems);
  node.parent_id = read_string(object, "parentId", node.path, problems);
  node.type = read_string(object, "type", node.path, problems);
  if (node.type.empty() && (given(object, "type") == nullptr || object.at("type").is_string())) {
    report_missing(member_path(node.path, "type"), "the kind of the node", problems);
  }
  if (const Json* data = given(object, "data")) {
    if (data->is_object()) {
      node.data = copy_of(data->get_object());
    } else {
      report_type(member_path(node.path, "data"), "an object", problems);
    }
  }
  if (!node.id.empty() && !node.type.empty()) flow.nodes.push_back(std::move(node));
}

void read_edge_data(const JsonObject& data, const std::string& at, EdgeDefinition& edge,
                    Problems& problems) {
  if (const Json* condition = given(data, "condition")) {
    if (condition->is_object() || condition->is_string()) {
      edge.condition = copy_of(*condition);
    } else {
      report_type(member_path(at, "condition"), "a condition group or an expression", problems);
    }
  }
  using Bounds = std::numeric_limits<std::int32_t>;
  edge.priority =
      read_integer(data, "priority", at, Bounds::min(), Bounds::max(), problems).value_or(0);
  edge.max_iterations =
      read_integer(data, "max_iterations", at, 1, limits::cycle_iterations_max, problems);
}

void read_edge(const Json& value, std::string path, FlowDefinition& flow, Problems& problems) {
  if (!value.is_object()) return report_type(path, "an object", problems);
  const JsonObject& object = value.get_object();
  EdgeDefinition edge;
  edge.path = std::move(path);
  edge.id = read_string(object, "id", edge.path, problems);
  edge.source = read_id(object, "source", edge.path, problems);
  edge.target = read_id(object, "target", edge.path, problems);
  edge.source_handle = read_string(object, "sourceHandle", edge.path, problems);
  edge.label = read_string(object, "label", edge.path, problems);
  if (const Json* data = given(object, "data")) {
    if (data->is_object()) {
      read_edge_data(data->get_object(), member_path(edge.path, "data"), edge, problems);
    } else {
      report_type(member_path(edge.path, "data"), "an object", problems);
    }
  }
  if (!edge.source.empty() && !edge.target.empty()) flow.edges.push_back(std::move(edge));
}

struct ListRule {
  std::string_view key;
  std::size_t items_max;
  std::string_view code;
};

const JsonArray* read_list(const JsonObject& root, const ListRule& rule, Problems& problems) {
  const std::string path = member_path("$", rule.key);
  const Json* value = given(root, rule.key);
  if (value == nullptr) {
    report_missing(path, "an array, which may be empty", problems);
    return nullptr;
  }
  if (!value->is_array()) {
    report_type(path, "an array", problems);
    return nullptr;
  }
  if (value->get_array().size() > rule.items_max) {
    problems.error(path, std::string(rule.code),
                   "Has " + std::to_string(value->get_array().size()) + " items; at most " +
                       std::to_string(rule.items_max) + " are allowed.");
    return nullptr;
  }
  return &value->get_array();
}

}  // namespace

std::string_view to_string(TriggerType type) {
  const auto* found = std::find_if(trigger_type_names.begin(), trigger_type_names.end(),
                                   [type](const auto& entry) { return entry.type == type; });
  return found == trigger_type_names.end() ? std::string_view{} : found->name;
}

std::optional<TriggerType> parse_trigger_type(std::string_view text) {
  if (text == api_alias) return TriggerType::api;
  const auto* found = std::find_if(trigger_type_names.begin(), trigger_type_names.end(),
                                   [text](const auto& entry) { return entry.name == text; });
  if (found == trigger_type_names.end()) return std::nullopt;
  return found->type;
}

FlowDefinition read_definition(const Json& definition, Problems& problems) {
  FlowDefinition flow;
  if (!definition.is_object()) {
    report_type("$", "an object with nodes and edges", problems);
    return flow;
  }
  const JsonObject& root = definition.get_object();
  const ListRule node_rule{"nodes", limits::flow_nodes_max, "TOO_MANY_NODES"};
  if (const JsonArray* nodes = read_list(root, node_rule, problems)) {
    for (std::size_t index = 0; index < nodes->size(); ++index) {
      read_node((*nodes)[index], item_path("$.nodes", index), flow, problems);
    }
  }
  const ListRule edge_rule{"edges", limits::flow_edges_max, "TOO_MANY_EDGES"};
  if (const JsonArray* edges = read_list(root, edge_rule, problems)) {
    for (std::size_t index = 0; index < edges->size(); ++index) {
      read_edge((*edges)[index], item_path("$.edges", index), flow, problems);
    }
  }
  if (const Json* settings = given(root, "settings")) {
    if (settings->is_object()) {
      flow.settings = copy_of(settings->get_object());
    } else {
      report_type("$.settings", "an object", problems);
    }
  }
  return flow;
}

}  // namespace millrace
