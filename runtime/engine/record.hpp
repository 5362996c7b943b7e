// The turn record: what one turn changed, in order. It is the journal, the trace, and the source of
// live events; replaying the records of an execution gives its state. Encoded once, on the engine's
// thread.
#pragma once

#include "runtime/base/redaction.hpp"
#include "runtime/engine/status.hpp"
#include "runtime/engine/trigger.hpp"
#include "runtime/nodes/node_kind.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace millrace {

/// One activation of a node. `iteration` counts this node's activations in this execution from 0,
/// so the pair is unique, stable over replays, and the base of idempotency keys.
struct NodeRunKey {
  NodeIndex node = no_node;
  std::uint32_t iteration = 0;
  auto operator<=>(const NodeRunKey&) const = default;
};

/// Where the input of a node run stands already: node runs by key; empty = the trigger's payload.
using InputRefs = std::vector<NodeRunKey>;

/// The run began. Only as the first change of turn 0; holds the one copy of the payload.
struct RunBegan {
  WorkspaceNumber workspace{};
  FlowId flow;
  std::uint32_t flow_version = 0;
  TriggerType trigger_type = TriggerType::api;
  std::string contact, channel, message_id;
  std::string payload;                     ///< JSON text
  std::optional<ExecutionId> replay_of{};  ///< the run that this one repeats
};
struct CallOpened {  ///< an attempt is (or will again be) asked outside
  NodeRunKey run;
  int attempt = 1;
  InputRefs input;
  CallRequest request;
};
struct SleepOpened {
  NodeRunKey run;
  InputRefs input;
  Timestamp until{};
};
struct AttemptFailed {  ///< to be tried again at `retry_at`
  NodeRunKey run;
  NodeError error;
  Timestamp retry_at{};
};
/// The node run is over and its tokens moved: state follows from this alone.
struct NodeEnded {
  NodeRunKey run;
  NodeRunStatus status = NodeRunStatus::completed;
  int attempt = 1;
  InputRefs input;
  Timestamp started{};
  Timestamp ended{};
  std::vector<EdgeIndex> taken;  ///< edges that got a token; conditions already decided
  std::string output;            ///< JSON text; empty: none
  std::optional<NodeError> error;
  std::vector<Assignment> assignments;
  std::optional<Answer> answer;
  std::optional<LogLine> log;
  bool reached_end = false;  ///< decided by EndRun: `output` becomes the run's unless settings say
  bool ends_run = false;     ///< `end` with terminate
  bool cancels_run = false;  ///< `end` with status cancelled
};
struct RunEnded {
  RunStatus status = RunStatus::completed;
  std::optional<NodeError> error;
  std::string output;  ///< JSON text; empty: none
};
/// A paused run goes on with nothing; its caps go on counting.
struct PauseChanged {
  bool paused = false;
};
/// A call of a paused run came back. Kept here until the run is resumed.
struct ResultHeld {
  NodeRunKey run;
  CallResult result;
};
using Change = std::variant<RunBegan, CallOpened, SleepOpened, AttemptFailed, NodeEnded, RunEnded,
                            PauseChanged, ResultHeld>;

/// The changes of an earlier run that a new one begins with, in order (engine/kept.hpp).
struct KeptChanges {
  std::vector<Change> changes;
};

struct TurnRecord {
  std::uint32_t turn = 0;
  Timestamp at{};
  std::vector<Change> changes;
};

/// Self-contained bytes, starting with a format version. decode(encode(r)) == r. With `seal` no
/// secret of it is in them in the clear.
std::string encode_record(const TurnRecord& record, const Redaction* seal = nullptr);
/// Sealed texts are opened with `redaction`, for an engine to go on with, and masked without it,
/// for people to see. Error: corrupt. Never reads past the end, whatever the bytes.
Result<TurnRecord> decode_record(std::string_view bytes, const Redaction* redaction = nullptr);
/// Mask the headers of calls that carry credentials: for people to see.
void hide_headers(TurnRecord& record, const Redaction& redaction);
void hide_headers(CallRequest& request, const Redaction& redaction);

}  // namespace millrace
