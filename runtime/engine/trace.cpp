// Two passes in one: node runs in order of their first change, with references resolved to what
// earlier runs left.
#include "runtime/engine/trace.hpp"

#include "runtime/base/crypto.hpp"
#include "runtime/engine/codec_parts.hpp"
#include "runtime/engine/program.hpp"

#include <map>
#include <set>
#include <utility>

namespace millrace {
namespace {

void append_body(std::string& out, const std::string& body) {
  if (!body.empty() && parse_json(body, own_json_limits())) {
    out += body;
  } else {
    append_json_string(out, body);
  }
}

std::string to_text(const HttpCall& call) {
  std::string text = R"({"method":)";
  append_json_string(text, call.method);
  text += R"(,"url":)";
  append_json_string(text, call.url);
  text += R"(,"headers":{)";
  for (std::size_t index = 0; index < call.headers.size(); ++index) {
    if (index > 0) text += ',';
    append_json_string(text, call.headers[index].first);
    text += ':';
    append_json_string(text, call.headers[index].second);
  }
  text += R"(},"body":)";
  append_body(text, call.body);
  return text + "}";
}

std::string to_text(const ChannelCall& call) {
  std::string text = R"({"channel":)";
  append_json_string(text, call.channel);
  text += R"(,"message":)";
  append_json(text, call.message);
  return text + "}";
}

std::string request_text(const CallRequest& request) {
  return std::visit([](const auto& call) { return to_text(call); }, request.what);
}

class TraceBuilder {
 public:
  explicit TraceBuilder(const Program& program) : program_(program) {}

  Trace build(std::span<const TurnRecord> records) {
    for (const TurnRecord& record : records) {
      at_ = record.at;
      for (const Change& change : record.changes) {
        std::visit([this](const auto& value) { add(value); }, change);
      }
    }
    for (NodeRunView& view : trace_.node_runs) {
      view.input = shown_value(std::move(view.input));
      view.output = shown_value(std::move(view.output));
    }
    trace_.trigger_payload = shown_value(std::move(trace_.trigger_payload));
    trace_.output = shown_value(std::move(trace_.output));
    return std::move(trace_);
  }

 private:
  NodeRunView* view_of(NodeRunKey key) {
    if (key.node >= program_.plan.nodes.size()) return nullptr;
    const auto [found, added] = places_.emplace(key, trace_.node_runs.size());
    if (added) {
      NodeRunView view;
      view.node_id = program_.plan.nodes[key.node].id;
      const NodeKind* kind = program_.nodes[key.node].kind;
      if (kind != nullptr) view.node_type = kind->spec().name;
      view.iteration = key.iteration;
      view.started = at_;
      trace_.node_runs.push_back(std::move(view));
    }
    return &trace_.node_runs[found->second];
  }

  /// The output of an earlier run; what the record holds no copy of is derived as the engine does.
  std::string output_of(NodeRunKey key) const {
    const auto found = places_.find(key);
    if (found == places_.end()) return {};
    return trace_.node_runs[found->second].output;
  }

  std::string resolve(const InputRefs& refs) const {
    if (refs.empty()) return trace_.trigger_payload;
    if (refs.size() == 1) return output_of(refs.front());
    std::string text = "{";
    for (const NodeRunKey& key : refs) {
      if (key.node >= program_.plan.nodes.size()) continue;
      if (text.size() > 1) text += ',';
      append_json_string(text, program_.plan.nodes[key.node].id);
      const std::string output = output_of(key);
      text += ':';
      text += output.empty() ? "null" : output;
    }
    return text + "}";
  }

  void add(const RunBegan& change) { trace_.trigger_payload = change.payload; }

  void add(const CallOpened& change) {
    NodeRunView* view = view_of(change.run);
    if (view == nullptr) return;
    view->status = NodeRunStatus::running;
    view->attempt = change.attempt;
    view->input = request_text(change.request);
    has_request_.insert(change.run);
  }

  void add(const SleepOpened& change) {
    NodeRunView* view = view_of(change.run);
    if (view == nullptr) return;
    view->status = NodeRunStatus::waiting;
    view->input = resolve(change.input);
  }

  void add(const AttemptFailed& change) {
    NodeRunView* view = view_of(change.run);
    if (view == nullptr) return;
    view->status = NodeRunStatus::waiting;
    view->attempt = change.error.attempt;
    view->error = change.error;
  }

  void add(const NodeEnded& change) {
    NodeRunView* view = view_of(change.run);
    if (view == nullptr) return;
    view->status = change.status;
    view->attempt = change.attempt;
    view->started = change.started;
    view->ended = change.ended;
    view->error = change.error;
    if (!has_request_.contains(change.run)) {
      view->input = resolve(change.input);
    }
    const bool passes = change.run.node == program_.plan.trigger ||
                        (program_.nodes[change.run.node].disabled && !change.error);
    view->output = passes && change.output.empty() ? resolve(change.input) : change.output;
  }

  void add(const PauseChanged&) {}
  void add(const ResultHeld&) {}

  void add(const RunEnded& change) {
    trace_.output = change.output;
    for (NodeRunView& view : trace_.node_runs) {
      if (view.ended) continue;
      NodeError error;
      error.node_id = view.node_id;
      error.code = "ABANDONED";
      error.message = "The run went on or ended without waiting for this.";
      error.error_class = ErrorClass::cancelled;
      error.attempt = view.attempt;
      view.status = NodeRunStatus::failed;
      view.error = std::move(error);
      view.ended = at_;
    }
  }

  const Program& program_;
  Trace trace_;
  Timestamp at_{};
  std::map<NodeRunKey, std::size_t> places_;  // in trace_.node_runs
  std::set<NodeRunKey> has_request_;
};

}  // namespace

std::string shown_value(std::string text) {
  if (text.size() <= limits::trace_value_bytes_max) return text;
  const Sha256 hash = sha256(text);
  const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
  return R"({"truncated":true,"bytes":)" + std::to_string(text.size()) + R"(,"sha256":")" +
         to_hex(bytes) + R"("})";
}

std::string shown_request(const CallRequest& request) { return shown_value(request_text(request)); }

Trace build_trace(const Program& program, std::span<const TurnRecord> records) {
  return TraceBuilder(program).build(records);
}

}  // namespace millrace
