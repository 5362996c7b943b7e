// A bench for kinds: data in, problems or a decision out.
#pragma once

#include "runtime/base/assert.hpp"
#include "runtime/nodes/registry.hpp"
#include "tests/support/test_scope.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::testing {

inline const Timestamp test_now = *parse_rfc3339("2026-05-09T10:00:00Z");

inline NodeDefinition node_of(std::string_view type, std::string_view data) {
  NodeDefinition node;
  node.id = "n";
  node.type = type;
  node.path = "$.nodes[2]";
  node.data = json_of(data).as_object();
  return node;
}

inline Problems problems_of(std::string_view type, std::string_view data) {
  Problems problems;
  find_kind(type)->compile(node_of(type, data), problems);
  return problems;
}

/// `path code` of each error, in order; paths without the node's own part.
inline std::vector<std::string> errors_of(std::string_view type, std::string_view data) {
  constexpr std::string_view own = "$.nodes[2].data";
  std::vector<std::string> errors;
  for (const Problem& problem : problems_of(type, data).errors) {
    const bool inside = problem.path.starts_with(own);
    errors.push_back((inside ? problem.path.substr(own.size()) : problem.path) + " " +
                     problem.code);
  }
  return errors;
}

/// One compiled node and the world it runs in.
class Bench {
 public:
  Bench(std::string_view type, std::string_view data, std::string_view roots = "{}")
      : scope_(roots) {
    Problems problems;
    compiled_ = find_kind(type)->compile(node_of(type, data), problems);
    for (const Problem& problem : problems.errors) {
      first_error_ = problem.path + " " + problem.code + " " + problem.message;
      break;
    }
    MR_ASSERT(compiled_ != nullptr && first_error_.empty());
  }

  Bench& channel(std::string_view name) {
    channel_ = name;
    return *this;
  }
  Bench& key(std::string_view key) {
    key_ = key;
    return *this;
  }
  Bench& inputs(std::vector<std::pair<std::string_view, Json>> inputs) {
    inputs_ = std::move(inputs);
    return *this;
  }

  Decision run() {
    return with_context([&](const NodeContext& context) { return compiled_->run(context); });
  }
  Decision resume(const CallResult& result) {
    return with_context(
        [&](const NodeContext& context) { return compiled_->resume(context, result); });
  }
  Decision wake() {
    return with_context([&](const NodeContext& context) { return compiled_->wake(context); });
  }

 private:
  template <class Step>
  Decision with_context(Step step) {
    std::vector<const Json*> values;
    std::vector<std::string_view> names;
    for (const auto& [name, value] : inputs_) {
      names.push_back(name);
      values.push_back(&value);
    }
    expr::Budget budget;
    return step(NodeContext{scope_, budget, test_now, channel_, values, names, key_,
                            Duration{limits::node_timeout_default}});
  }

  TestScope scope_;
  std::unique_ptr<const CompiledNode> compiled_;
  std::string first_error_;
  std::string channel_;
  std::string key_ = "run:n:0";
  std::vector<std::pair<std::string_view, Json>> inputs_;
};

/// The decision as text: what a table can compare.
inline std::string shown(const Decision& decision) {
  if (const auto* finish = std::get_if<Finish>(&decision)) {
    std::string handles;
    for (const std::string& handle : finish->handles) {
      handles += (handles.empty() ? "" : ",") + handle;
    }
    return handles + " " + print_json(finish->output);
  }
  if (const auto* error = std::get_if<NodeError>(&decision)) {
    return "error " + error->code + " " + std::string(to_string(error->error_class)) +
           (error->retryable ? " retryable" : "");
  }
  if (const auto* sleep = std::get_if<Sleep>(&decision)) return "sleep " + to_rfc3339(sleep->until);
  if (const auto* end = std::get_if<EndRun>(&decision)) {
    return std::string("end") + (end->cancelled ? " cancelled" : "") +
           (end->terminate ? " terminate" : "") + " " + print_json(end->output);
  }
  return "call";
}

}  // namespace millrace::testing
