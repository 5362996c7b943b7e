// Typed reading of a node's data while its kind compiles it. Shapes are checked once, at
// construction.
#pragma once

#include "runtime/nodes/expression_check.hpp"
#include "runtime/nodes/node_kind.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

class NodeReader {
 public:
  /// Checks all shapes. All three arguments must outlive the reader.
  NodeReader(const KindSpec& spec, const NodeDefinition& node, Problems& problems);

  Problems& problems() { return problems_; }
  /// `$.nodes[2].data.url`
  std::string path(std::string_view field) const;
  /// The field as written, or nullptr when it is absent or null.
  const Json* value(std::string_view field) const;
  bool has(std::string_view field) const { return value(field) != nullptr; }

  /// Nothing when the field is not given or has problems, which are then reported.
  std::optional<expr::Template> expression(std::string_view field);
  std::optional<expr::Condition> condition(std::string_view field);
  /// The string as written; `fallback` when not given or of another type.
  std::string text(std::string_view field, std::string_view fallback = {}) const;
  bool flag(std::string_view field, bool fallback) const;

  void error(std::string_view field, std::string_view code, std::string message);
  /// No error was reported since construction began.
  bool ok() const { return problems_.errors.size() == errors_before_; }

 private:
  const NodeDefinition& node_;
  Problems& problems_;
  std::size_t errors_before_;
};

/// Null when there is no template.
Result<Json> evaluate(const std::optional<expr::Template>& field, const NodeContext& context);

}  // namespace millrace
