// A written schema to nodes. A place that is referred to is compiled once, however often.
#include "runtime/base/ingress_limits.hpp"
#include "runtime/flow/fields.hpp"
#include "runtime/schema/schema_nodes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace millrace {
namespace {

constexpr std::array annotations{
    std::string_view("title"),
    std::string_view("description"),
    std::string_view("default"),
    std::string_view("examples"),
    std::string_view("deprecated"),
    std::string_view("readOnly"),
    std::string_view("writeOnly"),
    std::string_view("format"),
    std::string_view("$schema"),
    std::string_view("$comment"),
    std::string_view("$defs"),
    std::string_view("definitions"),
    std::string_view("contentType"),
    std::string_view("contentEncoding"),
    std::string_view("contentMediaType"),
};
constexpr std::array not_built{
    std::string_view("if"),
    std::string_view("then"),
    std::string_view("else"),
    std::string_view("patternProperties"),
    std::string_view("propertyNames"),
    std::string_view("dependentRequired"),
    std::string_view("dependentSchemas"),
    std::string_view("dependencies"),
    std::string_view("contains"),
    std::string_view("minContains"),
    std::string_view("maxContains"),
    std::string_view("unevaluatedItems"),
    std::string_view("additionalItems"),
    std::string_view("unevaluatedProperties"),
    std::string_view("$anchor"),
    std::string_view("$dynamicRef"),
    std::string_view("$dynamicAnchor"),
    std::string_view("$recursiveRef"),
    std::string_view("$recursiveAnchor"),
    std::string_view("$vocabulary"),
    std::string_view("$id"),
    std::string_view("contentSchema"),
};

struct TypeName {
  std::string_view name;
  JsonType type;
};
constexpr std::array type_names{
    TypeName{"null", JsonType::null},       TypeName{"boolean", JsonType::boolean},
    TypeName{"object", JsonType::object},   TypeName{"array", JsonType::array},
    TypeName{"number", JsonType::number},   TypeName{"string", JsonType::string},
    TypeName{"integer", JsonType::integer},
};

bool contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `a~1b~0c` → `a/b~c`.
std::string unescape_pointer(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    text += !escape ? token[i] : token[i + 1] == '1' ? '/' : '~';
    if (escape) ++i;
  }
  return text;
}

/// The place that a JSON pointer names, or null.
const Json* place_at(const Json& root, std::string_view pointer) {
  const Json* place = &root;
  while (!pointer.empty() && place != nullptr) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string token = unescape_pointer(pointer.substr(0, end));
    pointer.remove_prefix(end);
    if (!place->is_array()) {
      place = find_member(*place, token);
      continue;
    }
    std::size_t index = 0;
    const auto [rest, failure] = std::from_chars(token.data(), token.data() + token.size(), index);
    const bool good = failure == std::errc{} && rest == token.data() + token.size();
    place = good && index < place->get_array().size() ? &place->get_array()[index] : nullptr;
  }
  return place;
}

class SchemaReader {
 public:
  SchemaReader(const Json& root, const std::string& path, Problems& problems)
      : root_(root), root_path_(path), problems_(problems) {}

  JsonSchemaPtr read() {
    const std::size_t errors = problems_.errors.size();
    place(root_, root_path_, 0);
    return problems_.errors.size() == errors ? schema_ : nullptr;
  }

 private:
  SchemaIndex place(const Json& written, const std::string& path, int depth);
  void keyword(SchemaNode& node, std::string_view key, const Json& value, const std::string& path,
               int depth);
  bool read_bounds(SchemaNode& node, std::string_view key, const Json& value,
                   const std::string& path);
  bool read_sizes(SchemaNode& node, std::string_view key, const Json& value,
                  const std::string& path);
  bool read_schemas(SchemaNode& node, std::string_view key, const Json& value,
                    const std::string& path, int depth);
  void read_types(SchemaNode& node, const Json& value, const std::string& path);
  void read_pattern(SchemaNode& node, const Json& value, const std::string& path);
  void read_required(SchemaNode& node, const Json& value, const std::string& path);
  void read_properties(SchemaNode& node, const Json& value, const std::string& path, int depth);
  void read_reference(SchemaNode& node, const Json& value, const std::string& path, int depth);
  void read_list(std::vector<SchemaIndex>& list, const Json& value, const std::string& path,
                 int depth);

  const Json& root_;
  const std::string& root_path_;
  Problems& problems_;
  std::shared_ptr<JsonSchema> schema_ = std::make_shared<JsonSchema>();
  std::map<const Json*, SchemaIndex> known_;
};

SchemaIndex SchemaReader::place(const Json& written, const std::string& path, int depth) {
  if (const auto known = known_.find(&written); known != known_.end()) return known->second;
  const SchemaIndex index = schema_->nodes.size();
  known_.emplace(&written, index);
  schema_->nodes.emplace_back();
  SchemaNode node;
  if (depth > limits::schema_depth_max) {
    problems_.error(
        path, "INVALID_VALUE",
        "More than " + std::to_string(limits::schema_depth_max) + " schemas inside one another.");
  } else if (written.is_bool()) {
    node.never = !written.get_bool();
  } else if (!written.is_object()) {
    report_type(path, "a schema: an object, true or false", problems_);
  } else {
    for (const auto& member : written.get_object()) {
      keyword(node, member.key(), member.value(), member_path(path, member.key()), depth + 1);
    }
  }
  schema_->nodes[index] = std::move(node);
  return index;
}

void SchemaReader::keyword(SchemaNode& node, std::string_view key, const Json& value,
                           const std::string& path, int depth) {
  if (key == "type") return read_types(node, value, path);
  if (key == "pattern") return read_pattern(node, value, path);
  if (key == "required") return read_required(node, value, path);
  if (key == "properties") return read_properties(node, value, path, depth);
  if (key == "$ref") return read_reference(node, value, path, depth);
  if (key == "uniqueItems") {
    if (!value.is_bool()) return report_type(path, "true or false", problems_);
    node.unique_items = value.get_bool();
  } else if (key == "enum") {
    if (!value.is_array()) return report_type(path, "an array", problems_);
    node.one_of_values = value.get_array();
  } else if (key == "const") {
    node.one_of_values = JsonArray{value};
  } else if (read_bounds(node, key, value, path) || read_sizes(node, key, value, path) ||
             read_schemas(node, key, value, path, depth) || contains(annotations, key)) {
    return;
  } else if (contains(not_built, key)) {
    problems_.error(path, "UNSUPPORTED_SCHEMA_KEYWORD", "This keyword is not built; leave it out.");
  } else {
    problems_.warn(path, "UNKNOWN_FIELD", "JSON Schema has no such keyword; it has no effect.");
  }
}

bool SchemaReader::read_bounds(SchemaNode& node, std::string_view key, const Json& value,
                               const std::string& path) {
  const bool factor = key == "multipleOf";
  std::optional<Json>* bound = key == "minimum"            ? &node.minimum
                               : key == "maximum"          ? &node.maximum
                               : key == "exclusiveMinimum" ? &node.minimum_exclusive
                               : key == "exclusiveMaximum" ? &node.maximum_exclusive
                                                           : nullptr;
  if (bound == nullptr && !factor) return false;
  if (!value.is_number()) {
    report_type(path, "a number", problems_);
  } else if (!factor) {
    *bound = value;
  } else if (value.to_number<double>() > 0) {
    node.multiple_of = value.to_number<double>();
  } else {
    problems_.error(path, "INVALID_VALUE", "Must be more than 0.");
  }
  return true;
}

bool SchemaReader::read_sizes(SchemaNode& node, std::string_view key, const Json& value,
                              const std::string& path) {
  std::size_t* size = key == "minLength"       ? &node.length_min
                      : key == "maxLength"     ? &node.length_max
                      : key == "minItems"      ? &node.items_min
                      : key == "maxItems"      ? &node.items_max
                      : key == "minProperties" ? &node.members_min
                      : key == "maxProperties" ? &node.members_max
                                               : nullptr;
  if (size == nullptr) return false;
  const auto number = as_integer(value);
  if (!number || *number < 0) {
    report_type(path, "a whole number from 0", problems_);
  } else {
    *size = static_cast<std::size_t>(*number);
  }
  return true;
}

bool SchemaReader::read_schemas(SchemaNode& node, std::string_view key, const Json& value,
                                const std::string& path, int depth) {
  std::vector<SchemaIndex>* list = key == "allOf"         ? &node.all_of
                                   : key == "anyOf"       ? &node.any_of
                                   : key == "oneOf"       ? &node.exactly_one_of
                                   : key == "prefixItems" ? &node.prefix
                                                          : nullptr;
  if (list != nullptr) {
    read_list(*list, value, path, depth);
    return true;
  }
  std::optional<SchemaIndex>* one = key == "items"                  ? &node.items
                                    : key == "additionalProperties" ? &node.additional
                                    : key == "not"                  ? &node.not_
                                                                    : nullptr;
  if (one == nullptr) return false;
  *one = place(value, path, depth);
  return true;
}

void SchemaReader::read_list(std::vector<SchemaIndex>& list, const Json& value,
                             const std::string& path, int depth) {
  if (!value.is_array() || value.get_array().empty()) {
    return report_type(path, "an array with at least one schema", problems_);
  }
  const JsonArray& schemas = value.get_array();
  for (std::size_t i = 0; i < schemas.size(); ++i) {
    list.push_back(place(schemas[i], item_path(path, i), depth));
  }
}

void SchemaReader::read_types(SchemaNode& node, const Json& value, const std::string& path) {
  const auto add = [&](const Json& name) {
    const auto* known = std::find_if(type_names.begin(), type_names.end(), [&](const auto& type) {
      return name.is_string() && std::string_view(name.get_string()) == type.name;
    });
    if (known == type_names.end()) {
      return problems_.error(path, "INVALID_VALUE",
                             "A type is null, boolean, object, array, number, string or integer.");
    }
    node.types = static_cast<std::uint8_t>(node.types | static_cast<std::uint8_t>(known->type));
    if (!node.types_text.empty()) node.types_text += " or ";
    node.types_text += known->name;
  };
  if (!value.is_array()) return add(value);
  if (value.get_array().empty()) return report_type(path, "a type, or several", problems_);
  for (const Json& name : value.get_array()) add(name);
}

void SchemaReader::read_pattern(SchemaNode& node, const Json& value, const std::string& path) {
  if (!value.is_string()) return report_type(path, "a string", problems_);
  const std::string_view text = value.get_string();
  auto pattern =
      std::make_shared<const RE2>(re2::StringPiece(text.data(), text.size()), RE2::Quiet);
  if (!pattern->ok()) return problems_.error(path, "INVALID_VALUE", "RE2: " + pattern->error());
  node.pattern = std::move(pattern);
}

void SchemaReader::read_required(SchemaNode& node, const Json& value, const std::string& path) {
  if (!value.is_array()) return report_type(path, "an array of names", problems_);
  for (const Json& name : value.get_array()) {
    if (!name.is_string()) return report_type(path, "an array of names", problems_);
    node.required.emplace_back(name.get_string());
  }
}

void SchemaReader::read_properties(SchemaNode& node, const Json& value, const std::string& path,
                                   int depth) {
  if (!value.is_object()) return report_type(path, "an object of schemas", problems_);
  for (const auto& member : value.get_object()) {
    node.properties.emplace(std::string(member.key()),
                            place(member.value(), member_path(path, member.key()), depth));
  }
}

void SchemaReader::read_reference(SchemaNode& node, const Json& value, const std::string& path,
                                  int depth) {
  const std::string_view text = value.is_string() ? std::string_view(value.get_string()) : "";
  const Json* named = text.starts_with('#') ? place_at(root_, text.substr(1)) : nullptr;
  if (named == nullptr) {
    return problems_.error(path, "INVALID_VALUE",
                           "Must name a place in this schema, as `#/$defs/address`.");
  }
  node.reference = place(*named, root_path_ + std::string(text), depth);
}

}  // namespace

JsonSchemaPtr compile_schema(const Json& written, const std::string& path, Problems& problems) {
  return SchemaReader(written, path, problems).read();
}

}  // namespace millrace
