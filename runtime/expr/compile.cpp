// Compiles JSON values with expressions inside.
#include "runtime/expr/compile.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/expr/parser.hpp"
#include "runtime/flow/problem.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace millrace::expr {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_constant(const NodePtr& node) { return std::holds_alternative<Constant>(node->what); }

template <class What>
NodePtr make(What what) {
  return std::make_unique<const Node>(Node{std::move(what)});
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

class Compiler {
 public:
  explicit Compiler(std::vector<std::string>& roots) : roots_(roots) {}

  /// Null after an error, which is in error().
  NodePtr compile(const Json& value, const std::string& at) {
    if (const auto* text = value.if_string()) return string(*text, at);
    if (!value.is_structured()) return make(Constant{value});
    if (++level_ > limits::json_depth_max) {
      error_ =
          Error{ErrorCode::expression,
                "nested more than " + std::to_string(limits::json_depth_max) + " levels deep", at};
      return nullptr;
    }
    NodePtr node = value.is_array() ? array(value, at) : object(value, at);
    --level_;
    return node;
  }

  Error& error() { return *error_; }

 private:
  NodePtr string(std::string_view text, const std::string& at) {
    Text parts;
    std::size_t done = 0;
    for (auto open = text.find("{{"); open != text.npos; open = text.find("{{", done)) {
      if (open > done) parts.parts.push_back(make(Constant{Json(text.substr(done, open - done))}));
      auto parsed = parse_expression(text, open + 2, true, roots_);
      if (parsed.has_error()) {
        error_ = std::move(parsed).error();
        error_->path = at;
        return nullptr;
      }
      done = parsed->end;
      const bool alone = is_blank(text.substr(0, open)) && is_blank(text.substr(done));
      if (alone) return std::move(parsed->tree);
      parts.parts.push_back(std::move(parsed->tree));
    }
    if (done == 0) return make(Constant{Json(text)});
    if (done < text.size()) parts.parts.push_back(make(Constant{Json(text.substr(done))}));
    return make(std::move(parts));
  }

  NodePtr array(const Json& value, const std::string& at) {
    List list;
    for (const Json& item : value.get_array()) {
      list.items.push_back(compile(item, item_path(at, list.items.size())));
      if (list.items.back() == nullptr) return nullptr;
    }
    if (std::all_of(list.items.begin(), list.items.end(), is_constant))
      return make(Constant{value});
    return make(std::move(list));
  }

  NodePtr object(const Json& value, const std::string& at) {
    Members members;
    for (const auto& member : value.get_object()) {
      NodePtr node = compile(member.value(), member_path(at, member.key()));
      if (node == nullptr) return nullptr;
      members.members.emplace_back(member.key(), std::move(node));
    }
    const bool constant =
        std::all_of(members.members.begin(), members.members.end(),
                    [](const auto& member) { return is_constant(member.second); });
    if (constant) return make(Constant{value});
    return make(std::move(members));
  }

  std::vector<std::string>& roots_;
  std::optional<Error> error_;
  int level_ = 0;
};

}  // namespace

Result<NodePtr> compile_template(const Json& value, std::string_view at,
                                 std::vector<std::string>& roots) {
  Compiler compiler(roots);
  NodePtr tree = compiler.compile(value, std::string(at));
  if (tree == nullptr) return std::move(compiler.error());
  return tree;
}

}  // namespace millrace::expr
