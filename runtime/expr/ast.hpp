// The compiled tree of expressions and templates. Immutable once built; its height is bounded by
// limits::expression_depth_max and limits::json_depth_max, so walking it may recurse.
#pragma once

#include "runtime/base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace::expr {

struct Node;
using NodePtr = std::unique_ptr<const Node>;

enum class BinaryOperator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  remainder,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  both,
  either,
};
enum class UnaryOperator : std::uint8_t { negate, invert };
enum class FilterKind : std::uint8_t {
  default_value,
  upper,
  lower,
  trim,
  length,
  join,
  split,
  first,
  last,
  round,
  json,
  date,
};

struct Constant {
  Json value;
};
/// A key, an index, or an expression that yields one of them.
using Segment = std::variant<std::string, std::int64_t, NodePtr>;
struct Path {
  std::string root;  ///< used when `base` is null
  NodePtr base;
  std::vector<Segment> segments;
};
struct Unary {
  UnaryOperator operation;
  NodePtr operand;
};
struct Binary {
  BinaryOperator operation;
  NodePtr left;
  NodePtr right;
};
struct Ternary {
  NodePtr condition;
  NodePtr when_true;
  NodePtr when_false;
};
struct Filter {
  FilterKind kind;
  NodePtr input;
  NodePtr argument;  ///< null when none was given
};
/// `[a, b]` in an expression, and an array of a template.
struct List {
  std::vector<NodePtr> items;
};
/// An object of a template.
struct Members {
  std::vector<std::pair<std::string, NodePtr>> members;
};
/// A string of a template that is more than one expression: parts are joined as text.
struct Text {
  std::vector<NodePtr> parts;
};

struct Node {
  std::variant<Constant, Path, Unary, Binary, Ternary, Filter, List, Members, Text> what;
  std::size_t position = 0;  ///< character in the text it was read from, from 1; 0: no such text
  int height = 1;            ///< levels of the tree below and with this node
};

/// A tree and the roots that its paths begin with, each once, in order of appearance.
struct Compiled {
  NodePtr tree;
  std::vector<std::string> roots;
};

}  // namespace millrace::expr
