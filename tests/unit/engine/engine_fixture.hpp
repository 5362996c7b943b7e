// Programs built by hand: graphs in a few words, and nodes whose decisions the test scripts.
#pragma once

#include "runtime/engine/execution.hpp"
#include "runtime/engine/trigger.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::testing {

/// How a test node behaves; what is not given leaves by `default`.
struct Script {
  std::function<Decision(const NodeContext&)> run;
  std::function<Decision(const NodeContext&, const CallResult&)> resume;
  std::function<Decision(const NodeContext&)> wake;
};

struct TestNode {
  std::string id;
  std::vector<std::string> handles{"default"};
  JoinMode join = JoinMode::all;
  std::uint32_t join_count = 0;
  Script script{};
  std::function<void(ProgramNode&)> adjust{};
};

/// `from` is `node` or `node.handle`.
struct TestEdge {
  std::string from;
  std::string to;
  std::optional<std::int64_t> max_iterations{};
  std::int64_t priority = 0;
  std::string condition{};
};

struct TestFlow {
  std::vector<TestNode> nodes;  ///< the trigger `start` stands before them
  std::vector<TestEdge> edges;
};

FlowDefinition definition_of(const TestFlow& flow);
/// Fails the test when the graph has errors.
std::shared_ptr<Program> program_of(const TestFlow& flow);

/// A node that calls out, and whose reply's body says the handles to leave by, separated by commas.
Script leaves_as_told();
Script returns(Json output);
Script leaves_by(std::vector<std::string> handles, Json output = {});
Script ends(bool terminate, Json output = {}, bool cancelled = false);
Script fails(std::string code, ErrorClass error_class = ErrorClass::runtime);
Script sleeps_until(Timestamp until);
Script assigns(std::vector<Assignment> assignments);
/// Leaves with what the template gives.
Script evaluates(const std::string& text);
/// Calls; the reply's body is the output, a status from 400 on an error.
Script calls_out();

CallRequest some_request();
CallReply reply(int status, std::string body);
Timestamp at(std::int64_t milliseconds);
ExecutionId some_execution(std::uint64_t random = 7);
Trigger trigger_of(ProgramPtr program, Json payload = JsonObject{{"name", "Ada"}});

/// An execution together with everything it recorded. After each turn it checks what must hold of
/// every turn: replaying gives the same state, snapshots are whole, effects have records.
class Recorded {
 public:
  explicit Recorded(ProgramPtr program);

  Turn begin(Json payload = JsonObject{{"name", "Ada"}});
  Turn handle(const Event& event, std::int64_t now = 1'000);
  Turn returned(const CallEffect& call, CallReply answer, std::int64_t now = 1'000);

  const Execution& execution() const { return execution_; }
  const std::vector<TurnRecord>& records() const { return records_; }
  /// `node#iteration` of all runs that ended, in order.
  std::vector<std::string> ended() const;
  /// The last NodeEnded of the node, or nullptr.
  const NodeEnded* last(std::string_view node) const;
  std::string name_of(NodeRunKey key) const;
  double jitter = 0.5;

 private:
  Turn checked(Turn turn);

  ProgramPtr program_;
  Execution execution_;
  Execution replayed_;
  std::vector<TurnRecord> records_;
};

}  // namespace millrace::testing
