// What an expression can see, and what it may spend.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/base/time.hpp"

#include <cstdint>
#include <string_view>

namespace millrace::expr {

/// Named roots (`trigger`, `vars`, `nodes` …). Pure lookup; values outlive the evaluation.
class Scope {
 public:
  virtual ~Scope() = default;
  /// Null pointer when the root does not exist here: the expression sees null.
  virtual const Json* root(std::string_view name) const = 0;
};

/// Shared by all evaluations of a turn. Steps are operations, not time. Only the bounds of one
/// evaluation stop it: `steps_left` reaching zero says that the turn should end, so that the next
/// evaluation has a new budget.
struct Budget {
  std::uint32_t steps_left = limits::turn_expression_steps_max;
  std::uint32_t steps_per_evaluation_max = limits::expression_steps_max;
  std::size_t result_bytes_max = limits::expression_result_bytes_max;
};

}  // namespace millrace::expr
