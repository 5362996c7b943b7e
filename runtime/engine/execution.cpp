// The door of the state machine.
#include "runtime/engine/execution.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/engine/snapshot.hpp"
#include "runtime/engine/turn_maker.hpp"

#include <algorithm>
#include <utility>

namespace millrace {

struct Execution::State : RunState {
  using RunState::RunState;
};

Execution::Execution(ExecutionId id, ProgramPtr program, EnvPtr env)
    : state_(std::make_unique<State>(id, std::move(program))) {
  state_->env = std::move(env);
}
Execution::~Execution() = default;
Execution::Execution(Execution&&) noexcept = default;
Execution& Execution::operator=(Execution&&) noexcept = default;

Turn Execution::begin(const Trigger& trigger, Timestamp now, double jitter) {
  MR_ASSERT(state_->status == RunStatus::pending);
  TurnMaker maker(*state_, now, jitter);
  maker.begin(trigger);
  maker.work();
  return maker.take();
}

Turn Execution::accept(const Trigger& trigger, Timestamp now) {
  MR_ASSERT(state_->status == RunStatus::pending);
  TurnMaker maker(*state_, now, 0);
  maker.begin(trigger);
  Turn turn = maker.take();
  turn.unfinished = has_ready();
  return turn;
}

Turn Execution::handle(const Event& event, Timestamp now, double jitter) {
  TurnMaker maker(*state_, now, jitter);
  if (state_->status != RunStatus::running) return maker.take();
  if (const auto* returned = std::get_if<CallReturned>(&event)) {
    maker.call_returned(*returned);
  } else if (const auto* asked = std::get_if<ControlAsked>(&event)) {
    maker.control(asked->what);
  } else {
    maker.work();
  }
  return maker.take();
}

Result<void> Execution::replay(const TurnRecord& record) {
  if (record.turn != state_->turns) {
    return Error{ErrorCode::corrupt, "Turn " + std::to_string(state_->turns) +
                                         " of the execution is missing; found turn " +
                                         std::to_string(record.turn) + "."};
  }
  for (const Change& change : record.changes) {
    if (auto applied = apply(*state_, change, record.at, {}); !applied) return applied;
  }
  ++state_->turns;
  return {};
}

std::string Execution::snapshot() const { return encode_snapshot(*state_); }

Result<Execution> Execution::restore(ExecutionId id, ProgramPtr program, std::string_view bytes,
                                     EnvPtr env) {
  Execution execution(id, std::move(program), std::move(env));
  if (auto decoded = decode_snapshot(bytes, *execution.state_); !decoded) return decoded.error();
  return execution;
}

std::vector<CallEffect> Execution::open_calls() const {
  std::vector<CallEffect> calls;
  for (const LiveRun& run : state_->tokens.waiting()) {
    if (run.stage == RunStage::calling) calls.push_back({run.key, run.attempt, *run.request});
  }
  return calls;
}

std::optional<Timestamp> Execution::next_wake() const { return millrace::next_wake(*state_); }

bool Execution::has_ready() const {
  const auto waiting = state_->tokens.waiting();
  const auto is_held = [](const LiveRun& run) { return run.stage == RunStage::held; };
  return !state_->paused &&
         (!state_->tokens.ready().empty() || std::any_of(waiting.begin(), waiting.end(), is_held));
}

RunStatus Execution::status() const { return state_->status; }

bool Execution::waiting() const {
  const auto runs = state_->tokens.waiting();
  return !state_->paused && !has_ready() && !runs.empty() &&
         std::none_of(runs.begin(), runs.end(),
                      [](const auto& run) { return run.stage == RunStage::calling; });
}

bool Execution::paused() const { return state_->paused; }
std::uint32_t Execution::turns() const { return state_->turns; }
std::uint32_t Execution::node_runs() const { return state_->node_runs; }
Timestamp Execution::started() const { return state_->started; }
const std::optional<NodeError>& Execution::error() const { return state_->error; }
const std::string& Execution::output() const { return state_->output; }

}  // namespace millrace
