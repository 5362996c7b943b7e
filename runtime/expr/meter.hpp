// What one evaluation has spent, and the first thing that went wrong in it.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/expr/scope.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace millrace::expr {

/// Operations cost one step. Work on many small things costs a step per `items_per_step` of them or
/// per `bytes_per_step`, so that copying a large value is paid for but possible. Bytes count every
/// value that is made, also those that are thrown away again.
class Meter {
 public:
  static constexpr std::uint32_t items_per_step = 8;
  static constexpr std::uint32_t bytes_per_step = 256;

  explicit Meter(const Budget& budget)
      : steps_max_(budget.steps_per_evaluation_max), bytes_max_(budget.result_bytes_max) {}

  /// False when an error was or is now recorded: the caller gives up.
  bool step() {
    if (++steps_ > steps_max_) return fail_steps();
    return !error_;
  }
  bool spend(std::size_t items, std::size_t bytes) {
    const std::size_t steps = items / items_per_step + bytes / bytes_per_step;
    steps_ = static_cast<std::uint32_t>(std::min<std::size_t>(steps_ + steps, UINT32_MAX - 1));
    if (steps_ > steps_max_) return fail_steps();
    return !error_;
  }
  /// Room for `bytes` of a new value.
  bool make(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > bytes_max_) {
      return fail("the expression makes more than " + std::to_string(bytes_max_) + " bytes");
    }
    return spend(0, bytes);
  }
  bool fail(std::string message) {
    if (!error_) error_ = Error{ErrorCode::expression, std::move(message)};
    return false;
  }

  std::uint32_t steps() const { return steps_; }
  bool failed() const { return error_.has_value(); }
  Error& error() { return *error_; }

 private:
  bool fail_steps() {
    return fail("the expression takes more than " + std::to_string(steps_max_) + " steps");
  }

  std::uint32_t steps_max_;
  std::size_t bytes_max_;
  std::uint32_t steps_ = 0;
  std::size_t bytes_ = 0;
  std::optional<Error> error_;
};

}  // namespace millrace::expr
