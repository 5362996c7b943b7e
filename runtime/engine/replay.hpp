// What a replay makes of an earlier run: the trigger of a new one. Pure.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/engine/summary.hpp"
#include "runtime/engine/trigger.hpp"

#include <optional>
#include <span>

namespace millrace {

struct ReplayWish {
  std::optional<bool>
      use_latest_version;  ///< not given: the latest, from the failed node the original
  std::optional<Json> override_inputs;  ///< an object that says something
  bool from_failed_node = false;

  bool latest() const { return use_latest_version.value_or(!from_failed_node); }
};

/// What starts the new run; `program` is of the version that was asked for. `records` are all of
/// the first run. Errors: validation (from the failed node: there is none; else: a webhook needs
/// inputs), corrupt.
Result<Trigger> make_replay(const ExecutionSummary& origin, std::span<const TurnRecord> records,
                            ProgramPtr program, const ReplayWish& wish);

}  // namespace millrace
