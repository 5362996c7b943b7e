// Evaluation, a function per kind of node.
#include "runtime/expr/evaluate.hpp"

#include "runtime/expr/filters.hpp"
#include "runtime/expr/template.hpp"
#include "runtime/expr/values.hpp"
#include "runtime/flow/problem.hpp"

#include <cmath>
#include <utility>

namespace millrace::expr {
namespace {

const Json null_value;

const Json* item_at(const Json& from, std::int64_t index) {
  const JsonArray* array = from.if_array();
  if (array == nullptr || index < 0 || static_cast<std::size_t>(index) >= array->size()) {
    return &null_value;
  }
  return array->data() + index;
}

const Json* member_at(const Json& from, std::string_view key) {
  const Json* member = find_member(from, key);
  return member == nullptr ? &null_value : member;
}

bool compare_by(BinaryOperator operation, const Json& left, const Json& right, Meter& meter) {
  if (operation == BinaryOperator::equal) return equal(left, right, meter);
  if (operation == BinaryOperator::not_equal) return !equal(left, right, meter);
  const std::partial_ordering ordering = order(left, right);
  if (operation == BinaryOperator::less) return ordering < 0;
  if (operation == BinaryOperator::less_equal) return ordering <= 0;
  if (operation == BinaryOperator::greater) return ordering > 0;
  return ordering >= 0;
}

}  // namespace

Evaluation::~Evaluation() { budget_.steps_left -= std::min(budget_.steps_left, meter_.steps()); }

const Json* Evaluation::value(const Node& node, Json& slot) {
  if (!meter_.step()) return nullptr;
  const Json* result =
      std::visit([&](const auto& what) { return of(what, node, slot); }, node.what);
  if (result == nullptr || meter_.failed()) {
    if (position_ == 0) position_ = node.position;
    return nullptr;
  }
  return result;
}

Result<Json> Evaluation::result(const Node& node) {
  Json copy;
  if (!copy_into(node, copy)) return take_error();
  return copy;
}

Error Evaluation::take_error() {
  Error error = std::move(meter_.error());
  if (!error.path.empty()) error.path.insert(0, "$");
  if (position_ != 0) error.message += " at position " + std::to_string(position_);
  return error;
}

bool Evaluation::copy_into(const Node& node, Json& to) {
  const Json* found = value(node, to);
  if (found == nullptr) return false;
  if (found == &to) return true;
  if (!pay_for_copy(*found, level_, meter_)) return false;
  to = *found;
  return true;
}

const Json* Evaluation::of(const Constant& constant, const Node&, Json&) { return &constant.value; }

const Json* Evaluation::of(const Path& path, const Node&, Json& slot) {
  if (!path.base) {
    const Json* root = scope_.root(path.root);
    return root == nullptr ? &null_value : walk(root, path);
  }
  Json made;
  const Json* base = value(*path.base, made);
  const Json* found = base == nullptr ? nullptr : walk(base, path);
  if (found == nullptr || base != &made) return found;
  if (!pay_for_copy(*found, level_, meter_)) return nullptr;
  slot = *found;
  return &slot;
}

const Json* Evaluation::walk(const Json* from, const Path& path) {
  for (const Segment& each : path.segments) {
    if (!meter_.step()) return nullptr;
    from = segment(*from, each);
    if (from == nullptr) return nullptr;
  }
  return from;
}

const Json* Evaluation::segment(const Json& from, const Segment& segment) {
  if (const auto* key = std::get_if<std::string>(&segment)) return member_at(from, *key);
  if (const auto* index = std::get_if<std::int64_t>(&segment)) return item_at(from, *index);
  Json made;
  const Json* name = value(*std::get<NodePtr>(segment), made);
  if (name == nullptr) return nullptr;
  if (const auto* key = name->if_string()) return member_at(from, *key);
  if (const auto* index = name->if_int64()) return item_at(from, *index);
  return &null_value;
}

const Json* Evaluation::of(const Unary& unary, const Node&, Json& slot) {
  Json made;
  const Json* operand = value(*unary.operand, made);
  if (operand == nullptr) return nullptr;
  if (unary.operation == UnaryOperator::invert) {
    slot = !truthy(*operand);
    return &slot;
  }
  const auto negated = negate(*operand);
  if (!negated) {
    meter_.fail("cannot negate " + std::string(type_name(*operand)));
    return nullptr;
  }
  slot = *negated;
  return &slot;
}

const Json* Evaluation::of(const Binary& binary, const Node&, Json& slot) {
  Json left_made;
  const Json* left = value(*binary.left, left_made);
  if (left == nullptr) return nullptr;
  const bool both = binary.operation == BinaryOperator::both;
  if (both || binary.operation == BinaryOperator::either) {
    bool holds = truthy(*left);
    if (holds == both) {
      const Json* right = value(*binary.right, left_made);
      if (right == nullptr) return nullptr;
      holds = truthy(*right);
    }
    slot = holds;
    return &slot;
  }
  Json right_made;
  const Json* right = value(*binary.right, right_made);
  if (right == nullptr) return nullptr;
  if (binary.operation == BinaryOperator::add) return sum(*left, *right, slot);
  if (binary.operation >= BinaryOperator::equal) {
    slot = compare_by(binary.operation, *left, *right, meter_);
    return &slot;
  }
  const auto number = calculate(binary.operation, *left, *right, meter_);
  if (!number) return nullptr;
  slot = *number;
  return &slot;
}

const Json* Evaluation::sum(const Json& left, const Json& right, Json& slot) {
  if (!left.is_string() && !right.is_string()) {
    const auto number = calculate(BinaryOperator::add, left, right, meter_);
    if (!number) return nullptr;
    slot = *number;
    return &slot;
  }
  if (!pay_for_copy(left, 0, meter_) || !pay_for_copy(right, 0, meter_)) return nullptr;
  boost::json::string joined;
  append_text(joined, left);
  append_text(joined, right);
  slot = std::move(joined);
  return &slot;
}

const Json* Evaluation::of(const Ternary& ternary, const Node&, Json& slot) {
  bool holds = false;
  {
    Json made;
    const Json* condition = value(*ternary.condition, made);
    if (condition == nullptr) return nullptr;
    holds = truthy(*condition);
  }
  return value(holds ? *ternary.when_true : *ternary.when_false, slot);
}

const Json* Evaluation::of(const Filter& filter, const Node&, Json& slot) {
  Json input_made;
  const Json* input = value(*filter.input, input_made);
  if (input == nullptr) return nullptr;
  Json argument_made;
  const Json* argument = nullptr;
  if (filter.argument) {
    argument = value(*filter.argument, argument_made);
    if (argument == nullptr) return nullptr;
  }
  const Json* result = apply_filter(filter.kind, *input, argument, slot, meter_);
  if (result == nullptr || result == &slot) return result;
  if (result == &input_made || result == &argument_made) {
    slot = std::move(result == &input_made ? input_made : argument_made);
    return &slot;
  }
  if (input != &input_made) return result;
  if (!pay_for_copy(*result, level_, meter_)) return nullptr;
  slot = *result;
  return &slot;
}

void Evaluation::step_out(const std::string& place) { meter_.error().path.insert(0, place); }

const Json* Evaluation::of(const List& list, const Node& node, Json& slot) {
  if (!meter_.make(list.items.size() * sizeof(Json))) return nullptr;
  JsonArray items;
  items.reserve(list.items.size());
  ++level_;
  for (const NodePtr& item : list.items) {
    if (!copy_into(*item, items.emplace_back(nullptr))) {
      if (node.position == 0) step_out(item_path("", items.size() - 1));
      return nullptr;
    }
  }
  --level_;
  slot = std::move(items);
  return &slot;
}

const Json* Evaluation::of(const Members& members, const Node&, Json& slot) {
  if (!meter_.make(members.members.size() * sizeof(Json))) return nullptr;
  JsonObject object;
  object.reserve(members.members.size());
  ++level_;
  for (const auto& [key, node] : members.members) {
    if (!copy_into(*node, object[key])) {
      step_out(member_path("", key));
      return nullptr;
    }
  }
  --level_;
  slot = std::move(object);
  return &slot;
}

const Json* Evaluation::of(const Text& text, const Node&, Json& slot) {
  boost::json::string joined;
  for (const NodePtr& part : text.parts) {
    Json made;
    const Json* found = value(*part, made);
    if (found == nullptr || !pay_for_copy(*found, 0, meter_)) return nullptr;
    append_text(joined, *found);
  }
  slot = std::move(joined);
  return &slot;
}

}  // namespace millrace::expr
