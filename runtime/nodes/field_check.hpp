// The shape of a node's data, checked against the one schema of its kind.
#pragma once

#include "runtime/nodes/node_kind.hpp"

#include <span>

namespace millrace {

/// The fields that every node may have: label, save_as, timeout_ms, retry, on_error,
/// idempotency_key, disabled, join. Their typed reading is the engine's.
std::span<const FieldSpec> common_fields();

/// Shapes of the common fields only.
void check_common_fields(const NodeDefinition& node, Problems& problems);

/// Missing, mistyped, unknown, unbuilt fields and values of `data`, the common fields included. A
/// string with an expression inside fits every type where expressions are allowed; null counts as
/// not given.
void check_fields(const KindSpec& spec, const NodeDefinition& node, Problems& problems);

/// Letters, digits, `_` and `-`, not beginning with a digit or `-`; at most
/// variable_name_chars_max.
bool is_variable_name(std::string_view name);

}  // namespace millrace
