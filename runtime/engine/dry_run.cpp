// A copy of the program with stand-ins where something would happen outside, and the loop that an
// execution's actor would be.
#include "runtime/engine/dry_run.hpp"

#include "runtime/base/dry_run_limits.hpp"
#include "runtime/engine/program.hpp"
#include "runtime/nodes/secret_headers.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <utility>

namespace millrace {
namespace {

constexpr std::array placeholder_statuses{200, 201, 202, 204};

/// In the place of a node that is pinned, or that calls out.
class StandIn final : public CompiledNode {
 public:
  StandIn(std::shared_ptr<const CompiledNode> node, bool calls_out, const Json* pinned)
      : node_(std::move(node)), calls_out_(calls_out) {
    if (pinned != nullptr) pinned_ = *pinned;
  }

  Decision run(const NodeContext& context) const override {
    if (pinned_ && !calls_out_) return given();
    return node_->run(context);
  }

  Decision resume(const NodeContext& context, const CallResult& result) const override {
    if (pinned_) return given();
    CallReply reply = std::get<CallReply>(result);
    Decision decision;
    for (const int status : placeholder_statuses) {
      reply.status = status;
      decision = node_->resume(context, reply);
      if (!std::holds_alternative<NodeError>(decision)) break;
    }
    return decision;
  }

  Decision wake(const NodeContext& context) const override { return node_->wake(context); }

 private:
  Decision given() const {
    Finish finish;
    finish.output = *pinned_;
    return finish;
  }

  std::shared_ptr<const CompiledNode> node_;
  bool calls_out_;
  std::optional<Json> pinned_;
};

ProgramPtr with_stand_ins(const Program& program, const Pins& pins) {
  auto changed = std::make_shared<Program>(program);
  for (NodeIndex at = 0; at < changed->nodes.size(); ++at) {
    ProgramNode& node = changed->nodes[at];
    const auto pin = pins.find(at);
    if (node.decide == nullptr || (!node.calls_out && pin == pins.end())) continue;
    node.decide = std::make_shared<const StandIn>(node.decide, node.calls_out,
                                                  pin == pins.end() ? nullptr : &pin->second);
  }
  return changed;
}

std::string_view why_not_pinned(const Program& program, NodeIndex at) {
  if (at == no_node) return "There is no such node.";
  const PlanNode& plan = program.plan.nodes[at];
  if (at == program.plan.trigger) return "The trigger's output is `input`.";
  const ProgramNode& node = program.nodes[at];
  if (node.kind == nullptr || node.kind->spec().on_canvas_only) return "It is never run.";
  if (node.disabled) return "It is disabled: it passes its input on.";
  if (!plan.handle("default")) return "It decides where to go: pin the nodes before it instead.";
  return {};
}

class DryRunner {
 public:
  explicit DryRunner(DryRunWish wish)
      : wish_(std::move(wish)),
        now_(wish_.now),
        program_(with_stand_ins(*wish_.trigger.program, wish_.pins)),
        execution_(wish_.trigger.execution, program_, wish_.env) {}

  Result<DryRun> run() {
    wish_.trigger.program = program_;
    take(execution_.begin(wish_.trigger, now_, 0));
    for (std::uint32_t turns = 1; !has_ended(execution_.status()); ++turns) {
      if (turns >= limits::dry_run_turns_max) return passed("turns", "turns");
      if (bytes_ > limits::dry_run_bytes_max) return passed("bytes", "bytes of values");
      if (wish_.out_of_time && wish_.out_of_time()) return passed("time", "time");
      if (!step()) break;
    }
    return told();
  }

 private:
  static Error passed(std::string bound, const std::string& what) {
    return {ErrorCode::too_large, "the dry run takes too many " + what + "; pin more nodes",
            std::move(bound)};
  }

  /// False: nothing is left that would ever happen.
  bool step() {
    if (unfinished_) {
      take(execution_.handle(Continued{}, now_, 0));
    } else if (!open_.empty()) {
      const CallEffect call = std::move(open_.front());
      open_.pop_front();
      CallReply reply{placeholder_statuses.front(),
                      {{"content-type", "application/json"}},
                      std::string(placeholder_body)};
      take(execution_.handle(CallReturned{call.run, call.attempt, std::move(reply)}, now_, 0));
    } else if (const auto wake = execution_.next_wake()) {
      now_ = std::max(now_, *wake);
      take(execution_.handle(Woken{}, now_, 0));
    } else {
      return false;
    }
    return true;
  }

  void take(Turn turn) {
    unfinished_ = turn.unfinished;
    if (turn.answer && !run_.answer) run_.answer = std::move(turn.answer);
    for (CallEffect& call : turn.calls) {
      WouldCall would{call.run, call.attempt, now_, wish_.pins.contains(call.run.node),
                      call.request};
      hide_secrets(would.request);
      run_.calls.push_back(std::move(would));
      open_.push_back(std::move(call));
    }
    if (turn.empty()) return;
    bytes_ += encode_record(turn.record).size();
    for (Change& change : turn.record.changes) {
      if (auto* opened = std::get_if<CallOpened>(&change)) hide_secrets(opened->request);
    }
    records_.push_back(std::move(turn.record));
  }

  DryRun told() {
    run_.trace = build_trace(*program_, records_);
    run_.status = execution_.status();
    run_.started = execution_.started();
    run_.ended = now_;
    run_.node_runs = execution_.node_runs();
    run_.error = execution_.error();
    warn_of_placeholders();
    warn_of_idle_pins();
    return std::move(run_);
  }

  void warn_of_placeholders() {
    std::set<NodeIndex> told;
    for (const WouldCall& call : run_.calls) {
      if (call.pinned || !told.insert(call.run.node).second) continue;
      const PlanNode& node = program_->plan.nodes[call.run.node];
      warn(item_path("$.nodes", node.definition), "PLACEHOLDER_RESULT",
           "Its call was not made: it went on with the reply " + std::string(placeholder_body) +
               ". Pin its output to see what follows from real data.");
    }
  }

  void warn_of_idle_pins() {
    for (const auto& [at, output] : wish_.pins) {
      const std::string& id = program_->plan.nodes[at].id;
      const auto is_it = [&](const NodeRunView& view) { return view.node_id == id; };
      if (std::ranges::any_of(run_.trace.node_runs, is_it)) continue;
      warn(member_path("$.pinned", id), "PIN_NOT_USED", "The run did not come by this node.");
    }
  }

  void warn(std::string path, std::string code, std::string message) {
    run_.warnings.push_back({std::move(path), std::move(code), std::move(message)});
  }

  DryRunWish wish_;
  Timestamp now_;
  ProgramPtr program_;
  Execution execution_;
  std::vector<TurnRecord> records_;
  std::deque<CallEffect> open_;
  std::size_t bytes_ = 0;
  bool unfinished_ = false;
  DryRun run_;
};

}  // namespace

Pins read_pins(const Program& program, const JsonObject& written, Problems& problems) {
  Pins pins;
  for (const auto& member : written) {
    const NodeIndex at = program.plan.find(member.key());
    const std::string_view reason = why_not_pinned(program, at);
    if (reason.empty()) {
      pins.emplace(at, member.value());
    } else {
      problems.error(member_path("$.pinned", member.key()), "NOT_PINNABLE", std::string(reason));
    }
  }
  return pins;
}

Result<DryRun> dry_run(DryRunWish wish) { return DryRunner(std::move(wish)).run(); }

}  // namespace millrace
