// Orbit's second create shape, brought into canonical form.
#include "http/dialects/orbit/flat_shape.hpp"

#include "http/dialects/json_writer.hpp"
#include "runtime/base/json_slice.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace millrace::http::orbit {
namespace {

using Members = std::vector<JsonMemberText>;

/// The last one wins, in the first one's place.
void put(Members& members, JsonMemberText member) {
  const auto same = std::find_if(members.begin(), members.end(),
                                 [&](const auto& known) { return known.key == member.key; });
  if (same == members.end()) {
    members.push_back(std::move(member));
  } else {
    same->value = member.value;
  }
}

void write_object(JsonWriter& json, const Members& members) {
  json.open_object();
  for (const auto& [key, value] : members) json.key(key).raw(value);
  json.close_object();
}

bool stays_outside_data(std::string_view key) {
  return key == "id" || key == "type" || key == "position" || key == "parentId";
}

/// `before` are data members that the node's own ones override.
void write_node(JsonWriter& json, std::string_view node, Members before) {
  if (!node.starts_with('{')) {
    json.raw(node);
    return;
  }
  Members outside;
  Members data = std::move(before);
  for (auto& member : member_texts(node)) {
    if (stays_outside_data(member.key)) {
      put(outside, std::move(member));
    } else if (member.key == "data" && member.value.starts_with('{')) {
      for (auto& inner : member_texts(member.value)) put(data, std::move(inner));
    } else {
      put(data, std::move(member));
    }
  }
  json.open_object();
  for (const auto& [key, value] : outside) json.key(key).raw(value);
  json.key("data");
  write_object(json, data);
  json.close_object();
}

struct Shape {
  std::vector<std::string> tops;  ///< ids of nodes that are no trigger and have no parent
  std::set<std::string> targets;  ///< ids that an edge leads to
  std::set<std::string> ids;
  std::string trigger;       ///< id of the trigger node
  bool has_trigger = false;  ///< it is among the client's nodes
  bool trigger_has_edge = false;
};

Shape shape_of(const Body& body) {
  Shape shape;
  for (const auto& node : find_member(body.root, "nodes")->get_array()) {
    const std::string id(string_member(node, "id"));
    shape.ids.insert(id);
    if (string_member(node, "type") == "trigger") {
      shape.has_trigger = true;
      if (shape.trigger.empty()) shape.trigger = id;
    } else if (!id.empty() && string_member(node, "parentId").empty()) {
      shape.tops.push_back(id);
    }
  }
  if (!shape.has_trigger) {
    shape.trigger = "trigger";
    while (shape.ids.contains(shape.trigger)) shape.trigger += '_';
  }
  if (const Json* edges = find_member(body.root, "edges")) {
    for (const auto& edge : edges->get_array()) {
      shape.targets.emplace(string_member(edge, "target"));
      if (string_member(edge, "source") == shape.trigger) shape.trigger_has_edge = true;
    }
  }
  return shape;
}

void write_edge(JsonWriter& json, std::string_view source, std::string_view target) {
  json.open_object().key("source").text(source);
  json.key("target").text(target).close_object();
}

void write_edges(JsonWriter& json, const Body& body, const Shape& shape) {
  json.open_array();
  if (const auto edges = member_text(body.text, "edges")) {
    for (const auto edge : item_texts(*edges)) json.raw(edge);
    if (!shape.trigger_has_edge) {
      for (const auto& top : shape.tops) {
        if (!shape.targets.contains(top)) write_edge(json, shape.trigger, top);
      }
    }
  } else {
    std::string_view source = shape.trigger;
    for (const auto& top : shape.tops) {
      write_edge(json, source, top);
      source = top;
    }
  }
  json.close_array();
}

}  // namespace

std::string to_canonical(const Body& body) {
  const Shape shape = shape_of(body);
  Members trigger_data;
  for (auto& member : member_texts(*member_text(body.text, "trigger"))) {
    if (member.key != "type") put(trigger_data, std::move(member));
  }
  JsonWriter json;
  json.open_object().key("nodes").open_array();
  const auto& nodes = find_member(body.root, "nodes")->get_array();
  const auto texts = item_texts(*member_text(body.text, "nodes"));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool is_trigger = string_member(nodes[i], "type") == "trigger";
    write_node(json, texts[i], is_trigger ? trigger_data : Members{});
  }
  if (!shape.has_trigger) {
    json.open_object().key("id").text(shape.trigger).key("type").text("trigger").key("data");
    write_object(json, trigger_data);
    json.close_object();
  }
  json.close_array().key("edges");
  write_edges(json, body, shape);
  if (const auto settings = member_text(body.text, "settings")) json.key("settings").raw(*settings);
  return json.close_object().take();
}

}  // namespace millrace::http::orbit
