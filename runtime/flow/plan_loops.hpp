// The cycles of a plan: its back edges, the loops that they close, and the caps that they need.
#pragma once

#include "runtime/flow/plan.hpp"

#include <vector>

namespace millrace {

/// Marks reachable nodes and back edges, fills `loops` and `nests`, and leaves out[] and in[]
/// alone. `suspends` is parallel to plan.nodes. Reports cycles without a cap.
void find_loops(const FlowDefinition& definition, const std::vector<bool>& suspends, Plan& plan,
                Problems& problems);

}  // namespace millrace
