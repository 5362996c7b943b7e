// Events that wait for a pause: what one window is, on disk and in the debouncer's memory.
#pragma once

#include "runtime/base/ids.hpp"
#include "runtime/base/time.hpp"
#include "runtime/engine/program.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace millrace {

/// Half of the SHA-256 of what events of one window share: their contact, or nothing.
using DebounceKey = std::array<std::uint8_t, 16>;

struct DebounceName {
  FlowId flow;
  DebounceKey key{};
  auto operator<=>(const DebounceName&) const = default;
};

struct DebounceWindow {
  DebounceName name;
  Timestamp first{};         ///< when its first event came
  Timestamp due{};           ///< when its run begins, unless another event comes
  std::uint32_t events = 0;  ///< with `first` it tells whether one has come since
  bool operator==(const DebounceWindow&) const = default;
};

/// A window with its last event.
struct StoredDebounce {
  DebounceWindow window;
  WorkspaceNumber workspace{};
  std::string contact;  ///< empty: none
  std::string payload;  ///< JSON text
  ProgramPtr program;   ///< that is live now; null: its flow waits for no events any more
};

}  // namespace millrace
