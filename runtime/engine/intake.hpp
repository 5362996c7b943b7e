// What a trigger's own options compute from its payload before a run begins: whether it starts,
// what it is known by, whether it is well-formed, what its sender is told.
#pragma once

#include "runtime/engine/program.hpp"
#include "runtime/schema/json_schema.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// Immutable and thread-safe.
struct Intake {
  std::optional<expr::Template> dedupe_key;  ///< webhook, event
  std::optional<expr::Condition> filter;     ///< event
  std::unique_ptr<const CompiledNode>
      response;          ///< webhook, immediate; a `respond` in all but place
  JsonSchemaPtr schema;  ///< of a webhook's body, of an api call's input
};

/// Reads `dedupe_key`, `filter`, `response`, `schema` and `input_schema` as far as the trigger's
/// type has them. Null when it has none. Expressions see `trigger` and `env`, a response also
/// `execution.id`; every other root is an UNKNOWN_ROOT, since there is no run yet.
std::shared_ptr<const Intake> compile_intake(const TriggerOptions& trigger,
                                             const NodeDefinition& node, Problems& problems);

/// What is known when a trigger has come in. `env` may be null.
struct Arrival {
  const Json& payload;
  const Json* env = nullptr;
};

/// The text of `dedupe_key`; empty: this one is not known by anything. Error: expression.
Result<std::string> dedupe_key_of(const Intake& intake, const Arrival& arrival);
/// True when there is no filter. Error: expression.
Result<bool> passes_filter(const Intake& intake, const Arrival& arrival);
/// What the sender is told of `execution`. Errors: expression, validation.
Result<Answer> response_of(const Intake& intake, const Arrival& arrival, ExecutionId execution);

}  // namespace millrace
