// One function per question that a schema can ask of a value.
#include "runtime/nodes/field_check.hpp"

#include "runtime/flow/fields.hpp"
#include "runtime/flow/status_handle.hpp"

#include <algorithm>

namespace millrace {
namespace {

constexpr std::string_view retry_fallback =
    R"({"max_attempts":3,"initial_delay_ms":1000,"backoff_rate":2.0,"max_delay_ms":60000,)"
    R"("jitter":"full","retry_on":["timeout","communication","rate_limited","5xx"]})";

bool has_expression(const Json& value) {
  return value.is_string() &&
         std::string_view(value.get_string()).find("{{") != std::string_view::npos;
}

std::string_view wanted(FieldType type) {
  switch (type) {
    case FieldType::any:
      return "any value";
    case FieldType::string:
      return "a string";
    case FieldType::number:
      return "a number";
    case FieldType::boolean:
      return "true or false";
    case FieldType::object:
      return "an object";
    case FieldType::array:
      return "an array";
    case FieldType::condition:
      return "a condition group or an expression";
    case FieldType::duration:
      return "an ISO 8601 duration such as PT15M";
  }
  return {};
}

bool fits(FieldType type, const Json& value) {
  switch (type) {
    case FieldType::any:
      return true;
    case FieldType::string:
      return value.is_string();
    case FieldType::number:
      return value.is_number();
    case FieldType::boolean:
      return value.is_bool();
    case FieldType::object:
      return value.is_object();
    case FieldType::array:
      return value.is_array();
    case FieldType::condition:
      return value.is_object() || value.is_string();
    case FieldType::duration:
      return value.is_string() && parse_iso8601_duration(value.get_string()).has_value();
  }
  return false;
}

bool holds(const std::vector<std::string_view>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string list_of(const std::vector<std::string_view>& values) {
  std::string list;
  for (const std::string_view value : values) {
    list.append(list.empty() ? "" : ", ").append(value);
  }
  return list;
}

void check_value(const FieldSpec& field, const Json& value, const std::string& path,
                 Problems& problems) {
  if (has_expression(value)) {
    if (field.expression) return;
    problems.error(path, "EXPRESSION_NOT_ALLOWED", "Must be written out: no {{ … }} here.");
    return;
  }
  if (!fits(field.type, value)) return report_type(path, wanted(field.type), problems);
  if (field.one_of.empty() || !value.is_string()) return;
  const std::string_view text = value.get_string();
  if (holds(field.one_of, text)) return;
  const std::string allowed = "Use one of: " + list_of(field.one_of) + ".";
  if (holds(field.not_built, text)) {
    problems.error(path, "UNSUPPORTED_OPTION",
                   "`" + std::string(text) + "` is not built yet. " + allowed);
  } else {
    problems.error(path, "INVALID_VALUE", allowed);
  }
}

void check_listed(std::span<const FieldSpec> fields, const NodeDefinition& node,
                  Problems& problems) {
  const std::string at = member_path(node.path, "data");
  for (const FieldSpec& field : fields) {
    const Json* value = given(node.data, field.name);
    if (value != nullptr) {
      check_value(field, *value, member_path(at, field.name), problems);
    } else if (field.required) {
      report_missing(member_path(at, field.name), field.about, problems);
    }
  }
}

void check_number(const JsonObject& object, std::string_view key, const std::string& at, double min,
                  Problems& problems) {
  const Json* value = given(object, key);
  if (value == nullptr) return;
  if (!value->is_number()) return report_type(member_path(at, key), "a number", problems);
  if (value->to_number<double>() < min) {
    problems.error(member_path(at, key), "INVALID_VALUE",
                   "Must be at least " + std::to_string(static_cast<int>(min)) + ".");
  }
}

/// An error class, an error code such as RESPONSE_TOO_LARGE, a status, or a hundred of them.
bool is_retry_reason(const Json& value) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_string();
  if (parse_error_class(text).has_value() || parse_status_range(text).has_value()) return true;
  const auto fits_code = [](char character) {
    return (character >= 'A' && character <= 'Z') || character == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits_code);
}

void check_retry_on(const JsonObject& retry, const std::string& at, Problems& problems) {
  const Json* reasons = given(retry, "retry_on");
  if (reasons == nullptr) return;
  const std::string path = member_path(at, "retry_on");
  if (!reasons->is_array()) return report_type(path, "an array", problems);
  const JsonArray& items = reasons->get_array();
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (is_retry_reason(items[index])) continue;
    problems.error(
        item_path(path, index), "INVALID_VALUE",
        "Must be an error class, an error code, a status such as 503, or 5xx; as a string.");
  }
}

void check_retry(const NodeDefinition& node, Problems& problems) {
  const Json* value = given(node.data, "retry");
  if (value == nullptr || !value->is_object()) return;
  static const std::vector<std::string_view> names{
      "max_attempts", "initial_delay_ms", "backoff_rate", "max_delay_ms", "jitter", "retry_on"};
  const JsonObject& retry = value->get_object();
  const std::string at = member_path(member_path(node.path, "data"), "retry");
  for (const auto& member : retry) {
    if (!holds(names, member.key())) {
      problems.warn(member_path(at, member.key()), "UNKNOWN_FIELD",
                    "`retry` has no such field. Its fields: " + list_of(names) + ".");
    }
  }
  read_integer(retry, "max_attempts", at, 1, limits::attempts_max, problems);
  constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
  read_integer(retry, "initial_delay_ms", at, 0, day_ms, problems);
  read_integer(retry, "max_delay_ms", at, 0, day_ms, problems);
  check_number(retry, "backoff_rate", at, 1.0, problems);
  const std::string jitter = read_string(retry, "jitter", at, problems);
  if (!jitter.empty() && jitter != "full" && jitter != "none") {
    problems.error(member_path(at, "jitter"), "INVALID_VALUE", "Must be full or none.");
  }
  check_retry_on(retry, at, problems);
}

const UnbuiltField* find_unbuilt(const KindSpec& spec, std::string_view key) {
  const auto found = std::find_if(spec.not_built.begin(), spec.not_built.end(),
                                  [key](const UnbuiltField& field) { return field.name == key; });
  return found == spec.not_built.end() ? nullptr : &*found;
}

bool lists(std::span<const FieldSpec> fields, std::string_view key) {
  return std::any_of(fields.begin(), fields.end(),
                     [key](const FieldSpec& field) { return field.name == key; });
}

}  // namespace

std::span<const FieldSpec> common_fields() {
  static const std::vector<FieldSpec> fields{
      {.name = "label",
       .type = FieldType::any,
       .about = "name on the canvas; nothing depends on it"},
      {.name = "save_as",
       .type = FieldType::string,
       .expression = false,
       .about = "variable that also gets the output"},
      {.name = "timeout_ms",
       .type = FieldType::number,
       .expression = false,
       .fallback = "10000",
       .about = "limit of one attempt, in milliseconds"},
      {.name = "retry",
       .type = FieldType::object,
       .expression = false,
       .fallback = retry_fallback,
       .about = "when a failed attempt is tried again; max_attempts counts the first one"},
      {.name = "on_error",
       .type = FieldType::string,
       .expression = false,
       .fallback = R"("fail")",
       .one_of = {"fail", "continue", "branch"},
       .about = "what a failure does: end the run, go on by default, or leave by error"},
      {.name = "idempotency_key",
       .type = FieldType::string,
       .fallback = R"("{{execution.id}}:{{node.id}}:{{node.iteration}}")",
       .about = "sent with outgoing calls, the same on every attempt"},
      {.name = "disabled",
       .type = FieldType::boolean,
       .expression = false,
       .fallback = "false",
       .about = "tokens pass through and the node does nothing"},
      {.name = "join",
       .type = FieldType::string,
       .expression = false,
       .fallback = R"("all")",
       .one_of = {"all", "any", "each"},
       .about = "when a node with several incoming edges runs"},
  };
  return fields;
}

void check_common_fields(const NodeDefinition& node, Problems& problems) {
  check_listed(common_fields(), node, problems);
  check_retry(node, problems);
  const std::string at = member_path(node.path, "data");
  const Json* timeout = given(node.data, "timeout_ms");
  if (timeout != nullptr && timeout->is_number()) {
    const auto most = std::chrono::duration_cast<Duration>(limits::node_timeout_max).count();
    read_integer(node.data, "timeout_ms", at, 1, most, problems);
  }
  const Json* name = given(node.data, "save_as");
  if (name != nullptr && name->is_string() && !has_expression(*name) &&
      !is_variable_name(name->get_string())) {
    problems.error(member_path(at, "save_as"), "INVALID_VALUE",
                   "A variable's name has letters, digits, _ and -, and no digit first.");
  }
}

void check_fields(const KindSpec& spec, const NodeDefinition& node, Problems& problems) {
  check_common_fields(node, problems);
  check_listed(spec.fields, node, problems);
  const std::string at = member_path(node.path, "data");
  for (const auto& member : node.data) {
    const std::string_view key = member.key();
    if (member.value().is_null() || lists(common_fields(), key) || lists(spec.fields, key))
      continue;
    if (const UnbuiltField* unbuilt = find_unbuilt(spec, key)) {
      problems.error(
          member_path(at, key), "UNSUPPORTED_OPTION",
          "`" + std::string(key) + "` is not built yet: " + std::string(unbuilt->instead) + ".");
    } else {
      problems.warn(member_path(at, key), "UNKNOWN_FIELD",
                    "A node of type " + std::string(spec.name) + " has no such field.");
    }
  }
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || name.size() > limits::variable_name_chars_max) return false;
  const auto letter = [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           character == '_';
  };
  const auto digit = [](char character) {
    return (character >= '0' && character <= '9') || character == '-';
  };
  return letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char character) {
           return letter(character) || digit(character);
         });
}

}  // namespace millrace
