// Makes one turn: runs what is due and ready until nothing is or the budget ends. Each step decides
// a change, applies it as a replay would, and puts it in the record.
#pragma once

#include "runtime/engine/run_scope.hpp"
#include "runtime/engine/state.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// An error that no node made.
NodeError engine_error(std::string code, std::string message, ErrorClass error_class);

class TurnMaker {
 public:
  TurnMaker(RunState& state, Timestamp now, double jitter);

  void begin(const Trigger& trigger);
  void call_returned(const CallReturned& event);
  void control(Control what);
  /// Caps, then due and ready runs, then the end of the run when nothing is left.
  void work();
  Turn take();

 private:
  /// Where a node run goes, or why it cannot.
  struct Departure {
    std::vector<EdgeIndex> taken;
    std::optional<NodeError> error;
  };

  void keep(const KeptChanges& kept);
  bool end_at_cap();
  bool is_spent() const;
  const LiveRun* next_due() const;
  void wake(NodeRunKey key);
  void run_ready(NodeRunKey key);
  Decision ask(const LiveRun& run, const CallResult* result);
  Result<std::string> idempotency_key(const LiveRun& run, expr::Budget& budget);

  void decide(NodeRunKey key, Decision decision);
  void open_call(NodeRunKey key, CallRequest request, int attempt);
  void sleep(NodeRunKey key, Timestamp until);
  void finish(NodeRunKey key, Finish finish);
  void pass_through(NodeRunKey key);
  void end_by_node(NodeRunKey key, EndRun end);
  void fail(NodeRunKey key, NodeError error, bool may_retry);
  void fail_for_good(NodeRunKey key, NodeError error);

  std::optional<std::uint16_t> handle_for(const ProgramNode& node, const PlanNode& plan,
                                          const NodeError& error) const;
  Departure depart(const NodeEnded& ended, const OutputPtr& output,
                   std::span<const std::uint16_t> handles);
  std::optional<NodeError> value_error(const Json& output,
                                       const std::vector<Assignment>& assignments) const;
  Result<bool> condition_holds(EdgeIndex edge);
  std::optional<NodeError> cycle_error(const std::vector<EdgeIndex>& taken) const;

  void complete();
  void end_run(RunStatus status, std::optional<NodeError> error, std::string output);
  NodeEnded ended(NodeRunKey key);
  void commit(Change change, const OutputPtr& output = {});

  RunState& state_;
  const Program& program_;
  Timestamp now_;
  double jitter_;
  RunScope scope_;
  Turn turn_;
  std::uint32_t node_runs_ = 0;
  std::uint32_t steps_ = 0;
};

}  // namespace millrace
