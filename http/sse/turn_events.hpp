// Turns of the feed as frames: which events a stream asked for, in the words of its dialect. Pure
// but for reading the archive.
#pragma once

#include "runtime/engine/live_events.hpp"
#include "runtime/ports/archive.hpp"

#include <string>

namespace millrace::http {

/// What a stream asked for.
struct EventFilter {
  std::optional<FlowId> flow;  ///< nil: matches nothing
  std::optional<ExecutionId> execution;
  std::uint8_t types = 0xff;  ///< a bit per LiveEventType

  bool wants(LiveEventType type) const { return (types >> static_cast<unsigned>(type) & 1) != 0; }
  bool wants(const ExecutionSummary& summary) const {
    return (!flow || *flow == summary.flow) && (!execution || *execution == summary.id);
  }
};

/// How a dialect writes the data of an event: JSON text.
struct EventVoice {
  std::string (*event)(const FeedTurn& turn, const LiveEvent& event);
  /// `stream.gap`, `stream.overflow`; `details` is the text of a JSON object.
  std::string (*control)(std::string_view type, Timestamp at, std::string_view details);
};

/// Appends the wanted events of `turn` that come after `after`. Returns where the turn ends.
EventPosition append_turn(std::string& out, const FeedTurn& turn, const Program* program,
                          const EventFilter& filter, const EventVoice& voice,
                          std::optional<EventPosition> after);

/// What was committed after a position, as frames.
struct WrittenPage {
  std::string text;
  EventPosition end;
  bool has_more = false;
  bool gap = false;
};
/// On the archive's thread.
Result<WrittenPage> write_page(const Archive& archive, WorkspaceNumber workspace,
                               std::optional<EventPosition> after, const EventFilter& filter,
                               const EventVoice& voice);

}  // namespace millrace::http
