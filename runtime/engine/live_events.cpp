// One pass over the changes. Whether a node run starts here or started in an earlier turn is read
// from what it was given: a run that was open before has all its inputs from earlier turns.
#include "runtime/engine/live_events.hpp"

#include "runtime/base/stream_limits.hpp"

#include <algorithm>
#include <set>

namespace millrace {
namespace {

class EventReader {
 public:
  EventReader(const TurnRecord& record, const Program* program)
      : record_(record), program_(program) {}

  std::vector<LiveEvent> read() {
    for (const Change& change : record_.changes) {
      std::visit([this](const auto& value) { add(value); }, change);
    }
    return std::move(events_);
  }

 private:
  LiveEvent& push(LiveEventType type, std::string_view status) {
    LiveEvent& event = events_.emplace_back();
    event.type = type;
    event.index = static_cast<std::uint32_t>(events_.size() - 1);
    event.status = status;
    return event;
  }

  LiveEvent& push_node(LiveEventType type, NodeRunStatus status, NodeRunKey run, int attempt) {
    LiveEvent& event = push(type, to_string(status));
    event.iteration = run.iteration;
    event.attempt = attempt;
    if (program_ == nullptr || run.node >= program_->plan.nodes.size()) return event;
    event.node_id = program_->plan.nodes[run.node].id;
    const NodeKind* kind = program_->nodes[run.node].kind;
    if (kind != nullptr) event.node_type = kind->spec().name;
    return event;
  }

  bool is_made_here(const InputRefs& inputs) const {
    return record_.turn == 0 || std::any_of(inputs.begin(), inputs.end(), [this](NodeRunKey key) {
             return ended_.contains(key);
           });
  }

  /// A kind that neither calls nor waits ends in the turn it starts in.
  bool may_have_waited(NodeRunKey run) const {
    if (program_ == nullptr || run.node >= program_->nodes.size()) return true;
    const NodeKind* kind = program_->nodes[run.node].kind;
    return kind != nullptr && (kind->spec().calls_out || kind->spec().suspends);
  }

  bool starts_here(const NodeEnded& change) const {
    if (is_made_here(change.input)) return true;
    if (change.error && change.error->code == "JOIN_NOT_REACHED") return true;
    return change.started == record_.at && !may_have_waited(change.run);
  }

  LiveEvent* start(NodeRunKey run, NodeRunStatus status, bool here) {
    if (!here || !started_.insert(run).second) return nullptr;
    LiveEvent& event = push_node(LiveEventType::node_started, status, run, 1);
    event.started = record_.at;
    return &event;
  }

  void add(const RunBegan& change) {
    payload_ = change.payload;
    push(LiveEventType::execution_started, to_string(RunStatus::running)).input = payload_;
  }

  void add(const CallOpened& change) {
    LiveEvent* event = start(change.run, NodeRunStatus::running, change.attempt == 1);
    if (event != nullptr) event->request = &change.request;
  }

  void add(const SleepOpened& change) { start(change.run, NodeRunStatus::waiting, true); }

  void add(const AttemptFailed& change) {
    // The result of a call from an earlier turn is what its turn begins with.
    const bool returned =
        record_.turn > 0 && &change == std::get_if<AttemptFailed>(&record_.changes.front());
    start(change.run, NodeRunStatus::running, change.error.attempt == 1 && !returned);
  }

  void add(const NodeEnded& change) {
    start(change.run, NodeRunStatus::running, starts_here(change));
    ended_.insert(change.run);
    const bool failed = change.status == NodeRunStatus::failed;
    LiveEvent& event =
        push_node(failed ? LiveEventType::node_failed : LiveEventType::node_completed,
                  change.status, change.run, change.attempt);
    event.started = change.started;
    event.ended = change.ended;
    event.output = change.output;
    const bool is_trigger = program_ != nullptr && change.run.node == program_->plan.trigger;
    if (is_trigger && change.output.empty()) event.output = payload_;
    if (change.error) event.error = &*change.error;
  }

  // A pause is no event; what came back meanwhile is told when the run goes on.
  void add(const PauseChanged&) {}
  void add(const ResultHeld&) {}

  void add(const RunEnded& change) {
    const bool completed = change.status == RunStatus::completed;
    LiveEvent& event =
        push(completed ? LiveEventType::execution_completed : LiveEventType::execution_failed,
             to_string(change.status));
    event.ended = record_.at;
    event.output = change.output;
    if (change.error) event.error = &*change.error;
  }

  const TurnRecord& record_;
  const Program* program_;
  std::vector<LiveEvent> events_;
  std::string_view payload_;
  std::set<NodeRunKey> started_;  // in this turn
  std::set<NodeRunKey> ended_;    // in this turn
};

}  // namespace

std::string_view to_string(LiveEventType type) {
  switch (type) {
    case LiveEventType::execution_started:
      return "execution.started";
    case LiveEventType::node_started:
      return "execution.node_started";
    case LiveEventType::node_completed:
      return "execution.node_completed";
    case LiveEventType::node_failed:
      return "execution.node_failed";
    case LiveEventType::execution_completed:
      return "execution.completed";
    case LiveEventType::execution_failed:
      return "execution.failed";
  }
  return {};
}

std::optional<LiveEventType> parse_live_event_type(std::string_view text) {
  for (const LiveEventType type : live_event_types) {
    if (to_string(type) == text) return type;
  }
  return std::nullopt;
}

std::vector<LiveEvent> live_events(const TurnRecord& record, const Program* program) {
  auto events = EventReader(record, program).read();
  if (events.size() > limits::events_per_turn_max) events.resize(limits::events_per_turn_max);
  return events;
}

}  // namespace millrace
