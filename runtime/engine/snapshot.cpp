// Snapshot bytes: format version, size of the plan, then every field of the state. An output that a
// token carries is written once, with its node, where it is still the node's last one.
#include "runtime/engine/snapshot.hpp"

#include "runtime/engine/codec_parts.hpp"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

/// Version 2 adds what version 1 has no place for: a pause, and results held during one. Written
/// only where there is any, so that all other snapshots stay as they were.
constexpr std::uint8_t plain_version = 1;
constexpr std::uint8_t paused_version = 2;
/// Version 3 is version 2 with its texts sealed.
constexpr std::uint8_t sealed_version = 3;

bool is_held(const LiveRun& run) { return run.stage == RunStage::held; }

/// How an output is written: not at all, by reference to the node's last result, or in full.
enum class OutputForm : std::uint8_t { none = 0, payload = 1, last_result = 2, inline_text = 3 };

}  // namespace

/// Reads and writes the private parts of Tokens; both directions side by side.
class TokensCodec {
 public:
  static void write(ByteWriter& out, const RunState& state) {
    const Tokens& tokens = state.tokens;
    for (const Tokens::NodeState& node : tokens.nodes_) {
      out.number(node.activations);
      out.boolean(node.fired);
    }
    for (const Token& mark : tokens.marks_) {
      out.boolean(mark.run.node != no_node);
      if (mark.run.node != no_node) write_token(out, state, mark);
    }
    out.number(tokens.back_counts_.size());
    for (const std::uint32_t count : tokens.back_counts_) out.number(count);
    write_runs(out, state, tokens.ready());
    write_runs(out, state, tokens.waiting());
    out.number(tokens.joining_.size());
    for (const NodeIndex node : tokens.joining_) out.number(node);
  }

  static void read(ByteReader& in, RunState& state) {
    Tokens& tokens = state.tokens;
    const Plan& plan = state.program->plan;
    for (Tokens::NodeState& node : tokens.nodes_) {
      node.activations = in.number_as<std::uint32_t>();
      node.fired = in.boolean();
    }
    for (std::size_t edge = 0; edge < tokens.marks_.size(); ++edge) {
      if (!in.boolean()) continue;
      tokens.marks_[edge] = read_token(in, state);
      ++tokens.nodes_[plan.edges[edge].target].taken;
    }
    if (in.number() != tokens.back_counts_.size()) in.fail();
    for (std::uint32_t& count : tokens.back_counts_) count = in.number_as<std::uint32_t>();
    tokens.ready_ = read_runs(in, state, true);
    tokens.waiting_ = read_runs(in, state, false);
    tokens.joining_.resize(in.count());
    for (NodeIndex& node : tokens.joining_) node = read_node(in, state);
  }

  static void write_output(ByteWriter& out, const RunState& state, NodeRunKey key,
                           const OutputPtr& output) {
    if (!output) return form(out, OutputForm::none);
    if (output.get() == &state.payload->root) return form(out, OutputForm::payload);
    if (key.node != no_node && state.results[key.node].output == output) {
      return form(out, OutputForm::last_result);
    }
    form(out, OutputForm::inline_text);
    write_json(out, *output);
  }

  static OutputPtr read_output(ByteReader& in, const RunState& state, NodeRunKey key) {
    switch (static_cast<OutputForm>(in.byte())) {
      case OutputForm::none:
        return {};
      case OutputForm::payload:
        if (state.payload) return {state.payload, &state.payload->root};
        break;
      case OutputForm::last_result:
        if (key.node < state.results.size()) return state.results[key.node].output;
        break;
      case OutputForm::inline_text:
        return std::make_shared<const Json>(read_json(in));
    }
    in.fail();
    return {};
  }

  static NodeIndex read_node(ByteReader& in, const RunState& state) {
    const auto node = in.number_as<NodeIndex>();
    if (node >= state.results.size()) in.fail();
    return in.ok() ? node : NodeIndex{0};
  }

 private:
  static void form(ByteWriter& out, OutputForm value) {
    out.byte(static_cast<std::uint8_t>(value));
  }

  static void write_token(ByteWriter& out, const RunState& state, const Token& token) {
    write_run_key(out, token.run);
    write_output(out, state, token.run, token.output);
  }

  static Token read_token(ByteReader& in, const RunState& state) {
    Token token;
    token.run.node = read_node(in, state);
    token.run.iteration = in.number_as<std::uint32_t>();
    token.output = read_output(in, state, token.run);
    return token;
  }

  static void write_runs(ByteWriter& out, const RunState& state, std::span<const LiveRun> runs) {
    out.number(runs.size());
    for (const LiveRun& run : runs) {
      write_run_key(out, run.key);
      out.number(run.inputs.size());
      for (const Token& input : run.inputs) write_token(out, state, input);
      out.byte(static_cast<std::uint8_t>(run.stage));
      out.boolean(run.join_failed);
      out.signed_number(run.attempt);
      out.time(run.started);
      out.time(run.due);
      out.boolean(run.request != nullptr);
      if (run.request) write_request(out, *run.request);
      if (is_held(run)) write_result(out, *run.result);
    }
  }

  static std::vector<LiveRun> read_runs(ByteReader& in, RunState& state, bool ready) {
    std::vector<LiveRun> runs(in.count());
    for (LiveRun& run : runs) {
      if (!in.ok()) break;
      run.key.node = read_node(in, state);
      run.key.iteration = in.number_as<std::uint32_t>();
      run.inputs.resize(in.count());
      for (Token& input : run.inputs) input = read_token(in, state);
      run.stage = static_cast<RunStage>(in.byte());
      if (run.stage < RunStage::ready || run.stage > RunStage::held) in.fail();
      if ((run.stage == RunStage::ready) != ready) in.fail();
      run.join_failed = in.boolean();
      run.attempt = in.integer();
      run.started = in.time();
      run.due = in.time();
      if (in.boolean()) run.request = std::make_unique<CallRequest>(read_request(in));
      if (run.stage == RunStage::calling && !run.request) in.fail();
      if (is_held(run)) run.result = std::make_unique<CallResult>(read_result(in));
      ++state.tokens.nodes_[run.key.node].live;
    }
    return runs;
  }
};

namespace {

void write_results(ByteWriter& out, const RunState& state) {
  for (const NodeResult& result : state.results) {
    out.byte(static_cast<std::uint8_t>(result.status));
    if (result.status == NodeRunStatus::running) continue;
    out.number(result.iteration);
    TokensCodec::write_output(out, state, {}, result.output);
    out.boolean(result.error != nullptr);
    if (result.error) write_error(out, *result.error);
  }
}

void read_results(ByteReader& in, RunState& state) {
  for (NodeResult& result : state.results) {
    const auto status = static_cast<NodeRunStatus>(in.byte());
    if (status < NodeRunStatus::running || status > NodeRunStatus::failed) in.fail();
    if (!in.ok() || status == NodeRunStatus::running) continue;
    result.status = status;
    result.iteration = in.number_as<std::uint32_t>();
    result.output = TokensCodec::read_output(in, state, {});
    if (in.boolean()) result.error = std::make_shared<const NodeError>(read_error(in));
  }
}

}  // namespace

std::string encode_snapshot(const RunState& state, const Redaction* seal) {
  ByteWriter out(256 + (state.payload ? state.payload->text.size() : 0), seal);
  const auto waiting = state.tokens.waiting();
  const bool plain =
      seal == nullptr && !state.paused && std::none_of(waiting.begin(), waiting.end(), is_held);
  out.byte(seal != nullptr ? sealed_version : plain ? plain_version : paused_version);
  out.number(state.program->plan.nodes.size());
  out.number(state.program->plan.edges.size());
  out.byte(static_cast<std::uint8_t>(state.status));
  out.number(state.turns);
  out.boolean(state.payload != nullptr);
  if (state.payload) out.text(state.payload->text);
  out.byte(static_cast<std::uint8_t>(state.trigger_type));
  out.text(state.channel);
  out.number(state.node_runs);
  out.number(state.value_bytes);
  out.time(state.started);
  out.boolean(state.answered);
  out.boolean(state.cancelled);
  write_json(out, state.vars);
  write_results(out, state);
  TokensCodec::write_output(out, state, {}, state.end_output);
  write_optional(out, state.error, write_error);
  out.text(state.output);
  TokensCodec::write(out, state);
  if (!plain) out.boolean(state.paused);
  return out.take();
}

Result<void> decode_snapshot(std::string_view bytes, RunState& state, const Redaction* redaction) {
  const Error corrupt{ErrorCode::corrupt,
                      "A snapshot cannot be read or is of another flow version."};
  ByteReader in(bytes);
  const std::uint8_t version = in.byte();
  if (version < plain_version || version > sealed_version) return corrupt;
  if (version == sealed_version) in.unseal(redaction);
  if (in.number() != state.program->plan.nodes.size()) return corrupt;
  if (in.number() != state.program->plan.edges.size()) return corrupt;
  state.status = static_cast<RunStatus>(in.byte());
  if (to_string(state.status).empty()) return corrupt;
  state.turns = in.number_as<std::uint32_t>();
  if (in.boolean()) {
    auto payload = parse_document(std::string(in.text()), own_json_limits());
    if (!payload) return corrupt;
    state.payload = *std::move(payload);
  }
  state.trigger_type = static_cast<TriggerType>(in.byte());
  state.channel = in.text();
  state.node_runs = in.number_as<std::uint32_t>();
  state.value_bytes = in.number();
  state.started = in.time();
  state.answered = in.boolean();
  state.cancelled = in.boolean();
  state.vars = read_json(in);
  if (!state.vars.is_object()) return corrupt;
  read_results(in, state);
  state.end_output = TokensCodec::read_output(in, state, {});
  if (in.boolean()) state.error = read_error(in);
  state.output = in.text();
  TokensCodec::read(in, state);
  if (version != plain_version) state.paused = in.boolean();
  if (!in.at_end() || (state.status == RunStatus::running && !state.payload)) return corrupt;
  return {};
}

}  // namespace millrace
