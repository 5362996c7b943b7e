// The grammar of the header, a function per rule. After the first error every rule returns null.
#include "runtime/expr/parser.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/base/utf8.hpp"
#include "runtime/expr/filters.hpp"
#include "runtime/expr/lexer.hpp"
#include "runtime/expr/values.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace millrace::expr {
namespace {

int height_of(const NodePtr& node) { return node ? node->height : 0; }

std::optional<BinaryOperator> comparison_of(TokenKind kind) {
  if (kind == TokenKind::equal) return BinaryOperator::equal;
  if (kind == TokenKind::not_equal) return BinaryOperator::not_equal;
  if (kind == TokenKind::less) return BinaryOperator::less;
  if (kind == TokenKind::less_equal) return BinaryOperator::less_equal;
  if (kind == TokenKind::greater) return BinaryOperator::greater;
  if (kind == TokenKind::greater_equal) return BinaryOperator::greater_equal;
  return std::nullopt;
}

std::optional<BinaryOperator> sum_of(TokenKind kind) {
  if (kind == TokenKind::plus) return BinaryOperator::add;
  if (kind == TokenKind::minus) return BinaryOperator::subtract;
  return std::nullopt;
}

std::optional<BinaryOperator> product_of(TokenKind kind) {
  if (kind == TokenKind::star) return BinaryOperator::multiply;
  if (kind == TokenKind::slash) return BinaryOperator::divide;
  if (kind == TokenKind::percent) return BinaryOperator::remainder;
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::string_view text, std::size_t offset, bool in_braces, std::vector<std::string>& roots)
      : text_(text), start_(offset), in_braces_(in_braces), lexer_(text, offset), roots_(roots) {
    advance();
  }

  Result<Parsed> run() {
    const TokenKind last = in_braces_ ? TokenKind::close : TokenKind::end;
    if (!error_ && token_.kind == last) refuse("expected an expression");
    NodePtr tree = ternary();
    if (!error_ && token_.kind != last) unexpected();
    if (error_) return *std::move(error_);
    return Parsed{std::move(tree), lexer_.offset()};
  }

 private:
  /// Counts recursion for as long as it lives.
  struct Level {
    explicit Level(Parser& parser) : depth(parser.depth_) {
      if (++depth > limits::expression_depth_max) parser.refuse("the expression nests too deeply");
    }
    ~Level() { --depth; }
    int& depth;
  };

  void advance() {
    if (error_) return;
    auto next = lexer_.next();
    if (next.has_error()) {
      error_ = std::move(next).error();
      return;
    }
    token_ = *std::move(next);
    if (token_.offset - start_ > limits::expression_bytes_max) {
      refuse_at(
          "an expression of more than " + std::to_string(limits::expression_bytes_max) + " bytes",
          start_);
    }
  }

  bool take(TokenKind kind) {
    if (error_ || token_.kind != kind) return false;
    advance();
    return true;
  }

  bool take_word(std::string_view word) {
    if (error_ || token_.kind != TokenKind::name || token_.text != word) return false;
    advance();
    return true;
  }

  void expect(TokenKind kind, std::string_view spelling) {
    if (!take(kind)) unexpected(" where '" + std::string(spelling) + "' is expected");
  }

  void refuse(std::string message) { refuse_at(std::move(message), token_.offset); }

  void refuse_at(std::string message, std::size_t offset) {
    if (!error_) {
      error_ = Error{ErrorCode::expression, std::move(message) + lexer_.place(offset)};
    }
  }

  void unexpected(const std::string& more = {}) {
    if (token_.kind == TokenKind::end && in_braces_) {
      return refuse_at("'{{' without closing '}}'", start_ - 2);
    }
    if (token_.kind == TokenKind::end) return refuse("the expression ends too early" + more);
    refuse("unexpected '" + std::string(token_.text) + "'" + more);
  }

  template <class What>
  NodePtr make(What what, std::size_t offset, int height_below) {
    if (error_) return nullptr;
    if (height_below >= limits::expression_depth_max) {
      refuse_at("the expression nests too deeply", offset);
      return nullptr;
    }
    const std::size_t position = 1 + utf8_count(text_.substr(0, offset));
    return std::make_unique<const Node>(Node{std::move(what), position, height_below + 1});
  }

  NodePtr binary(BinaryOperator operation, NodePtr left, NodePtr right, std::size_t offset) {
    const int below = std::max(height_of(left), height_of(right));
    return make(Binary{operation, std::move(left), std::move(right)}, offset, below);
  }

  NodePtr ternary() {
    const Level level(*this);
    if (error_) return nullptr;
    NodePtr condition = either();
    const std::size_t offset = token_.offset;
    if (!take(TokenKind::question)) return condition;
    NodePtr when_true = ternary();
    expect(TokenKind::colon, ":");
    NodePtr when_false = ternary();
    const int below = std::max({height_of(condition), height_of(when_true), height_of(when_false)});
    return make(Ternary{std::move(condition), std::move(when_true), std::move(when_false)}, offset,
                below);
  }

  NodePtr either() {
    NodePtr left = both();
    while (!error_) {
      const std::size_t offset = token_.offset;
      if (!take(TokenKind::either) && !take_word("or")) break;
      left = binary(BinaryOperator::either, std::move(left), both(), offset);
    }
    return left;
  }

  NodePtr both() {
    NodePtr left = inverted();
    while (!error_) {
      const std::size_t offset = token_.offset;
      if (!take(TokenKind::both) && !take_word("and")) break;
      left = binary(BinaryOperator::both, std::move(left), inverted(), offset);
    }
    return left;
  }

  NodePtr inverted() {
    const Level level(*this);
    const std::size_t offset = token_.offset;
    if (!take_word("not")) return comparison();
    NodePtr operand = inverted();
    const int below = height_of(operand);
    return make(Unary{UnaryOperator::invert, std::move(operand)}, offset, below);
  }

  NodePtr comparison() {
    NodePtr left = sum();
    const std::size_t offset = token_.offset;
    const auto operation = comparison_of(token_.kind);
    if (error_ || !operation) return left;
    advance();
    left = binary(*operation, std::move(left), sum(), offset);
    if (!error_ && comparison_of(token_.kind))
      refuse("comparisons do not chain; join them with `and`");
    return left;
  }

  NodePtr sum() {
    NodePtr left = product();
    while (!error_) {
      const std::size_t offset = token_.offset;
      const auto operation = sum_of(token_.kind);
      if (!operation) break;
      advance();
      left = binary(*operation, std::move(left), product(), offset);
    }
    return left;
  }

  NodePtr product() {
    NodePtr left = with_sign(&Parser::filtered);
    while (!error_) {
      const std::size_t offset = token_.offset;
      const auto operation = product_of(token_.kind);
      if (!operation) break;
      advance();
      left = binary(*operation, std::move(left), with_sign(&Parser::filtered), offset);
    }
    return left;
  }

  /// `-` before what `operand` reads; before a number literal it is a part of the literal.
  NodePtr with_sign(NodePtr (Parser::*operand)()) {
    const Level level(*this);
    if (error_) return nullptr;
    const std::size_t offset = token_.offset;
    if (!take(TokenKind::minus)) return (this->*operand)();
    if (auto negated = negate(token_.literal); token_.kind == TokenKind::literal && negated) {
      token_.literal = *std::move(negated);
      return (this->*operand)();
    }
    NodePtr inner = with_sign(operand);
    const int below = height_of(inner);
    return make(Unary{UnaryOperator::negate, std::move(inner)}, offset, below);
  }

  NodePtr filtered() {
    NodePtr input = path();
    while (take(TokenKind::pipe)) {
      const std::size_t offset = token_.offset;
      const FilterRule* rule = token_.kind == TokenKind::name ? find_filter(token_.text) : nullptr;
      if (rule == nullptr) {
        refuse("unknown filter '" + std::string(token_.text) + "'; there are " + filter_names());
        return nullptr;
      }
      advance();
      NodePtr argument;
      if (rule->argument != FilterArgument::none && take(TokenKind::colon)) {
        argument = with_sign(&Parser::path);
      } else if (rule->argument == FilterArgument::required) {
        refuse_at("filter '" + std::string(rule->name) + "' needs an argument after ':'", offset);
      }
      const int below = std::max(height_of(input), height_of(argument));
      input = make(Filter{rule->kind, std::move(input), std::move(argument)}, offset, below);
    }
    return input;
  }

  NodePtr path() {
    const std::size_t offset = token_.offset;
    Path path;
    int below = 0;
    if (token_.kind == TokenKind::name && token_.text != "true" && token_.text != "false" &&
        token_.text != "null" && token_.text != "not" && token_.text != "and" &&
        token_.text != "or") {
      path.root = token_.text;
      if (std::find(roots_.begin(), roots_.end(), path.root) == roots_.end()) {
        roots_.push_back(path.root);
      }
      advance();
    } else {
      path.base = primary();
      below = height_of(path.base);
    }
    while (!error_ && (token_.kind == TokenKind::dot || token_.kind == TokenKind::open_bracket)) {
      below = std::max(below, segment(path));
    }
    if (error_) return nullptr;
    if (path.base && path.segments.empty()) return std::move(path.base);
    return make(std::move(path), offset, below);
  }

  /// Reads `.name`, `.0`, `["key"]`, `[0]` or `[expression]`; the height of that expression.
  int segment(Path& path) {
    if (take(TokenKind::dot)) {
      const bool index = token_.kind == TokenKind::literal && token_.literal.is_int64();
      if (index) {
        path.segments.emplace_back(token_.literal.get_int64());
      } else if (token_.kind == TokenKind::name) {
        path.segments.emplace_back(std::string(token_.text));
      } else {
        unexpected(" where a name is expected");
      }
      advance();
      return 0;
    }
    advance();
    NodePtr inner = ternary();
    expect(TokenKind::close_bracket, "]");
    if (error_) return 0;
    if (const auto* constant = std::get_if<Constant>(&inner->what)) {
      if (constant->value.is_string()) {
        path.segments.emplace_back(std::string(constant->value.get_string()));
        return 0;
      }
      if (constant->value.is_int64()) {
        path.segments.emplace_back(constant->value.get_int64());
        return 0;
      }
    }
    const int height = inner->height;
    path.segments.emplace_back(std::move(inner));
    return height;
  }

  NodePtr primary() {
    const std::size_t offset = token_.offset;
    if (token_.kind == TokenKind::literal) {
      Json value = std::move(token_.literal);
      advance();
      return make(Constant{std::move(value)}, offset, 0);
    }
    if (take_word("true")) return make(Constant{true}, offset, 0);
    if (take_word("false")) return make(Constant{false}, offset, 0);
    if (take_word("null")) return make(Constant{nullptr}, offset, 0);
    if (take(TokenKind::open_paren)) {
      NodePtr inner = ternary();
      expect(TokenKind::close_paren, ")");
      return inner;
    }
    if (take(TokenKind::open_bracket)) return list(offset);
    unexpected();
    return nullptr;
  }

  NodePtr list(std::size_t offset) {
    List list;
    int below = 0;
    if (!take(TokenKind::close_bracket)) {
      do {
        list.items.push_back(ternary());
        below = std::max(below, height_of(list.items.back()));
      } while (take(TokenKind::comma));
      expect(TokenKind::close_bracket, "]");
    }
    return make(std::move(list), offset, below);
  }

  std::string_view text_;
  std::size_t start_;
  bool in_braces_;
  Lexer lexer_;
  std::vector<std::string>& roots_;
  Token token_;
  int depth_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Parsed> parse_expression(std::string_view text, std::size_t offset, bool in_braces,
                                std::vector<std::string>& roots) {
  return Parser(text, offset, in_braces, roots).run();
}

}  // namespace millrace::expr
