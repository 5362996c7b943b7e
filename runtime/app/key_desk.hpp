// What `millrace key …` asks, answered: by the running server over its control socket, or by the
// command itself when none runs. Requests and answers are JSON objects, so that both ways are the
// same.
#pragma once

#include "runtime/base/ids.hpp"
#include "runtime/base/json.hpp"
#include "runtime/ports/archive.hpp"
#include "runtime/ports/change.hpp"

#include <functional>
#include <string>

namespace millrace::app {

/// Outlived by all of it. `change` blocks until the change is durable.
struct KeyDesk {
  std::function<Result<ChangeOutcome>(CatalogChange)> change;
  const Archive& archive;
  const Clock& clock;
  Random& random;
  IdGenerator& ids;

  /// `{"command":"key.create","workspace":W,"dialect":D,"scopes":[…]?}` → `{"key":…,"id":…}`;
  /// `{"command":"key.list"}` → `{"keys":[…]}`; `{"command":"key.revoke","id":I}` → `{"id":I}`;
  /// any other command goes to the workspace desk.
  Result<JsonObject> answer(const Json& request) const;

 private:
  Result<JsonObject> create(const Json& request) const;
  Result<JsonObject> list() const;
  Result<JsonObject> revoke(const Json& request) const;
};

/// A new key's text: the dialect's prefix and 43 base62 characters (256 bits).
std::string make_key_text(Dialect dialect, Random& random);

}  // namespace millrace::app
