// Compiles the whole first; only what fails is taken apart to name each place.
#include "runtime/nodes/expression_check.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace millrace {
namespace {

constexpr std::array known_roots{
    std::string_view("trigger"), std::string_view("vars"),      std::string_view("variables"),
    std::string_view("nodes"),   std::string_view("execution"), std::string_view("flow"),
    std::string_view("contact"), std::string_view("message"),   std::string_view("conversation"),
    std::string_view("item"),    std::string_view("index"),     std::string_view("env"),
    std::string_view("now"),     std::string_view("node"),
};
constexpr std::string_view secrets_root = "secrets";

bool is_known(std::string_view root) {
  return std::find(known_roots.begin(), known_roots.end(), root) != known_roots.end();
}

bool all_known(const std::vector<std::string>& roots) {
  return std::all_of(roots.begin(), roots.end(), [](const auto& root) { return is_known(root); });
}

void report_roots(const std::vector<std::string>& roots, std::string_view path,
                  Problems& problems) {
  for (const std::string& root : roots) {
    if (is_known(root)) continue;
    if (root == secrets_root) {
      problems.error(std::string(path), "SECRETS_NOT_AVAILABLE",
                     "`secrets` is not built yet; name the value in the [env] table of the "
                     "configuration and use env.");
      continue;
    }
    std::string message = "No run has `" + root + "`. Use one of:";
    for (const std::string_view known : known_roots) message.append(" ").append(known);
    problems.error(std::string(path), "UNKNOWN_ROOT", message + ".");
  }
}

void report(const Error& error, std::string_view path, std::string_view code, Problems& problems) {
  problems.error(error.path.empty() ? std::string(path) : error.path, std::string(code),
                 error.message);
}

void report_string(const Json& text, const std::string& path, Problems& problems) {
  const Result<expr::Template> compiled = expr::Template::compile(text, path);
  if (compiled.has_error()) {
    report(compiled.error(), path, "INVALID_EXPRESSION", problems);
  } else {
    report_roots(compiled->roots(), path, problems);
  }
}

/// Definitions are at most json_depth_max deep, so is this recursion.
void report_strings(const Json& value, const std::string& path, Problems& problems) {
  if (value.is_string()) return report_string(value, path, problems);
  if (value.is_array()) {
    const JsonArray& items = value.get_array();
    for (std::size_t index = 0; index < items.size(); ++index) {
      report_strings(items[index], item_path(path, index), problems);
    }
  } else if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      report_strings(member.value(), member_path(path, member.key()), problems);
    }
  }
}

}  // namespace

std::optional<expr::Template> compile_template(const Json& value, std::string_view path,
                                               Problems& problems) {
  Result<expr::Template> compiled = expr::Template::compile(value, path);
  if (compiled.has_value() && all_known(compiled->roots())) return std::move(compiled.value());
  const std::size_t before = problems.errors.size();
  report_strings(value, std::string(path), problems);
  if (problems.errors.size() == before && compiled.has_error()) {
    report(compiled.error(), path, "INVALID_EXPRESSION", problems);
  }
  return std::nullopt;
}

std::optional<expr::Condition> compile_condition(const Json& group, std::string_view path,
                                                 Problems& problems) {
  Result<expr::Condition> compiled = expr::Condition::compile(group, path);
  if (compiled.has_value() && all_known(compiled->roots())) return std::move(compiled.value());
  const std::size_t before = problems.errors.size();
  if (group.is_object()) report_strings(group, std::string(path), problems);
  if (problems.errors.size() > before) return std::nullopt;
  if (compiled.has_error()) {
    const bool syntax = compiled.error().code == ErrorCode::expression;
    report(compiled.error(), path, syntax ? "INVALID_EXPRESSION" : "INVALID_CONDITION", problems);
  } else {
    report_roots(compiled->roots(), path, problems);
  }
  return std::nullopt;
}

}  // namespace millrace
