// What `millrace workspace …` asks, answered as the key desk answers.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/ports/archive.hpp"
#include "runtime/ports/change.hpp"

#include <functional>

namespace millrace::app {

/// Outlived by all of it. `change` blocks until the change is durable.
struct WorkspaceDesk {
  std::function<Result<ChangeOutcome>(CatalogChange)> change;
  const Archive& archive;

  /// `{"command":"workspace.set","workspace":W,"retention_days":N}` → that workspace;
  /// `{"command":"workspace.list"}` → `{"workspaces":[{"workspace","retention_days"}]}`, null where
  /// the server's configuration decides.
  Result<JsonObject> answer(const Json& request) const;

 private:
  Result<JsonObject> set(const Json& request) const;
  Result<JsonObject> list() const;
};

}  // namespace millrace::app
