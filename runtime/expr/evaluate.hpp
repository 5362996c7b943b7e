// Walks a compiled tree. Values are handed on by pointer and copied once, at the end; what an
// expression makes lives in the slot that its caller lends.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/expr/ast.hpp"
#include "runtime/expr/meter.hpp"
#include "runtime/expr/scope.hpp"

#include <string>

namespace millrace::expr {

/// One evaluation: of one expression, one template or one condition.
class Evaluation {
 public:
  Evaluation(const Scope& scope, Budget& budget) : scope_(scope), budget_(budget), meter_(budget) {}
  /// Takes what was spent off the turn's steps, which stop at zero.
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  /// The value of `node`: inside the scope, inside the tree, or in `slot`. Null pointer after an
  /// error.
  const Json* value(const Node& node, Json& slot);
  /// A copy of it. Error: expression; `path` is the place inside a template.
  Result<Json> result(const Node& node);

  Meter& meter() { return meter_; }
  /// The error that made value() return null.
  Error take_error();

 private:
  const Json* of(const Constant& constant, const Node& node, Json& slot);
  const Json* of(const Path& path, const Node& node, Json& slot);
  const Json* of(const Unary& unary, const Node& node, Json& slot);
  const Json* of(const Binary& binary, const Node& node, Json& slot);
  const Json* of(const Ternary& ternary, const Node& node, Json& slot);
  const Json* of(const Filter& filter, const Node& node, Json& slot);
  const Json* of(const List& list, const Node& node, Json& slot);
  const Json* of(const Members& members, const Node& node, Json& slot);
  const Json* of(const Text& text, const Node& node, Json& slot);

  const Json* walk(const Json* from, const Path& path);
  const Json* segment(const Json& from, const Segment& segment);
  const Json* sum(const Json& left, const Json& right, Json& slot);
  /// Evaluates `node` and puts a copy of its value into `to`.
  bool copy_into(const Node& node, Json& to);
  /// Puts `place`, a step of a JSON path, before the error's path.
  void step_out(const std::string& place);

  const Scope& scope_;
  Budget& budget_;
  Meter meter_;
  int level_ = 0;             ///< lists and objects around the value being made
  std::size_t position_ = 0;  ///< of the node that failed
};

}  // namespace millrace::expr
