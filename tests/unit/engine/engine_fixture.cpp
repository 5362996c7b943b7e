// Building and checking, nothing that decides.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace millrace::testing {
namespace {

class ScriptedNode final : public CompiledNode {
 public:
  explicit ScriptedNode(Script script) : script_(std::move(script)) {}
  Decision run(const NodeContext& context) const override {
    return script_.run ? script_.run(context) : Finish{};
  }
  Decision resume(const NodeContext& context, const CallResult& result) const override {
    return script_.resume ? script_.resume(context, result) : Finish{};
  }
  Decision wake(const NodeContext& context) const override {
    return script_.wake ? script_.wake(context) : Finish{};
  }

 private:
  Script script_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

const TestNode* find(const TestFlow& flow, std::string_view id) {
  for (const TestNode& node : flow.nodes) {
    if (node.id == id) return &node;
  }
  return nullptr;
}

}  // namespace

FlowDefinition definition_of(const TestFlow& flow) {
  FlowDefinition definition;
  definition.nodes.push_back({"start", "trigger", "", {}, "$.nodes[0]"});
  for (const TestNode& node : flow.nodes) {
    const std::string path = "$.nodes[" + std::to_string(definition.nodes.size()) + "]";
    definition.nodes.push_back({node.id, "test", "", {}, path});
  }
  for (const TestEdge& edge : flow.edges) {
    EdgeDefinition written;
    const std::size_t dot = edge.from.find('.');
    written.source = edge.from.substr(0, dot);
    if (dot != std::string::npos) written.source_handle = edge.from.substr(dot + 1);
    written.target = edge.to;
    written.max_iterations = edge.max_iterations;
    written.priority = edge.priority;
    if (!edge.condition.empty()) written.condition = edge.condition;
    written.path = "$.edges[" + std::to_string(definition.edges.size()) + "]";
    definition.edges.push_back(std::move(written));
  }
  return definition;
}

std::shared_ptr<Program> program_of(const TestFlow& flow) {
  const FlowDefinition definition = definition_of(flow);
  const auto shape_of = [&](const NodeDefinition& node) {
    NodeShape shape;
    shape.known = true;
    shape.starts_flow = node.type == "trigger";
    shape.handles = {"default"};
    if (const TestNode* test = find(flow, node.id)) {
      shape.handles = test->handles;
      shape.join = test->join;
      shape.join_count = test->join_count;
    }
    return shape;
  };
  auto program = std::make_shared<Program>();
  Problems problems;
  program->flow_name = "test";
  program->version = 3;
  program->plan = build_plan(definition, shape_of, problems);
  for (const Problem& problem : problems.errors) ADD_FAILURE() << problem.path << problem.message;
  for (const PlanNode& node : program->plan.nodes) {
    ProgramNode compiled;
    if (const TestNode* test = find(flow, node.id)) {
      compiled.decide = std::make_unique<ScriptedNode>(test->script);
      compiled.calls_out = true;
      const auto error = node.handle("error");
      if (error && !node.out[*error].empty()) compiled.on_error = OnError::branch;
      if (test->adjust) test->adjust(compiled);
    }
    program->nodes.push_back(std::move(compiled));
  }
  for (const PlanEdge& edge : program->plan.edges) {
    const Json& condition = definition.edges[edge.definition].condition;
    auto& compiled = program->edge_conditions.emplace_back();
    if (!condition.is_null()) compiled = expr::Condition::compile(condition).value();
  }
  return program;
}

Script leaves_as_told() {
  return {.run = [](const NodeContext&) { return Call{some_request()}; },
          .resume =
              [](const NodeContext&, const CallResult& result) {
                Finish finish;
                finish.handles = split(std::get<CallReply>(result).body);
                return finish;
              },
          .wake = {}};
}

Script returns(Json output) { return leaves_by({"default"}, std::move(output)); }

Script leaves_by(std::vector<std::string> handles, Json output) {
  Script script;
  script.run = [handles, output](const NodeContext&) {
    Finish finish;
    finish.handles = handles;
    finish.output = output;
    return finish;
  };
  return script;
}

Script ends(bool terminate, Json output, bool cancelled) {
  Script script;
  script.run = [=](const NodeContext&) { return EndRun{cancelled, terminate, output}; };
  return script;
}

Script fails(std::string code, ErrorClass error_class) {
  Script script;
  script.run = [=](const NodeContext&) {
    NodeError error;
    error.code = code;
    error.message = "as scripted";
    error.error_class = error_class;
    return error;
  };
  return script;
}

Script sleeps_until(Timestamp until) {
  Script script;
  script.run = [until](const NodeContext&) { return Sleep{until}; };
  return script;
}

Script assigns(std::vector<Assignment> assignments) {
  Script script;
  script.run = [assignments](const NodeContext&) {
    Finish finish;
    finish.assignments = assignments;
    return finish;
  };
  return script;
}

Script evaluates(const std::string& text) {
  Script script;
  script.run = [text](const NodeContext& context) -> Decision {
    auto value = expr::Template::compile(Json(text))->evaluate(context.scope, context.budget);
    if (!value) return to_node_error(value.error());
    Finish finish;
    finish.output = *std::move(value);
    return finish;
  };
  return script;
}

Script calls_out() {
  Script script;
  script.run = [](const NodeContext& context) {
    Call call{some_request()};
    call.request.idempotency_key = context.idempotency_key;
    return call;
  };
  script.resume = [](const NodeContext&, const CallResult& result) -> Decision {
    if (const auto* error = std::get_if<NodeError>(&result)) return *error;
    const auto& answer = std::get<CallReply>(result);
    if (answer.status >= 400) return status_error(answer.status, {});
    Finish finish;
    finish.output = Json(answer.body);
    return finish;
  };
  return script;
}

CallRequest some_request() {
  CallRequest request;
  request.what =
      HttpCall{.method = "POST", .url = "https://example.com/", .headers = {}, .body = "{}"};
  return request;
}

CallReply reply(int status, std::string body) { return {status, {}, std::move(body)}; }

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

ExecutionId some_execution(std::uint64_t random) {
  return {Id::make(1'700'000'000'000, Partition(3), random)};
}

Trigger trigger_of(ProgramPtr program, Json payload) {
  Trigger trigger;
  trigger.workspace = WorkspaceNumber(1);
  trigger.program = std::move(program);
  trigger.payload = make_document(std::move(payload));
  trigger.execution = some_execution();
  trigger.accepted_at = at(1'000);
  return trigger;
}

Recorded::Recorded(ProgramPtr program)
    : program_(std::move(program)),
      execution_(some_execution(), program_),
      replayed_(some_execution(), program_) {}

Turn Recorded::begin(Json payload) {
  return checked(execution_.begin(trigger_of(program_, std::move(payload)), at(1'000), jitter));
}

Turn Recorded::handle(const Event& event, std::int64_t now) {
  return checked(execution_.handle(event, at(now), jitter));
}

Turn Recorded::returned(const CallEffect& call, CallReply answer, std::int64_t now) {
  return handle(CallReturned{call.run, call.attempt, std::move(answer)}, now);
}

Turn Recorded::checked(Turn turn) {
  if (turn.empty()) {
    EXPECT_TRUE(turn.calls.empty() && turn.logs.empty() && !turn.answer)
        << "effect without a record";
    EXPECT_EQ(execution_.snapshot(), replayed_.snapshot()) << "an empty turn changed the state";
    return turn;
  }
  const std::string bytes = encode_record(turn.record);
  const auto decoded = decode_record(bytes);
  EXPECT_TRUE(decoded.has_value());
  EXPECT_EQ(encode_record(*decoded), bytes);
  const auto replayed = replayed_.replay(*decoded);
  EXPECT_TRUE(replayed.has_value()) << (replayed ? "" : replayed.error().message);
  const std::string snapshot = execution_.snapshot();
  EXPECT_EQ(snapshot, replayed_.snapshot()) << "replaying gives another state";
  auto restored = Execution::restore(some_execution(), program_, snapshot);
  EXPECT_TRUE(restored.has_value());
  if (restored) {
    EXPECT_EQ(restored->snapshot(), snapshot);
    replayed_ = *std::move(restored);
  }
  std::size_t opened = 0;
  for (const Change& change : turn.record.changes) {
    if (std::holds_alternative<CallOpened>(change)) ++opened;
  }
  EXPECT_EQ(opened, turn.calls.size()) << "every call has its record, and every record its call";
  records_.push_back(turn.record);
  return turn;
}

std::vector<std::string> Recorded::ended() const {
  std::vector<std::string> names;
  for (const TurnRecord& record : records_) {
    for (const Change& change : record.changes) {
      if (const auto* ended = std::get_if<NodeEnded>(&change)) names.push_back(name_of(ended->run));
    }
  }
  return names;
}

const NodeEnded* Recorded::last(std::string_view node) const {
  const NodeEnded* found = nullptr;
  for (const TurnRecord& record : records_) {
    for (const Change& change : record.changes) {
      const auto* ended = std::get_if<NodeEnded>(&change);
      if (ended != nullptr && program_->plan.nodes[ended->run.node].id == node) found = ended;
    }
  }
  return found;
}

std::string Recorded::name_of(NodeRunKey key) const {
  return program_->plan.nodes[key.node].id + "#" + std::to_string(key.iteration);
}

}  // namespace millrace::testing
