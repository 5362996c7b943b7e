// The state of an execution as bytes. encode(decode(bytes)) == bytes.
#pragma once

#include "runtime/engine/state.hpp"

#include <string>
#include <string_view>

namespace millrace {

std::string encode_snapshot(const RunState& state);
/// Fills a fresh state of the same program. Error: corrupt; the state is then unusable.
Result<void> decode_snapshot(std::string_view bytes, RunState& state);

}  // namespace millrace
