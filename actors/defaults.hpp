// Bounds of this room's own workings that no operator needs to turn.
#pragma once

#include <chrono>
#include <cstddef>

namespace millrace::actors::defaults {

using namespace std::chrono_literals;

/// Mail an actor may take before its worker looks at the next actor: CAF's own default has no
/// bound.
inline constexpr std::size_t mail_per_turn_max = 100;
/// Turns in one commit; more wait for the next.
inline constexpr std::size_t batch_turns_max = 4'096;
inline constexpr std::size_t readers = 2;
/// Rows handed to a supervisor that it has not dealt with: beyond it due wakes stay with the
/// keeper.
inline constexpr std::size_t wakes_outstanding_max = 1'000;
/// CAF cannot cancel a delayed message: none lies further ahead than this, so that few are stale.
inline constexpr auto arm_ahead_max = 60s;
/// After a failed read of the timer table.
inline constexpr auto reload_pause = 1s;
/// Until bulk work looks again whether live triggers have left it room.
inline constexpr auto bulk_pause = 100ms;
/// Counted at the gate for a trigger beside its payload.
inline constexpr std::size_t trigger_overhead_bytes = 512;

}  // namespace millrace::actors::defaults
