// What a turn record says to those who watch: the six events of an execution. Pure, and the same
// whenever the record is read, so that an event has one number for ever.
#pragma once

#include "runtime/engine/program.hpp"
#include "runtime/engine/record.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace {

enum class LiveEventType : std::uint8_t {
  execution_started,
  node_started,
  node_completed,
  node_failed,
  execution_completed,
  execution_failed,  ///< also cancelled and timed out: `status` says which
};
inline constexpr std::array live_event_types{
    LiveEventType::execution_started,   LiveEventType::node_started,
    LiveEventType::node_completed,      LiveEventType::node_failed,
    LiveEventType::execution_completed, LiveEventType::execution_failed};
/// `execution.node_started`.
std::string_view to_string(LiveEventType type);
std::optional<LiveEventType> parse_live_event_type(std::string_view text);

/// Views into the record and the program it was made from. Values are as recorded: whoever shows
/// them cuts them.
struct LiveEvent {
  LiveEventType type = LiveEventType::execution_started;
  std::uint32_t index = 0;   ///< within its turn, from 0, whatever anyone filters
  std::string_view node_id;  ///< of node events; empty when there is no program
  std::string_view node_type;
  std::uint32_t iteration = 0;
  int attempt = 1;
  std::string_view status;
  std::optional<Timestamp> started;  ///< of a node run; of the execution the summary knows it
  std::optional<Timestamp> ended;
  std::string_view input;                ///< JSON text; empty: not in this record
  const CallRequest* request = nullptr;  ///< the input of a node that calls out
  std::string_view output;               ///< JSON text; empty: none, or not in this record
  const NodeError* error = nullptr;
};

/// In order. A node run starts once, however often it is tried; an attempt that will be made again
/// is no failure. Without `program` nodes have no names.
std::vector<LiveEvent> live_events(const TurnRecord& record, const Program* program);

}  // namespace millrace
