// The state of an execution as bytes. encode(decode(bytes)) == bytes.
#pragma once

#include "runtime/engine/state.hpp"

#include <string>
#include <string_view>

namespace millrace {

/// With `seal` no secret of it is in the bytes in the clear.
std::string encode_snapshot(const RunState& state, const Redaction* seal = nullptr);
/// Fills a fresh state of the same program; `redaction` opens what was sealed. Error: corrupt; the
/// state is then unusable.
Result<void> decode_snapshot(std::string_view bytes, RunState& state,
                             const Redaction* redaction = nullptr);

}  // namespace millrace
