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
  static constexpr std::uint64_t items_per_step = 8;
  static constexpr std::uint64_t bytes_per_step = 256;

  explicit Meter(const Budget& budget)
      : work_max_(budget.steps_per_evaluation_max * bytes_per_step),
        bytes_max_(budget.result_bytes_max) {}

  /// False when an error was or is now recorded: the caller gives up.
  bool step() { return work(bytes_per_step); }
  bool spend(std::size_t items, std::size_t bytes) {
    return work(items * (bytes_per_step / items_per_step) + bytes);
  }
  /// Room for `bytes` of a new value.
  bool make(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > bytes_max_) {
      return fail("the expression makes more than " + std::to_string(bytes_max_) + " bytes");
    }
    return work(bytes);
  }
  bool fail(std::string message) {
    if (!error_) error_ = Error{ErrorCode::expression, std::move(message)};
    return false;
  }

  /// Steps so far, the last one counted whole.
  std::uint32_t steps() const {
    const std::uint64_t steps = (work_ + bytes_per_step - 1) / bytes_per_step;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(steps, UINT32_MAX));
  }
  bool failed() const { return error_.has_value(); }
  Error& error() { return *error_; }

 private:
  /// Work is counted in bytes; a step is `bytes_per_step` of them.
  bool work(std::uint64_t amount) {
    work_ += amount;
    if (work_ > work_max_) {
      const std::uint64_t steps_max = work_max_ / bytes_per_step;
      return fail("the expression takes more than " + std::to_string(steps_max) + " steps");
    }
    return !error_;
  }

  std::uint64_t work_max_;
  std::size_t bytes_max_;
  std::uint64_t work_ = 0;
  std::size_t bytes_ = 0;
  std::optional<Error> error_;
};

}  // namespace millrace::expr
