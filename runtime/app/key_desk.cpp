// Keys are stored as a hash; the text leaves this file once, in the answer to key.create.
#include "runtime/app/key_desk.hpp"

#include "runtime/app/workspace_desk.hpp"
#include "runtime/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace millrace::app {
namespace {

constexpr std::size_t secret_chars = 43;
constexpr std::size_t tenex_label_chars = 8;
constexpr std::size_t shown_tail_chars = 4;
constexpr std::size_t workspace_chars_max = 100;

std::string key_prefix(Dialect dialect, Random& random) {
  switch (dialect) {
    case Dialect::native:
      return "mr_";
    case Dialect::orbit:
      return "dv_live_sk_";
    case Dialect::tenex:
      return "tnx_" + random_base62(random, tenex_label_chars) + "_";
    case Dialect::activepieces:
    case Dialect::sarufi:
      return "sk-";
  }
  MR_ASSERT(false);
}

Error invalid(std::string message) { return Error{ErrorCode::validation, std::move(message)}; }

Result<Scopes> read_scopes(const Json& request) {
  const Json* list = find_member(request, "scopes");
  if (list == nullptr || !list->is_array() || list->get_array().empty()) {
    return scopes_default;
  }
  Scopes scopes = 0;
  for (const Json& name : list->get_array()) {
    const std::string_view text = name.is_string() ? std::string_view(name.get_string()) : "";
    const auto scope = parse_scope(text);
    if (!scope) {
      return invalid("unknown scope '" + std::string(text) + "'");
    }
    scopes = static_cast<Scopes>(scopes | static_cast<Scopes>(*scope));
  }
  return scopes;
}

JsonArray scope_names(Scopes scopes) {
  JsonArray names;
  for (Scopes bit = 1; bit <= static_cast<Scopes>(Scope::keys_admin);
       bit = static_cast<Scopes>(bit << 1)) {
    if (allows(scopes, static_cast<Scope>(bit))) {
      names.emplace_back(to_string(static_cast<Scope>(bit)));
    }
  }
  return names;
}

}  // namespace

std::string make_key_text(Dialect dialect, Random& random) {
  return key_prefix(dialect, random) + random_base62(random, secret_chars);
}

Result<JsonObject> KeyDesk::answer(const Json& request) const {
  const std::string_view command = string_member(request, "command");
  if (command == "key.create") {
    return create(request);
  }
  if (command == "key.list") {
    return list();
  }
  if (command == "key.revoke") {
    return revoke(request);
  }
  return WorkspaceDesk{change, archive}.answer(request);
}

Result<JsonObject> KeyDesk::create(const Json& request) const {
  const std::string workspace(string_member(request, "workspace"));
  if (workspace.empty() || workspace.size() > workspace_chars_max) {
    return invalid("a workspace's name has 1 to 100 characters");
  }
  const auto dialect = parse_dialect(string_member(request, "dialect"));
  if (!dialect) {
    return invalid("unknown dialect; known: native, orbit, tenex, activepieces, sarufi");
  }
  auto scopes = read_scopes(request);
  if (!scopes) {
    return scopes.error();
  }
  auto ensured = change(CatalogChange{EnsureWorkspace{workspace}});
  if (!ensured) {
    return ensured.error();
  }
  MR_ASSERT(ensured->workspace.has_value());
  const std::string text = make_key_text(*dialect, random);
  ApiKey key;
  key.id = KeyId{ids.next(Partition{0})};
  key.workspace = ensured->workspace->number;
  key.dialect = *dialect;
  key.scopes = *scopes;
  key.hash = sha256(text);
  key.shown = text.substr(0, text.find_last_of("_-") + 1) + "…" +
              text.substr(text.size() - shown_tail_chars);
  key.created = clock.now();
  auto created = change(CatalogChange{CreateKey{key}});
  if (!created) {
    return created.error();
  }
  return JsonObject{{"key", text}, {"id", "key_" + to_base62(key.id.id)}};
}

Result<JsonObject> KeyDesk::list() const {
  JsonArray rows;
  for (const ApiKey& key : archive.keys()) {
    rows.push_back(JsonObject{{"id", "key_" + to_base62(key.id.id)},
                              {"workspace_number", static_cast<std::uint32_t>(key.workspace)},
                              {"dialect", to_string(key.dialect)},
                              {"scopes", scope_names(key.scopes)},
                              {"shown", key.shown},
                              {"created", to_rfc3339(key.created)},
                              {"revoked", key.revoked ? Json(to_rfc3339(*key.revoked)) : Json()}});
  }
  return JsonObject{{"keys", std::move(rows)}};
}

Result<JsonObject> KeyDesk::revoke(const Json& request) const {
  const auto id = parse_id(string_member(request, "id"));
  const auto keys = archive.keys();
  const bool known = id && std::any_of(keys.begin(), keys.end(),
                                       [&](const ApiKey& key) { return key.id.id == *id; });
  if (!known) {
    return Error{ErrorCode::not_found, "there is no key with this id; see `millrace key list`"};
  }
  auto revoked = change(CatalogChange{RevokeKey{KeyId{*id}, clock.now()}});
  if (!revoked) {
    return revoked.error();
  }
  return JsonObject{{"id", "key_" + to_base62(*id)}};
}

}  // namespace millrace::app
