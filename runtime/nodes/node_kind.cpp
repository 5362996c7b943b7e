// What a kind does unless it says otherwise.
#include "runtime/nodes/node_kind.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/base/json.hpp"

namespace millrace {

Decision CompiledNode::resume(const NodeContext&, const CallResult&) const {
  MR_ASSERT(false && "this kind never calls");
  return NodeError{};
}

Decision CompiledNode::wake(const NodeContext&) const {
  MR_ASSERT(false && "this kind never sleeps");
  return NodeError{};
}

std::vector<std::string> NodeKind::handles(const NodeDefinition&) const { return {"default"}; }

JoinMode NodeKind::join(const NodeDefinition& node, std::uint32_t& count) const {
  count = 0;
  const Json* mode = node.data.if_contains("join");
  if (mode == nullptr || !mode->is_string()) return JoinMode::all;
  const std::string_view name = mode->get_string();
  if (name == "any") return JoinMode::any;
  if (name == "each") return JoinMode::each;
  return JoinMode::all;
}

bool NodeKind::retries_by_default(const NodeDefinition&) const { return spec().retries_by_default; }

}  // namespace millrace
