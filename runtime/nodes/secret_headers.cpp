// A list of names and of endings.
#include "runtime/nodes/secret_headers.hpp"

#include "runtime/nodes/http_text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace millrace {
namespace {

constexpr std::array<std::string_view, 6> names{
    "authorization", "proxy-authorization", "cookie", "set-cookie", "apikey", "token"};
constexpr std::array<std::string_view, 4> endings{"-key", "-token", "-secret", "-signature"};

}  // namespace

bool holds_secret(std::string_view header) {
  const std::string name = lower_case(header);
  if (name == "idempotency-key") return false;
  return std::ranges::find(names, name) != names.end() ||
         std::ranges::any_of(endings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

void hide_secrets(CallRequest& request) {
  auto* http = std::get_if<HttpCall>(&request.what);
  if (http == nullptr) return;
  for (auto& [name, value] : http->headers) {
    if (holds_secret(name)) value = hidden_value;
  }
}

}  // namespace millrace
