// Turn records read back from the log buckets that a run's row names.
#pragma once

#include "runtime/engine/record.hpp"
#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"

#include <vector>

namespace millrace::storage {

/// Turns `from_turn` to the last of `run`, in order, none missing; secrets in them opened with
/// `redaction`, masked when it is null. Errors: not_found, the message saying `purged`: a turn's
/// bucket is gone; corrupt: a turn is missing or damaged; storage.
Result<std::vector<TurnRecord>> read_turns(const View& view, const KeyValue& tables,
                                           const ExecutionRow& run, std::uint32_t from_turn,
                                           const Redaction* redaction);

}  // namespace millrace::storage
