// The typed reading of what every node and every flow may set. Source: contracts «Common shape» and
// «Flow-level settings».
#pragma once

#include "runtime/engine/program.hpp"

namespace millrace {

/// save_as, timeout_ms, retry, on_error, idempotency_key, disabled. Wrong shapes are reported by
/// the node's kind (nodes/field_check) and read here as if not given.
void read_common_fields(const NodeDefinition& definition, const PlanNode& node,
                        ProgramNode& compiled, Problems& problems);

/// A setting that is not built is an error, one that nobody knows a warning.
void read_settings(const JsonObject& settings, Program& program, Problems& problems);

}  // namespace millrace
