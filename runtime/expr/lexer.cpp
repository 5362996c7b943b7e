// Splits expression text into tokens.
#include "runtime/expr/lexer.hpp"

#include "runtime/base/utf8.hpp"

#include <charconv>
#include <utility>

namespace millrace::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
/// Letters, `_` and everything beyond ASCII.
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::pair<std::string_view, TokenKind> symbols[] = {
    {"}}", TokenKind::close},       {"==", TokenKind::equal},         {"!=", TokenKind::not_equal},
    {"<=", TokenKind::less_equal},  {">=", TokenKind::greater_equal}, {"&&", TokenKind::both},
    {"||", TokenKind::either},      {"<", TokenKind::less},           {">", TokenKind::greater},
    {".", TokenKind::dot},          {",", TokenKind::comma},          {":", TokenKind::colon},
    {"?", TokenKind::question},     {"|", TokenKind::pipe},           {"+", TokenKind::plus},
    {"-", TokenKind::minus},        {"*", TokenKind::star},           {"/", TokenKind::slash},
    {"%", TokenKind::percent},      {"(", TokenKind::open_paren},     {")", TokenKind::close_paren},
    {"[", TokenKind::open_bracket}, {"]", TokenKind::close_bracket},
};

void append_code_point(std::string& out, std::uint32_t code_point) {
  const auto push = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xc0 | code_point >> 6);
    push(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    push(0xe0 | code_point >> 12);
    push(0x80 | (code_point >> 6 & 0x3f));
    push(0x80 | (code_point & 0x3f));
  } else {
    push(0xf0 | code_point >> 18);
    push(0x80 | (code_point >> 12 & 0x3f));
    push(0x80 | (code_point >> 6 & 0x3f));
    push(0x80 | (code_point & 0x3f));
  }
}

}  // namespace

std::string Lexer::place(std::size_t offset) const {
  return " at position " + std::to_string(1 + utf8_count(text_.substr(0, offset)));
}

Error Lexer::error_at(std::string message, std::size_t offset) const {
  return Error{ErrorCode::expression, std::move(message) + place(offset)};
}

Result<Token> Lexer::next() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  const bool after_dot = std::exchange(after_dot_, false);
  if (at_ == text_.size()) return Token{TokenKind::end, at_};
  const char c = text_[at_];
  if (starts_name(c)) return name();
  if (is_digit(c)) {
    after_dot_ = after_dot;
    return number();
  }
  if (c == '"' || c == '\'') return string();
  for (const auto& [spelling, kind] : symbols) {
    if (!text_.substr(at_).starts_with(spelling)) continue;
    const Token token{kind, at_, text_.substr(at_, spelling.size())};
    at_ += spelling.size();
    after_dot_ = kind == TokenKind::dot;
    return token;
  }
  const std::string hint = c == '!'   ? "; write `not`"
                           : c == '=' ? "; write `==` to compare"
                           : c == '{' ? "; write {{ \"{{\" }} for literal braces"
                                      : "";
  return error_at("unexpected '" + std::string(1, c) + "'" + hint, at_);
}

Token Lexer::name() {
  const std::size_t start = at_;
  while (at_ < text_.size() && (starts_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
  return Token{TokenKind::name, start, text_.substr(start, at_ - start)};
}

Result<Token> Lexer::number() {
  const std::size_t start = at_;
  const bool index = std::exchange(after_dot_, false);
  const auto digits = [&] {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  };
  const auto digit_at = [&](std::size_t at) { return at < text_.size() && is_digit(text_[at]); };
  bool integer = true;
  digits();
  if (!index && digit_at(at_ + 1) && text_[at_] == '.') {
    integer = false;
    ++at_;
    digits();
  }
  if (!index && at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    const bool sign = at_ + 1 < text_.size() && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-');
    if (digit_at(at_ + (sign ? 2 : 1))) {
      integer = false;
      at_ += sign ? 2 : 1;
      digits();
    }
  }
  const std::string_view spelled = text_.substr(start, at_ - start);
  Token token{TokenKind::literal, start, spelled};
  std::uint64_t whole = 0;
  double real = 0;
  const char* last = spelled.data() + spelled.size();
  const auto failure = integer ? std::from_chars(spelled.data(), last, whole).ec
                               : std::from_chars(spelled.data(), last, real).ec;
  if (failure != std::errc()) return error_at("a number out of range", start);
  if (at_ < text_.size() && starts_name(text_[at_])) return error_at("a malformed number", start);
  if (!integer) {
    token.literal = real;
  } else if (std::in_range<std::int64_t>(whole)) {
    token.literal = static_cast<std::int64_t>(whole);
  } else {
    token.literal = whole;
  }
  return token;
}

Result<Token> Lexer::string() {
  const std::size_t start = at_;
  const char quote = text_[at_++];
  std::string value;
  while (at_ < text_.size() && text_[at_] != quote) {
    if (text_[at_] != '\\') {
      value.push_back(text_[at_++]);
      continue;
    }
    const std::size_t escape_start = at_;
    if (auto problem = escape(value)) return error_at(*std::move(problem), escape_start);
  }
  if (at_ == text_.size()) return error_at("a string without closing quote", start);
  ++at_;
  Token token{TokenKind::literal, start, text_.substr(start, at_ - start)};
  token.literal = value;
  return token;
}

std::optional<std::string> Lexer::escape(std::string& out) {
  constexpr std::string_view letters = "\"'\\/bfnrt";
  constexpr std::string_view meanings = "\"'\\/\b\f\n\r\t";
  ++at_;
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  const auto known = letters.find(c);
  if (known != std::string_view::npos) {
    out.push_back(meanings[known]);
    ++at_;
    return std::nullopt;
  }
  if (c != 'u') return "an unknown escape";
  const auto unit = code_unit();
  if (!unit) return "an escape that is not \\u and four hexadecimal digits";
  std::uint32_t code_point = *unit;
  if (code_point >= 0xdc00 && code_point <= 0xdfff) return "a lone surrogate";
  if (code_point >= 0xd800 && code_point <= 0xdbff) {
    if (!text_.substr(at_).starts_with("\\u")) return "a lone surrogate";
    ++at_;
    const auto low = code_unit();
    if (!low || *low < 0xdc00 || *low > 0xdfff) return "a lone surrogate";
    code_point = 0x10000 + ((code_point - 0xd800) << 10) + (*low - 0xdc00);
  }
  append_code_point(out, code_point);
  return std::nullopt;
}

std::optional<std::uint32_t> Lexer::code_unit() {
  const std::string_view digits = text_.substr(at_ + 1, 4);
  std::uint32_t unit = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  if (digits.size() != 4 || failure != std::errc() || end != digits.data() + 4) return std::nullopt;
  at_ += 5;
  return unit;
}

}  // namespace millrace::expr
