// Names of dialects and scopes.
#include "runtime/flow/catalog.hpp"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

template <class Value>
struct Named {
  Value value;
  std::string_view name;
};

constexpr std::array dialect_names{
    Named<Dialect>{Dialect::native, "native"},
    Named<Dialect>{Dialect::orbit, "orbit"},
    Named<Dialect>{Dialect::tenex, "tenex"},
    Named<Dialect>{Dialect::activepieces, "activepieces"},
    Named<Dialect>{Dialect::sarufi, "sarufi"},
};
constexpr std::array scope_names{
    Named<Scope>{Scope::flows_read, "flows:read"},
    Named<Scope>{Scope::flows_write, "flows:write"},
    Named<Scope>{Scope::executions_read, "executions:read"},
    Named<Scope>{Scope::executions_run, "executions:run"},
    Named<Scope>{Scope::connections_write, "connections:write"},
    Named<Scope>{Scope::keys_admin, "keys:admin"},
};

template <class Value, std::size_t count>
std::string_view name_of(const std::array<Named<Value>, count>& names, Value value) {
  const auto* found = std::find_if(names.begin(), names.end(),
                                   [value](const auto& entry) { return entry.value == value; });
  return found == names.end() ? std::string_view{} : found->name;
}

template <class Value, std::size_t count>
std::optional<Value> value_of(const std::array<Named<Value>, count>& names, std::string_view name) {
  const auto* found = std::find_if(names.begin(), names.end(),
                                   [name](const auto& entry) { return entry.name == name; });
  if (found == names.end()) return std::nullopt;
  return found->value;
}

}  // namespace

std::string_view to_string(Dialect dialect) { return name_of(dialect_names, dialect); }

std::optional<Dialect> parse_dialect(std::string_view text) {
  return value_of(dialect_names, text);
}

std::string_view to_string(Scope scope) { return name_of(scope_names, scope); }

std::optional<Scope> parse_scope(std::string_view text) { return value_of(scope_names, text); }

}  // namespace millrace
