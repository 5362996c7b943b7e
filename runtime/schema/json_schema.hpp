// JSON Schema, the part of it that checks what a caller sends: compiled once at publish, applied to
// each value in bounded time.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/flow/problem.hpp"

#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// Immutable and thread-safe.
class JsonSchema;
using JsonSchemaPtr = std::shared_ptr<const JsonSchema>;

/// Reads `written` (draft 2020-12): `true`, `false`, or an object of type, enum, const, minimum,
/// maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern (RE2),
/// items, prefixItems, minItems, maxItems, uniqueItems, properties, required, additionalProperties,
/// minProperties, maxProperties, allOf, anyOf, oneOf, not, and `$ref` to a place in the same
/// schema. Annotations (title, default, format …) are allowed and have no effect. Any other keyword
/// of JSON Schema is UNSUPPORTED_SCHEMA_KEYWORD, so that nobody believes it checked; a word that
/// JSON Schema does not know is a warning. Null, with problems at `path`, when it cannot be used.
JsonSchemaPtr compile_schema(const Json& written, const std::string& path, Problems& problems);

/// What in `value` breaks the schema, with the place of each beginning with `at`; empty: nothing.
/// At most limits::schema_problems_max. Codes: INVALID_TYPE, MISSING_REQUIRED_FIELD, UNKNOWN_FIELD,
/// INVALID_VALUE; SCHEMA_TOO_COSTLY when the check gave up.
std::vector<Problem> check(const JsonSchema& schema, const Json& value, const std::string& at);

}  // namespace millrace
