// The rows of the catalogue: workspaces, API keys, flows and their immutable versions.
#pragma once

#include "runtime/base/crypto.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/flow/model.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace millrace {

enum class Dialect : std::uint8_t {
  native = 1,
  orbit = 2,
  tenex = 3,
  activepieces = 4,
  sarufi = 5
};
std::string_view to_string(Dialect dialect);
std::optional<Dialect> parse_dialect(std::string_view text);

/// A set of scopes, as bits. Numbers are on disk.
enum class Scope : std::uint16_t {
  flows_read = 1,
  flows_write = 2,
  executions_read = 4,
  executions_run = 8,
  connections_write = 16,
  keys_admin = 32,
};
using Scopes = std::uint16_t;
inline constexpr Scopes scopes_default = 31;  ///< all but keys:admin
std::string_view to_string(Scope scope);      ///< `flows:read`
std::optional<Scope> parse_scope(std::string_view text);
constexpr bool allows(Scopes scopes, Scope scope) {
  return (scopes & static_cast<Scopes>(scope)) != 0;
}

struct Workspace {
  WorkspaceNumber number{};
  std::string name;
};

struct ApiKey {
  KeyId id;
  WorkspaceNumber workspace{};
  Dialect dialect = Dialect::native;
  Scopes scopes = scopes_default;
  Sha256 hash{};      ///< of the whole key text; the key itself is never stored
  std::string shown;  ///< prefix and last four characters, for lists
  Timestamp created{};
  std::optional<Timestamp> revoked;
};

struct StoredFlow {
  FlowId id;
  WorkspaceNumber workspace{};
  Dialect dialect = Dialect::native;  ///< of the client that made it
  std::string name;
  TriggerType trigger_type = TriggerType::api;
  std::uint32_t version = 1;            ///< the newest
  std::uint32_t published_version = 0;  ///< 0: none
  Timestamp created{};
  Timestamp updated{};
  bool deleted = false;  ///< kept while a run names one of its versions
};

/// Its content never changes; it may be put away, and brought back.
struct StoredFlowVersion {
  FlowId flow;
  std::uint32_t version = 1;
  std::string name;
  TriggerType trigger_type = TriggerType::api;
  std::string definition;  ///< verbatim JSON text
  Timestamp created{};
  std::optional<Timestamp> archived{};  ///< since when; then it is neither published nor replayed
};

}  // namespace millrace
