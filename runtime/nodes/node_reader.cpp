// Typed reading of data.
#include "runtime/nodes/node_reader.hpp"

#include "runtime/flow/fields.hpp"
#include "runtime/nodes/field_check.hpp"

namespace millrace {

NodeReader::NodeReader(const KindSpec& spec, const NodeDefinition& node, Problems& problems)
    : node_(node), problems_(problems), errors_before_(problems.errors.size()) {
  check_fields(spec, node, problems);
}

std::string NodeReader::path(std::string_view field) const {
  return member_path(member_path(node_.path, "data"), field);
}

const Json* NodeReader::value(std::string_view field) const { return given(node_.data, field); }

std::optional<expr::Template> NodeReader::expression(std::string_view field) {
  const Json* written = value(field);
  if (written == nullptr) return std::nullopt;
  return compile_template(*written, path(field), problems_);
}

std::optional<expr::Condition> NodeReader::condition(std::string_view field) {
  const Json* written = value(field);
  if (written == nullptr || !(written->is_object() || written->is_string())) return std::nullopt;
  return compile_condition(*written, path(field), problems_);
}

std::string NodeReader::text(std::string_view field, std::string_view fallback) const {
  const Json* written = value(field);
  if (written == nullptr || !written->is_string()) return std::string(fallback);
  return std::string(written->get_string());
}

bool NodeReader::flag(std::string_view field, bool fallback) const {
  const Json* written = value(field);
  return written != nullptr && written->is_bool() ? written->get_bool() : fallback;
}

void NodeReader::error(std::string_view field, std::string_view code, std::string message) {
  problems_.error(path(field), std::string(code), std::move(message));
}

Result<Json> evaluate(const std::optional<expr::Template>& field, const NodeContext& context) {
  if (!field) return Json();
  return field->evaluate(context.scope, context.budget);
}

}  // namespace millrace
