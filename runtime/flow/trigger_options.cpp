// Reads the trigger node's data by a table of what each trigger type has, built and not built.
#include "runtime/flow/trigger_options.hpp"

#include "runtime/flow/event_options.hpp"
#include "runtime/flow/fields.hpp"
#include "runtime/flow/hook_auth.hpp"
#include "runtime/flow/schedule_options.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <span>

namespace millrace {
namespace {

constexpr std::array built_for_messages{std::string_view("channel"), std::string_view("channels"),
                                        std::string_view("match")};
constexpr std::array built_for_hooks{
    std::string_view("path"),           std::string_view("methods"),
    std::string_view("auth"),           std::string_view("response_mode"),
    std::string_view("max_body_bytes"), std::string_view("response"),
    std::string_view("dedupe_key"),     std::string_view("schema")};
constexpr std::array built_for_calls{std::string_view("response_mode"),
                                     std::string_view("input_schema")};
constexpr std::array built_for_events{
    std::string_view("event"),
    std::string_view("events"),
    std::string_view("source"),
    std::string_view("filter"),
    std::string_view("dedupe_key"),
    std::string_view("max_age_seconds"),
    std::string_view("debounce_seconds"),
};
constexpr std::array built_for_schedules{std::string_view("cron"),
                                         std::string_view("timezone"),
                                         std::string_view("every_seconds"),
                                         std::string_view("start_at"),
                                         std::string_view("end_at"),
                                         std::string_view("jitter_seconds"),
                                         std::string_view("overlap"),
                                         std::string_view("catch_up"),
                                         std::string_view("catch_up_window_seconds"),
                                         std::string_view("dst")};
/// Every node may have these; nodes/field_check.hpp looks at them.
constexpr std::array common_fields_of_nodes{
    std::string_view("label"),        std::string_view("save_as"),
    std::string_view("retry"),        std::string_view("timeout_ms"),
    std::string_view("on_error"),     std::string_view("idempotency_key"),
    std::string_view("disabled"),     std::string_view("join"),
    std::string_view("trigger_type"),
};

struct Unbuilt {
  std::string_view name;
  std::string_view instead;
};
constexpr std::array unbuilt_for_messages{
    Unbuilt{"to", "use one flow per receiving number, or a condition on trigger.message.to"},
    Unbuilt{"from_filter", "use a condition node on contact.phone"},
    Unbuilt{"session", "leave it out: every message starts a run"},
    Unbuilt{"consume_trigger_message", "leave it out"},
    Unbuilt{"priority", "leave it out: every flow that matches starts"},
};

struct OptionTable {
  std::span<const std::string_view> built;
  std::span<const Unbuilt> unbuilt;
};

std::optional<OptionTable> table_of(TriggerType type) {
  switch (type) {
    case TriggerType::inbound_message:
      return OptionTable{built_for_messages, unbuilt_for_messages};
    case TriggerType::webhook:
      return OptionTable{built_for_hooks, {}};
    case TriggerType::api:
      return OptionTable{built_for_calls, {}};
    case TriggerType::schedule:
      return OptionTable{built_for_schedules, {}};
    case TriggerType::event:
      return OptionTable{built_for_events, {}};
    case TriggerType::call:
    case TriggerType::subflow:
    case TriggerType::mcp_tool:
    case TriggerType::flow_error:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& character : upper) {
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
  }
  return upper;
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class OptionReader {
 public:
  OptionReader(const NodeDefinition& trigger, Problems& problems)
      : data_(trigger.data), at_(member_path(trigger.path, "data")), problems_(problems) {}

  void check_names(const OptionTable& table, std::string_view type);
  void check_type(TriggerType type);
  ResponseMode response_mode();
  void read_hook(TriggerOptions& options);
  void read_message(TriggerOptions& options);
  void read_event(TriggerOptions& options);

 private:
  std::string path(std::string_view key) const { return member_path(at_, key); }
  void unsupported(const std::string& path, std::string_view what, std::string_view instead);
  /// A non-empty array of non-empty strings; empty, with a problem, when it is none.
  std::vector<std::string> strings(const Json& value, const std::string& path);
  void read_methods(TriggerOptions& options);
  void read_auth(TriggerOptions& options);
  void read_match(const Json& match, TriggerOptions& options);

  const JsonObject& data_;
  std::string at_;
  Problems& problems_;
};

void OptionReader::unsupported(const std::string& path, std::string_view what,
                               std::string_view instead) {
  problems_.error(path, "UNSUPPORTED_OPTION",
                  std::string(what) + " is not built yet: " + std::string(instead) + ".");
}

void OptionReader::check_names(const OptionTable& table, std::string_view type) {
  for (const auto& member : data_) {
    const std::string_view key = member.key();
    if (member.value().is_null() || contains(table.built, key)) continue;
    if (contains(common_fields_of_nodes, key)) continue;
    const auto unbuilt = std::find_if(table.unbuilt.begin(), table.unbuilt.end(),
                                      [key](const Unbuilt& entry) { return entry.name == key; });
    if (unbuilt != table.unbuilt.end()) {
      unsupported(path(key), "`" + std::string(key) + "`", unbuilt->instead);
    } else {
      problems_.warn(path(key), "UNKNOWN_FIELD",
                     "A trigger of type " + std::string(type) + " has no such option.");
    }
  }
}

void OptionReader::check_type(TriggerType type) {
  const std::string written = read_string(data_, "trigger_type", at_, problems_);
  if (written.empty() || parse_trigger_type(written) == type) return;
  problems_.error(path("trigger_type"), "TRIGGER_TYPE_MISMATCH",
                  "The flow's trigger_type is " + std::string(to_string(type)) +
                      "; leave this out or make both agree.");
}

std::vector<std::string> OptionReader::strings(const Json& value, const std::string& path) {
  std::vector<std::string> texts;
  if (!value.is_array() || value.get_array().empty()) {
    report_type(path, "an array with at least one string", problems_);
    return texts;
  }
  const JsonArray& items = value.get_array();
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (items[index].is_string() && !items[index].get_string().empty()) {
      texts.emplace_back(items[index].get_string());
    } else {
      report_type(item_path(path, index), "a string that is not empty", problems_);
    }
  }
  return texts;
}

ResponseMode OptionReader::response_mode() {
  const std::string mode = read_string(data_, "response_mode", at_, problems_);
  if (mode == "on_complete") return ResponseMode::on_complete;
  if (mode == "respond_node") return ResponseMode::respond_node;
  if (!mode.empty() && mode != "immediate") {
    problems_.error(path("response_mode"), "INVALID_VALUE",
                    "Must be immediate, on_complete or respond_node.");
  }
  return ResponseMode::immediate;
}

void OptionReader::read_methods(TriggerOptions& options) {
  static constexpr std::array allowed{std::string_view("GET"), std::string_view("POST"),
                                      std::string_view("PUT"), std::string_view("PATCH"),
                                      std::string_view("DELETE")};
  options.methods = {"POST"};
  const Json* value = given(data_, "methods");
  if (value == nullptr) return;
  options.methods.clear();
  for (const std::string& written : strings(*value, path("methods"))) {
    const std::string method = upper_case(written);
    if (!contains(allowed, method)) {
      problems_.error(path("methods"), "INVALID_VALUE",
                      "A method is GET, POST, PUT, PATCH or DELETE.");
    } else if (std::find(options.methods.begin(), options.methods.end(), method) ==
               options.methods.end()) {
      options.methods.push_back(method);
    }
  }
}

void OptionReader::read_auth(TriggerOptions& options) {
  const Json* written = given(data_, "auth");
  if (written == nullptr) return;
  HookAuth auth = read_hook_auth(*written, path("auth"), problems_);
  if (auth.scheme == HookScheme::none) return;
  options.auth = std::make_shared<const HookAuth>(std::move(auth));
}

void OptionReader::read_event(TriggerOptions& options) {
  options.event = std::make_shared<const EventOptions>(read_event_options(data_, at_, problems_));
}

void OptionReader::read_hook(TriggerOptions& options) {
  if (const Json* value = given(data_, "path")) {
    const std::optional<std::string> normal =
        value->is_string() ? normalise_hook_path(value->get_string()) : std::nullopt;
    options.path = normal.value_or("");
    if (!value->is_string()) {
      report_type(path("path"), "a string", problems_);
    } else if (!normal) {
      problems_.error(
          path("path"), "INVALID_VALUE",
          "A path has letters, digits and -._~!$&'()*+,;=:@ between its slashes, and no "
          "segment `.` or `..`.");
    }
  }
  read_methods(options);
  read_auth(options);
  options.response_mode = response_mode();
  const auto bytes = read_integer(data_, "max_body_bytes", at_, 1,
                                  std::int64_t{limits::hook_body_bytes_max}, problems_);
  options.body_bytes_max = static_cast<std::size_t>(bytes.value_or(0));
}

void OptionReader::read_match(const Json& match, TriggerOptions& options) {
  const std::string at = path("match");
  if (!match.is_object()) return report_type(at, "an object with mode and values", problems_);
  const JsonObject& object = match.get_object();
  const std::string mode = read_string(object, "mode", at, problems_);
  if (mode.empty() || mode == "any") return;
  if (mode == "intent") {
    return unsupported(member_path(at, "mode"), "Matching by intent", "use contains or regex");
  }
  if (mode == "exact") {
    options.match_mode = MatchMode::exact;
  } else if (mode == "contains") {
    options.match_mode = MatchMode::contains;
  } else if (mode == "regex") {
    options.match_mode = MatchMode::regex;
  } else {
    return problems_.error(member_path(at, "mode"), "INVALID_VALUE",
                           "Must be any, exact, contains or regex.");
  }
  const std::string values_path = member_path(at, "values");
  const Json* values = given(object, "values");
  if (values == nullptr) return report_missing(values_path, "what to match", problems_);
  options.match_values = strings(*values, values_path);
  if (options.match_mode != MatchMode::regex) return;
  for (const std::string& pattern : options.match_values) {
    const RE2 compiled(pattern, RE2::Quiet);
    if (!compiled.ok()) problems_.error(values_path, "INVALID_VALUE", "RE2: " + compiled.error());
  }
}

void OptionReader::read_message(TriggerOptions& options) {
  if (const Json* channels = given(data_, "channels")) {
    options.channels = strings(*channels, path("channels"));
  }
  const std::string channel = read_string(data_, "channel", at_, problems_);
  if (!channel.empty()) options.channels.push_back(channel);
  if (const Json* match = given(data_, "match")) read_match(*match, options);
}

}  // namespace

TriggerOptions read_trigger_options(TriggerType flow_trigger_type, const NodeDefinition& trigger,
                                    Problems& problems) {
  TriggerOptions options;
  options.type = flow_trigger_type;
  OptionReader reader(trigger, problems);
  reader.check_type(flow_trigger_type);
  const std::optional<OptionTable> table = table_of(flow_trigger_type);
  if (!table) {
    problems.error(trigger.path, "UNSUPPORTED_TRIGGER_TYPE",
                   "Flows of trigger type " + std::string(to_string(flow_trigger_type)) +
                       " cannot be published yet; use webhook, api, event, inbound_message or "
                       "schedule.");
    return options;
  }
  reader.check_names(*table, to_string(flow_trigger_type));
  if (flow_trigger_type == TriggerType::webhook) reader.read_hook(options);
  if (flow_trigger_type == TriggerType::inbound_message) reader.read_message(options);
  if (flow_trigger_type == TriggerType::event) reader.read_event(options);
  if (flow_trigger_type == TriggerType::schedule)
    options.schedule = read_schedule(trigger.data, member_path(trigger.path, "data"), problems);
  if (flow_trigger_type == TriggerType::api) options.response_mode = reader.response_mode();
  return options;
}

}  // namespace millrace
