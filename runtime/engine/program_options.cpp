// Fields read one by one; a scratch list swallows what the node's kind reports anyway.
#include "runtime/engine/program_options.hpp"

#include "runtime/flow/fields.hpp"
#include "runtime/nodes/expression_check.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace millrace {
namespace {

constexpr int attempts_default = 3;
constexpr double seconds_max = 10.0 * 365 * 24 * 3'600;
constexpr std::array<std::string_view, 3> unbuilt_settings{"concurrency", "on_error_node",
                                                           "input_schema"};

bool flag(const JsonObject& data, std::string_view key) {
  const Json* value = given(data, key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Duration milliseconds(const JsonObject& object, std::string_view key, Duration fallback) {
  const Json* value = given(object, key);
  const auto number = value == nullptr ? std::nullopt : as_integer(*value);
  return number ? Duration(*number) : fallback;
}

RetryPolicy read_retry(const NodeDefinition& node, const NodeKind& kind) {
  RetryPolicy policy;
  const Json* written = given(node.data, "retry");
  const bool is_explicit = written != nullptr && written->is_object();
  if (is_explicit || kind.retries_by_default(node)) policy.attempts_max = attempts_default;
  if (!is_explicit) return policy;
  const JsonObject& retry = written->get_object();
  Problems reported;
  policy.attempts_max =
      static_cast<int>(read_integer(retry, "max_attempts", "", 1, limits::attempts_max, reported)
                           .value_or(policy.attempts_max));
  policy.delay_first = milliseconds(retry, "initial_delay_ms", policy.delay_first);
  policy.delay_max = milliseconds(retry, "max_delay_ms", policy.delay_max);
  if (const Json* rate = given(retry, "backoff_rate"); rate != nullptr && rate->is_number()) {
    policy.backoff_rate = rate->to_number<double>();
  }
  policy.full_jitter = read_string(retry, "jitter", "", reported) != "none";
  if (const Json* reasons = given(retry, "retry_on"); reasons != nullptr && reasons->is_array()) {
    policy.retry_on.clear();
    for (const Json& reason : reasons->get_array()) {
      if (reason.is_string()) policy.retry_on.emplace_back(reason.get_string());
    }
  }
  return policy;
}

bool has_edge(const PlanNode& node, std::string_view handle_name) {
  const auto handle = node.handle(handle_name);
  return handle && *handle < node.out.size() && !node.out[*handle].empty();
}

OnError read_on_error(const NodeDefinition& definition, const PlanNode& node, Problems& problems) {
  Problems reported;
  const std::string written = read_string(definition.data, "on_error", "", reported);
  const std::string at = member_path(member_path(definition.path, "data"), "on_error");
  if (written == "continue") {
    if (!node.handle("default")) {
      problems.warn(at, "NO_DEFAULT_HANDLE",
                    "The node has no handle 'default' to continue by, so a failure ends the run.");
    }
    return OnError::continue_run;
  }
  if (written == "branch" && !has_edge(node, "error")) {
    problems.warn(at, "NO_ERROR_EDGE",
                  "No edge leaves by the handle 'error', so a failure ends the run.");
  }
  if (written == "branch" || (written.empty() && has_edge(node, "error"))) return OnError::branch;
  return OnError::fail;
}

std::optional<Duration> read_seconds(const JsonObject& settings, std::string_view key,
                                     Problems& problems) {
  const Json* value = given(settings, key);
  if (value == nullptr) return std::nullopt;
  const std::string at = member_path("$.settings", key);
  if (!value->is_number()) {
    report_type(at, "a number of seconds", problems);
    return std::nullopt;
  }
  const double seconds = value->to_number<double>();
  if (!(seconds > 0) || seconds > seconds_max) {
    problems.error(at, "INVALID_VALUE", "Must be more than 0 and at most ten years of seconds.");
    return std::nullopt;
  }
  return Duration(std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds * 1'000)));
}

void report_unbuilt(const JsonObject& settings, Problems& problems) {
  const auto unsupported = [&](std::string_view key, std::string message) {
    problems.error(member_path("$.settings", key), "UNSUPPORTED_SETTING", std::move(message));
  };
  for (const auto& member : settings) {
    const std::string_view key = member.key();
    const Json& value = member.value();
    if (value.is_null() || key == "max_duration_seconds" || key == "ttl_seconds" ||
        key == "output") {
      continue;
    }
    if (key == "log_io") {
      if (value != "full") unsupported(key, "Only full is built.");
    } else if (key == "timezone") {
      if (value != "UTC") unsupported(key, "Only UTC is built.");
    } else if (std::find(unbuilt_settings.begin(), unbuilt_settings.end(), key) !=
               unbuilt_settings.end()) {
      unsupported(key, "This setting is not built yet; leave it out.");
    } else {
      problems.warn(member_path("$.settings", key), "UNKNOWN_SETTING",
                    "There is no setting '" + std::string(key) + "'; it has no effect.");
    }
  }
}

}  // namespace

void read_common_fields(const NodeDefinition& definition, const PlanNode& node,
                        ProgramNode& compiled, Problems& problems) {
  Problems reported;
  const JsonObject& data = definition.data;
  compiled.disabled = flag(data, "disabled");
  compiled.save_as = read_string(data, "save_as", "", reported);
  const auto timeout_max = std::chrono::duration_cast<Duration>(limits::node_timeout_max);
  compiled.timeout = std::min(milliseconds(data, "timeout_ms", compiled.timeout), timeout_max);
  compiled.on_error = read_on_error(definition, node, problems);
  compiled.retry = read_retry(definition, *compiled.kind);
  if (const Json* key = given(data, "idempotency_key"); key != nullptr && key->is_string()) {
    compiled.idempotency_key = compile_template(
        *key, member_path(member_path(definition.path, "data"), "idempotency_key"), problems);
  }
}

void read_settings(const JsonObject& settings, Program& program, Problems& problems) {
  program.max_duration = read_seconds(settings, "max_duration_seconds", problems);
  program.ttl = read_seconds(settings, "ttl_seconds", problems);
  if (const Json* output = given(settings, "output")) {
    program.output = compile_template(*output, "$.settings.output", problems);
  }
  report_unbuilt(settings, problems);
}

}  // namespace millrace
