// Reads the trigger node's data by a table of what each trigger type has, built and not built.
#include "runtime/flow/trigger_options.hpp"

#include "runtime/flow/event_options.hpp"
#include "runtime/flow/fields.hpp"
#include "runtime/flow/hook_auth.hpp"
#include "runtime/flow/message_options.hpp"
#include "runtime/flow/schedule_options.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace millrace {
namespace {

constexpr std::array built_for_messages{
    std::string_view("channel"),  std::string_view("channels"),
    std::string_view("to"),       std::string_view("from_filter"),
    std::string_view("match"),    std::string_view("session"),
    std::string_view("priority"), std::string_view("consume_trigger_message")};
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

using Names = std::span<const std::string_view>;

/// The options of a trigger of this type; nothing where none can be published.
std::optional<Names> options_of(TriggerType type) {
  switch (type) {
    case TriggerType::inbound_message:
      return Names(built_for_messages);
    case TriggerType::webhook:
      return Names(built_for_hooks);
    case TriggerType::api:
      return Names(built_for_calls);
    case TriggerType::schedule:
      return Names(built_for_schedules);
    case TriggerType::event:
      return Names(built_for_events);
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

bool contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class OptionReader {
 public:
  OptionReader(const NodeDefinition& trigger, Problems& problems)
      : data_(trigger.data), at_(member_path(trigger.path, "data")), problems_(problems) {}

  void check_names(Names options, std::string_view type);
  void check_type(TriggerType type);
  ResponseMode response_mode();
  void read_hook(TriggerOptions& options);
  void read_message(TriggerOptions& options);
  void read_event(TriggerOptions& options);

 private:
  std::string path(std::string_view key) const { return member_path(at_, key); }
  void read_methods(TriggerOptions& options);
  void read_auth(TriggerOptions& options);

  const JsonObject& data_;
  std::string at_;
  Problems& problems_;
};

void OptionReader::check_names(Names options, std::string_view type) {
  for (const auto& member : data_) {
    const std::string_view key = member.key();
    if (member.value().is_null() || contains(options, key)) continue;
    if (contains(common_fields_of_nodes, key)) continue;
    problems_.warn(path(key), "UNKNOWN_FIELD",
                   "A trigger of type " + std::string(type) + " has no such option.");
  }
}

void OptionReader::check_type(TriggerType type) {
  const std::string written = read_string(data_, "trigger_type", at_, problems_);
  if (written.empty() || parse_trigger_type(written) == type) return;
  problems_.error(path("trigger_type"), "TRIGGER_TYPE_MISMATCH",
                  "The flow's trigger_type is " + std::string(to_string(type)) +
                      "; leave this out or make both agree.");
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
  for (const std::string& written : read_strings(*value, path("methods"), problems_)) {
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

void OptionReader::read_message(TriggerOptions& options) {
  options.message =
      std::make_shared<const MessageOptions>(read_message_options(data_, at_, problems_));
}

}  // namespace

TriggerOptions read_trigger_options(TriggerType flow_trigger_type, const NodeDefinition& trigger,
                                    Problems& problems) {
  TriggerOptions options;
  options.type = flow_trigger_type;
  OptionReader reader(trigger, problems);
  reader.check_type(flow_trigger_type);
  const std::optional<Names> names = options_of(flow_trigger_type);
  if (!names) {
    problems.error(trigger.path, "UNSUPPORTED_TRIGGER_TYPE",
                   "Flows of trigger type " + std::string(to_string(flow_trigger_type)) +
                       " cannot be published yet; use webhook, api, event, inbound_message or "
                       "schedule.");
    return options;
  }
  reader.check_names(*names, to_string(flow_trigger_type));
  if (flow_trigger_type == TriggerType::webhook) reader.read_hook(options);
  if (flow_trigger_type == TriggerType::inbound_message) reader.read_message(options);
  if (flow_trigger_type == TriggerType::event) reader.read_event(options);
  if (flow_trigger_type == TriggerType::schedule)
    options.schedule = read_schedule(trigger.data, member_path(trigger.path, "data"), problems);
  if (flow_trigger_type == TriggerType::api) options.response_mode = reader.response_mode();
  return options;
}

}  // namespace millrace
