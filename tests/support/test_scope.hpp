// What expressions see in tests: roots from one JSON text.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/expr/scope.hpp"

#include <string_view>

namespace millrace::testing {

/// `value` is asserted to parse: tests write it themselves.
inline Json json_of(std::string_view text) { return parse_json(text).value(); }

class TestScope final : public expr::Scope {
 public:
  explicit TestScope(std::string_view roots = "{}") : roots_(json_of(roots)) {}

  const Json* root(std::string_view name) const override { return find_member(roots_, name); }

 private:
  Json roots_;
};

}  // namespace millrace::testing
