// Orbit's bodies about flows, read into neutral form.
#include "http/dialects/orbit/flow_requests.hpp"

#include "http/dialects/orbit/body.hpp"
#include "http/dialects/orbit/flat_shape.hpp"
#include "runtime/base/json_slice.hpp"

#include <limits>

namespace millrace::http::orbit {
namespace {

constexpr std::string_view trigger_types = "one of inbound_message, webhook, schedule, api, event";

OrbitResult<TriggerType> read_trigger_type(const Json& value, std::string_view field) {
  const auto type =
      value.is_string() ? parse_trigger_type(std::string_view(value.get_string())) : std::nullopt;
  if (!type) return wrong_field(field, print_json(value), trigger_types);
  return *type;
}

/// `items` is a member of `owner` that must be an array of at most `count_max`.
OrbitResult<void> check_array(const Json& owner, std::string_view items, std::string_view field,
                              std::size_t count_max) {
  const Json* value = find_member(owner, items);
  if (value == nullptr) return missing_field(field, "array");
  if (!value->is_array()) return wrong_field(field, print_json(*value), "an array");
  if (value->get_array().size() > count_max) {
    return wrong_field(field, std::to_string(value->get_array().size()),
                       "at most " + std::to_string(count_max) + " items");
  }
  return {};
}

OrbitResult<std::string> read_definition_text(const Body& body) {
  const Json* definition = find_member(body.root, "definition");
  if (definition == nullptr) return missing_field("definition", "object");
  if (!definition->is_object()) {
    return wrong_field("definition", print_json(*definition), "an object");
  }
  const auto nodes = check_array(*definition, "nodes", "definition.nodes", limits::flow_nodes_max);
  if (!nodes) return nodes.error();
  const auto edges = check_array(*definition, "edges", "definition.edges", limits::flow_edges_max);
  if (!edges) return edges.error();
  return std::string(*member_text(body.text, "definition"));
}

struct FlatFlow {
  TriggerType trigger_type = TriggerType::api;
  std::string definition;
};

OrbitResult<FlatFlow> read_flat(const Body& body) {
  const Json* trigger = find_member(body.root, "trigger");
  if (trigger == nullptr) return missing_field("trigger", "object");
  if (!trigger->is_object()) return wrong_field("trigger", print_json(*trigger), "an object");
  const Json* type = find_member(*trigger, "type");
  if (type == nullptr) return missing_field("trigger.type", "string");
  const auto trigger_type = read_trigger_type(*type, "trigger.type");
  if (!trigger_type) return trigger_type.error();
  const auto nodes = check_array(body.root, "nodes", "nodes", limits::flow_nodes_max);
  if (!nodes) return nodes.error();
  if (find_member(body.root, "edges") != nullptr) {
    const auto edges = check_array(body.root, "edges", "edges", limits::flow_edges_max);
    if (!edges) return edges.error();
  }
  const Json* settings = find_member(body.root, "settings");
  if (settings != nullptr && !settings->is_object()) {
    return wrong_field("settings", print_json(*settings), "an object");
  }
  return FlatFlow{*trigger_type, to_canonical(body)};
}

bool is_flat(const Body& body) {
  return find_member(body.root, "definition") == nullptr &&
         (find_member(body.root, "nodes") != nullptr ||
          find_member(body.root, "trigger") != nullptr);
}

OrbitResult<void> read_graph_changes(const Body& body, FlowChanges& changes) {
  if (is_flat(body)) {
    auto flat = read_flat(body);
    if (!flat) return flat.error();
    changes.trigger_type = flat->trigger_type;
    changes.definition = std::move(flat->definition);
    return {};
  }
  if (const Json* type = find_member(body.root, "trigger_type")) {
    const auto trigger_type = read_trigger_type(*type, "trigger_type");
    if (!trigger_type) return trigger_type.error();
    changes.trigger_type = *trigger_type;
  }
  if (find_member(body.root, "definition") != nullptr) {
    auto definition = read_definition_text(body);
    if (!definition) return definition.error();
    changes.definition = std::move(*definition);
  }
  return {};
}

OrbitResult<bool> read_status(const Json& value) {
  const auto status = value.is_string() ? std::string_view(value.get_string()) : std::string_view{};
  if (status == "published") return true;
  if (status == "draft") return false;
  return wrong_field("status", print_json(value), "published or draft");
}

}  // namespace

OrbitResult<std::uint32_t> read_version_number(const Json& value) {
  if (value.is_int64() && value.get_int64() >= 1 &&
      value.get_int64() <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(value.get_int64());
  }
  return wrong_field("version", print_json(value), "a whole number from 1 on");
}

OrbitResult<FlowDraft> read_create(std::string_view text) {
  const auto body = read_body(text);
  if (!body) return body.error();
  auto name = read_text(*body, "name", limits::flow_name_chars_max);
  if (!name) return name.error();
  if (is_flat(*body)) {
    const auto known = refuse_unknown(*body, {"name", "trigger", "nodes", "edges", "settings"});
    if (!known) return known.error();
    auto flat = read_flat(*body);
    if (!flat) return flat.error();
    return FlowDraft{std::move(*name), flat->trigger_type, std::move(flat->definition)};
  }
  const auto known = refuse_unknown(*body, {"name", "trigger_type", "definition"});
  if (!known) return known.error();
  const Json* type = find_member(body->root, "trigger_type");
  if (type == nullptr) return missing_field("trigger_type", "string");
  const auto trigger_type = read_trigger_type(*type, "trigger_type");
  if (!trigger_type) return trigger_type.error();
  auto definition = read_definition_text(*body);
  if (!definition) return definition.error();
  return FlowDraft{std::move(*name), *trigger_type, std::move(*definition)};
}

OrbitResult<FlowChanges> read_update(std::string_view text) {
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known =
      is_flat(*body)
          ? refuse_unknown(*body,
                           {"name", "trigger", "nodes", "edges", "settings", "version", "status"})
          : refuse_unknown(*body, {"name", "trigger_type", "definition", "version", "status"});
  if (!known) return known.error();
  FlowChanges changes;
  if (find_member(body->root, "name") != nullptr) {
    auto name = read_text(*body, "name", limits::flow_name_chars_max);
    if (!name) return name.error();
    changes.name = std::move(*name);
  }
  const auto graph = read_graph_changes(*body, changes);
  if (!graph) return graph.error();
  if (const Json* version = find_member(body->root, "version")) {
    const auto expected = read_version_number(*version);
    if (!expected) return expected.error();
    changes.expected_version = *expected;
  }
  if (const Json* status = find_member(body->root, "status")) {
    const auto publish = read_status(*status);
    if (!publish) return publish.error();
    changes.publish = *publish;
  }
  if (!changes.makes_version() && !changes.publish) {
    return wrong_field("$", "{}", "an object with name, trigger_type, definition or status");
  }
  return changes;
}

OrbitResult<std::string> read_execute(std::string_view text) {
  if (text.empty()) return std::string("{}");
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"input"});
  if (!known) return known.error();
  const Json* input = find_member(body->root, "input");
  if (input == nullptr) return std::string("{}");
  if (!input->is_object()) return wrong_field("input", print_json(*input), "an object");
  return std::string(*member_text(body->text, "input"));
}

OrbitResult<void> read_nothing(std::string_view text) {
  if (text.empty()) return {};
  const auto body = read_body(text);
  if (!body) return body.error();
  return refuse_unknown(*body, {});
}

}  // namespace millrace::http::orbit
