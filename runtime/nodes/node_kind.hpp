// What a kind of node is: its schema, and a pure compiled form that decides. A kind never does
// anything: it returns what should happen, and the engine records it first.
#pragma once

#include "runtime/expr/scope.hpp"
#include "runtime/flow/model.hpp"
#include "runtime/flow/plan.hpp"
#include "runtime/nodes/call.hpp"
#include "runtime/nodes/node_error.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace millrace {

enum class FieldType : std::uint8_t {
  any,
  string,
  number,
  boolean,
  object,
  array,
  condition,
  duration
};

/// One field of `data`. Validation, the node-type listing and the reference are derived from it.
struct FieldSpec {
  std::string_view name = {};
  FieldType type = FieldType::any;
  bool required = false;
  bool expression = true;                        ///< `{{ … }}` allowed inside
  std::string_view fallback = {};                ///< JSON text of the default; empty: none
  std::vector<std::string_view> one_of = {};     ///< allowed literal values; empty: any
  std::string_view about = {};                   ///< one line for people
  std::vector<std::string_view> not_built = {};  ///< values that cannot be published yet
};

/// A field of the contract that cannot be published yet.
struct UnbuiltField {
  std::string_view name = {};
  std::string_view instead = {};  ///< what to do, one line for people
};

struct KindSpec {
  std::string_view name = {};                  ///< canonical: `http_request`
  std::vector<std::string_view> aliases = {};  ///< `webhook_call`
  std::string_view about = {};
  std::vector<FieldSpec> fields = {};  ///< beyond the common ones
  bool suspends = false;               ///< may wait without end
  bool calls_out = false;              ///< has an effect outside
  bool retries_by_default = false;
  bool on_canvas_only = false;
  bool open_status_handles = false;  ///< edges may leave by `status:404`, `status:4xx`
  std::vector<UnbuiltField> not_built = {};
};

/// A value for a variable, decided by a node.
struct Assignment {
  enum class Mode : std::uint8_t { set = 1, append = 2, merge = 3, increment = 4, unset = 5 };
  std::string name;
  Json value;
  Mode mode = Mode::set;
};

/// What the synchronous caller of a flow gets.
struct Answer {
  int status = 200;
  HeaderList headers{};
  std::string content_type = "application/json";
  std::string body{};
};

struct LogLine {
  std::string level;
  std::string message;
};

/// What a node decides. Exactly one of these ends each call of run() or resume().
struct Finish {  ///< leave by these handles; all others die
  std::vector<std::string> handles{"default"};
  Json output{};
  std::vector<Assignment> assignments{};
  std::optional<Answer> answer{};
  std::optional<LogLine> log{};
  /// No edge leaves by these handles (or none whose condition holds): the node fails with
  /// NO_BRANCH_MATCHED, class runtime, not retryable.
  bool needs_edge = false;
};
struct Call {  ///< ask outside; resume(reply) follows
  CallRequest request;
};
struct Sleep {  ///< wake() follows at `until` or later
  Timestamp until;
};
struct EndRun {  ///< `end`
  bool cancelled = false;
  bool terminate = false;  ///< end all tokens at once
  Json output{};
};
using Decision = std::variant<Finish, Call, Sleep, EndRun, NodeError>;

/// What came back for a Call: a reply of the peer, or why there was none.
using CallResult = std::variant<CallReply, NodeError>;

/// One activation of a node, as its decision part sees it.
struct NodeContext {
  const expr::Scope& scope;
  expr::Budget& budget;
  Timestamp now;
  std::string_view channel;  ///< of the trigger; empty: none
  std::span<const Json* const>
      inputs;  ///< outputs of the nodes whose edges brought the token, in edge order
  std::span<const std::string_view> input_nodes;  ///< their ids
  std::string_view idempotency_key;               ///< the default one, or the one the flow gave
  Duration timeout;
};

/// Immutable and shared by all runs of a flow version; thread-safe.
class CompiledNode {
 public:
  virtual ~CompiledNode() = default;
  virtual Decision run(const NodeContext& context) const = 0;
  /// After a Call. Kinds that never call need not override.
  virtual Decision resume(const NodeContext& context, const CallResult& result) const;
  /// After a Sleep.
  virtual Decision wake(const NodeContext& context) const;
};

class NodeKind {
 public:
  virtual ~NodeKind() = default;
  virtual const KindSpec& spec() const = 0;
  /// Declared handles for this data, in order; `default` unless the kind says otherwise.
  virtual std::vector<std::string> handles(const NodeDefinition& node) const;
  virtual JoinMode join(const NodeDefinition& node, std::uint32_t& count) const;
  /// Whether this node is tried again without an explicit `retry`; the spec's flag unless data
  /// decides.
  virtual bool retries_by_default(const NodeDefinition& node) const;
  /// Reports every problem of `data` with its path; the result is meaningful only when there was
  /// none.
  virtual std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                                      Problems& problems) const = 0;
};

}  // namespace millrace
