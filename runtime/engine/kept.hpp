// What a replay from the failed node keeps of the run that failed.
#pragma once

#include "runtime/engine/record.hpp"

#include <span>

namespace millrace {

/// All that the run did but the node run that failed it, and but node runs that had not ended:
/// these are to be done again. `records` are all of the run, in turn order. Error: validation, when
/// it was not a node that failed the run.
Result<KeptChanges> changes_before_failure(std::span<const TurnRecord> records);

}  // namespace millrace
