// The one list of node kinds.
#pragma once

#include "runtime/flow/plan.hpp"
#include "runtime/nodes/node_kind.hpp"

#include <span>
#include <string_view>

namespace millrace {

/// By canonical name or alias; nullptr when there is none.
const NodeKind* find_kind(std::string_view type);
/// All kinds, in the order of the reference.
std::span<const NodeKind* const> all_kinds();
/// What build_plan() must know of a node.
NodeShape shape_of(const NodeDefinition& node);

}  // namespace millrace
