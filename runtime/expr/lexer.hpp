// Tokens of an expression, one at a time. Ends at the end of the text or, inside a template, at
// `}}`.
#pragma once

#include "runtime/base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::expr {

enum class TokenKind : std::uint8_t {
  end,
  close,  ///< `}}`
  name,   ///< also the words and, or, not, true, false, null: the parser knows where they are words
  literal,
  dot,
  comma,
  colon,
  question,
  pipe,
  plus,
  minus,
  star,
  slash,
  percent,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  both,
  either,
  open_paren,
  close_paren,
  open_bracket,
  close_bracket,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;   ///< of its first byte in the whole text
  std::string_view text{};  ///< as written
  Json literal{};           ///< the value of a number or string
};

class Lexer {
 public:
  /// Reads `text` from byte `offset` on. `text` outlives the lexer and its tokens.
  Lexer(std::string_view text, std::size_t offset) : text_(text), at_(offset) {}

  /// Error: expression, with the position.
  Result<Token> next();
  /// The byte behind the last token.
  std::size_t offset() const { return at_; }
  /// ` at position N`: characters from 1.
  std::string place(std::size_t offset) const;

 private:
  Result<Token> number();
  Result<Token> string();
  std::optional<std::string> escape(std::string& out);
  std::optional<std::uint32_t> code_unit();
  Token name();
  Error error_at(std::string message, std::size_t offset) const;

  std::string_view text_;
  std::size_t at_;
  bool after_dot_ = false;  ///< then digits are an index: `items.0.1` has two of them
};

}  // namespace millrace::expr
