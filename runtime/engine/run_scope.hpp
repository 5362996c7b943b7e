// What the expressions of one node run see. Roots that cost something are built when first asked
// for.
#pragma once

#include "runtime/engine/state.hpp"
#include "runtime/expr/scope.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// `exec_<base62>:<node>:<iteration>`: the text of
/// `{{execution.id}}:{{node.id}}:{{node.iteration}}`.
std::string default_idempotency_key(const RunState& state, NodeRunKey run);

class RunScope final : public expr::Scope {
 public:
  RunScope(RunState& state, Timestamp now) : state_(state), now_(now) {}

  /// From now on `node` is this run; nothing: the expressions belong to no node.
  void enter(std::optional<NodeRunKey> run);
  const Json* root(std::string_view name) const override;

 private:
  const Json* payload_member(std::string_view name) const;
  const Json* node_root() const;
  const Json* nodes_root() const;
  const Json* execution_root() const;
  const Json* flow_root() const;

  RunState& state_;
  Timestamp now_;
  std::optional<NodeRunKey> run_;
  mutable std::optional<Json> node_;
  mutable std::optional<Json> now_text_;
};

}  // namespace millrace
