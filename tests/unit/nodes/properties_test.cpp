// Whatever data a client sends, every kind answers with problems or with a node that decides.
#include "tests/unit/nodes/bench.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>

namespace millrace {
namespace {

constexpr std::array texts{"",
                           "a",
                           "{{vars.a}}",
                           "{{",
                           "{{secrets.x}}",
                           "{{1 / 0}}",
                           "{{trigger}}",
                           "vars.a > 1",
                           "first",
                           "all",
                           "n",
                           "set",
                           "append",
                           "merge",
                           "increment",
                           "object",
                           "template",
                           "array",
                           "completed",
                           "POST",
                           "GET",
                           "form",
                           "json",
                           "text",
                           "none",
                           "binary",
                           "2xx",
                           "http://a.test/x",
                           "PT5M",
                           "P1Y",
                           "2026-05-09T10:14:22Z",
                           "eq",
                           "matches",
                           "(",
                           "is_set",
                           "execution",
                           "end",
                           "default",
                           "error",
                           "a\r\nb",
                           "\xc3\xa4"};

const Json& pick_text() {
  static const JsonArray list(texts.begin(), texts.end());
  return list[*rc::gen::inRange<std::size_t>(0, texts.size())];
}

std::string_view pick_key(const KindSpec& spec) {
  static constexpr std::array inner{"id",    "name",  "value", "mode",     "scope",
                                    "when",  "op",    "rules", "operator", "field",
                                    "retry", "label", "join",  "save_as",  "Content-Type"};
  const auto at = *rc::gen::inRange<std::size_t>(0, spec.fields.size() + inner.size());
  return at < spec.fields.size() ? spec.fields[at].name : inner[at - spec.fields.size()];
}

Json any_json(const KindSpec& spec, int depth) {
  switch (*rc::gen::inRange(depth > 0 ? 0 : 2, 8)) {
    case 0: {
      JsonObject object;
      const int members = *rc::gen::inRange(0, 5);
      for (int member = 0; member < members; ++member) {
        object[pick_key(spec)] = any_json(spec, depth - 1);
      }
      return object;
    }
    case 1: {
      JsonArray array;
      const int items = *rc::gen::inRange(0, 4);
      for (int item = 0; item < items; ++item) array.push_back(any_json(spec, depth - 1));
      return array;
    }
    case 2:
      return Json(*rc::gen::inRange<std::int64_t>(-2, 700));
    case 3:
      return Json(*rc::gen::element(0.5, -1.0, 1e300, 3.0));
    case 4:
      return Json(*rc::gen::arbitrary<bool>());
    case 5:
      return Json();
    default:
      return pick_text();
  }
}

/// Good data for each kind; what is random starts from it, so that much of it still compiles.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> good_data{{
    {"trigger", R"({"channel":"sms"})"},
    {"set", R"({"assignments":[{"name":"a","value":"{{vars.a}}"}]})"},
    {"transform", R"({"fields":{"a":"{{vars.a}}"}})"},
    {"condition", R"({"conditions":{"rules":[{"field":"{{vars.a}}","operator":"is_set"}]}})"},
    {"switch", R"({"value":"{{vars.a}}","cases":[{"id":"x","value":5},{"id":"y","value":6}]})"},
    {"delay", R"({"seconds":5})"},
    {"http_request", R"({"url":"http://a.test","headers":{"X":"{{vars.a}}"},"body":{"a":1}})"},
    {"send_message", R"({"body":"{{vars.a}}","to":"1"})"},
    {"respond", R"({"status":200,"headers":{"X":"1"},"body":{"a":1}})"},
    {"parallel", R"({"branches":[{"id":"x"},{"id":"y"}]})"},
    {"join", R"({"merge":"array"})"},
    {"end", R"({"output":"{{vars.a}}"})"},
    {"fail", R"({"code":"A"})"},
    {"log", R"({"message":"{{vars.a}}"})"},
    {"note", "{}"},
    {"group", "{}"},
}};

/// Puts something random somewhere inside `value`.
void disturb(Json& value, const KindSpec& spec) {
  const bool inside = *rc::gen::arbitrary<bool>();
  if (JsonObject* object = value.if_object(); object != nullptr && inside && !object->empty()) {
    const auto at = *rc::gen::inRange<std::size_t>(0, object->size());
    return disturb(std::next(object->begin(), static_cast<std::ptrdiff_t>(at))->value(), spec);
  }
  if (JsonArray* array = value.if_array(); array != nullptr && inside && !array->empty()) {
    return disturb((*array)[*rc::gen::inRange<std::size_t>(0, array->size())], spec);
  }
  value = any_json(spec, 3);
}

NodeDefinition any_node(const NodeKind& kind) {
  const KindSpec& spec = kind.spec();
  const auto* good = std::find_if(good_data.begin(), good_data.end(),
                                  [&](const auto& entry) { return entry.first == spec.name; });
  RC_ASSERT(good != good_data.end());
  NodeDefinition node = testing::node_of(spec.name, good->second);
  const int changes = *rc::gen::inRange(0, 4);
  for (int change = 0; change < changes; ++change) {
    const std::string key(pick_key(spec));
    if (node.data.contains(key)) {
      disturb(node.data.at(key), spec);
    } else {
      node.data[key] = any_json(spec, 3);
    }
  }
  return node;
}

bool is_upper_case(std::string_view code) {
  return !code.empty() && std::all_of(code.begin(), code.end(), [](char character) {
    return (character >= 'A' && character <= 'Z') || character == '_';
  });
}

void check(const Problem& problem, const NodeDefinition& node) {
  RC_ASSERT(problem.path.starts_with(node.path));
  RC_ASSERT(is_upper_case(problem.code));
  RC_ASSERT(!problem.message.empty());
}

void check_kind(const NodeKind& kind) {
  const NodeDefinition node = any_node(kind);
  RC_LOG(std::string(kind.spec().name) + " " + print_json(node.data) + "\n");
  const NodeShape shape = shape_of(node);
  Problems problems;
  const auto compiled = kind.compile(node, problems);
  for (const Problem& problem : problems.errors) check(problem, node);
  for (const Problem& problem : problems.warnings) check(problem, node);
  if (!problems.errors.empty()) return;
  RC_ASSERT(compiled != nullptr);

  const testing::TestScope scope(R"({"vars":{"a":5},"trigger":{"list":[1,{"k":"v"}]}})");
  expr::Budget budget;
  const NodeContext context{scope, budget, testing::test_now, "sms", {},
                            {},    "key",  Duration{1'000}};
  const Decision decision = compiled->run(context);
  if (const auto* finish = std::get_if<Finish>(&decision)) {
    for (const std::string& handle : finish->handles) {
      RC_ASSERT(kind.spec().on_canvas_only || std::find(shape.handles.begin(), shape.handles.end(),
                                                        handle) != shape.handles.end());
    }
  }
  if (std::holds_alternative<Call>(decision)) {
    const int status = *rc::gen::inRange(100, 600);
    compiled->resume(context, CallReply{status, {{"content-type", "application/json"}}, "{\"a\""});
  }
  if (std::holds_alternative<Sleep>(decision)) compiled->wake(context);
}

RC_GTEST_PROP(NodesProperty, AnyDataIsRefusedWithItsPathsOrDecides, ()) {
  for (const NodeKind* kind : all_kinds()) check_kind(*kind);
}

}  // namespace
}  // namespace millrace
