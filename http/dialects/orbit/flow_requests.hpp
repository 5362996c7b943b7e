// Orbit's bodies about flows, read into neutral form. Pure.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "runtime/flow/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::http::orbit {

struct FlowDraft {
  std::string name;
  TriggerType trigger_type = TriggerType::api;
  std::string definition;  ///< canonical JSON text; the client's own bytes where it sent one
};

/// Both published shapes: `{name, trigger_type, definition}` and `{name, trigger{type, …}, nodes,
/// edges}`.
OrbitResult<FlowDraft> read_create(std::string_view body);

struct FlowChanges {
  std::optional<std::string> name;
  std::optional<TriggerType> trigger_type;
  std::optional<std::string> definition;
  std::optional<std::uint32_t> expected_version;
  std::optional<bool> publish;  ///< status `published` or `draft`

  bool makes_version() const { return name || trigger_type || definition; }
};

OrbitResult<FlowChanges> read_update(std::string_view body);

/// `{"input": {…}}` or nothing at all; the input's own bytes, `{}` when there is none.
OrbitResult<std::string> read_execute(std::string_view body);

/// The number of a flow version; 422 when it is none.
OrbitResult<std::uint32_t> read_version_number(const Json& value);

/// For calls that take nothing: no body, or an empty object.
OrbitResult<void> read_nothing(std::string_view body);

}  // namespace millrace::http::orbit
