// A pushdown scanner over the grammar of RFC 8259.
#include "runtime/base/json_scan.hpp"

#include "runtime/base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace millrace {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  Scanner(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  std::optional<Error> run() {
    skip_blanks();
    while (!error_) {
      const Step step = value();
      if (step == Step::opened) continue;
      if (error_ || !close_or_continue()) break;
    }
    return std::move(error_);
  }

 private:
  enum class Step { done, opened };
  struct Frame {
    bool object;
    std::size_t start;
    std::size_t members;
  };

  char front() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string place(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    const auto column = 1 + utf8_count(before.substr(line_start));
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
  }

  void refuse(std::string_view what, std::size_t offset) {
    if (error_) return;
    error_ = Error{ErrorCode::invalid_json,
                   "invalid JSON at " + place(offset) + ": " + std::string(what)};
  }

  void refuse_large(const std::string& what, std::size_t limit, std::size_t offset) {
    if (error_) return;
    error_ = Error{ErrorCode::too_large,
                   what + " at " + place(offset) + "; the limit is " + std::to_string(limit)};
  }

  /// Reads a scalar or an empty container whole; enters a container that has members.
  Step value() {
    const char c = front();
    if (c == '{' || c == '[') return open(c == '{');
    if (c == '"') {
      string();
    } else if (c == '-' || is_digit(c)) {
      number();
    } else {
      literal();
    }
    return Step::done;
  }

  Step open(bool object) {
    const std::size_t start = at_++;
    if (stack_.size() >= static_cast<std::size_t>(limits_.depth_max)) {
      refuse_large("JSON nested too deeply", static_cast<std::size_t>(limits_.depth_max), start);
      return Step::done;
    }
    skip_blanks();
    if (take(object ? '}' : ']')) return Step::done;
    stack_.push_back({object, start, 0});
    member();
    return Step::opened;
  }

  /// Counts one more member of the innermost container and reads its key.
  void member() {
    Frame& frame = stack_.back();
    ++frame.members;
    if (!frame.object) {
      if (frame.members > limits_.items_per_array_max) {
        refuse_large("JSON array with too many items", limits_.items_per_array_max, frame.start);
      }
      return;
    }
    if (frame.members > limits_.keys_per_object_max) {
      return refuse_large("JSON object with too many keys", limits_.keys_per_object_max,
                          frame.start);
    }
    if (front() != '"') return refuse("expected a key in double quotes", at_);
    string();
    skip_blanks();
    if (!take(':')) return refuse("expected ':' after a key", at_);
    skip_blanks();
  }

  /// After a value: true when another one follows.
  bool close_or_continue() {
    while (true) {
      skip_blanks();
      if (stack_.empty()) {
        if (at_ != text_.size()) refuse("unexpected text after the value", at_);
        return false;
      }
      const bool object = stack_.back().object;
      if (take(',')) {
        skip_blanks();
        member();
        return !error_;
      }
      if (!take(object ? '}' : ']')) {
        refuse(object ? "expected ',' or '}'" : "expected ',' or ']'", at_);
        return false;
      }
      stack_.pop_back();
    }
  }

  void literal() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return;
      }
    }
    refuse(at_ < text_.size() ? "expected a value" : "the text ends where a value is expected",
           at_);
  }

  void string() {
    const std::size_t start = at_++;
    while (!error_) {
      if (at_ >= text_.size()) return refuse("a string without closing quote", start);
      const char c = text_[at_];
      if (c == '"') break;
      if (c == '\\') {
        escape();
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return refuse("a control character inside a string; write it as \\u00XX", at_);
      } else {
        const std::size_t length = utf8_length(text_.substr(at_, 4));
        if (length == 0) return refuse("bytes that are not UTF-8", at_);
        at_ += length;
      }
    }
    const std::size_t bytes = at_ - start - 1;
    if (!error_ && bytes > limits_.string_bytes_max) {
      refuse_large("JSON string of " + std::to_string(bytes) + " bytes", limits_.string_bytes_max,
                   start);
    }
    ++at_;
  }

  void escape() {
    const std::size_t start = at_++;
    if (at_ < text_.size() && std::string_view("\"\\/bfnrt").find(text_[at_]) != text_.npos) {
      ++at_;
      return;
    }
    const auto unit = code_unit(start);
    if (!unit) return;
    if (*unit >= 0xdc00 && *unit <= 0xdfff) return refuse("a lone surrogate", start);
    if (*unit < 0xd800 || *unit > 0xdbff) return;
    if (!take('\\')) return refuse("a lone surrogate", start);
    const auto low = code_unit(start);
    if (low && (*low < 0xdc00 || *low > 0xdfff)) refuse("a lone surrogate", start);
  }

  std::optional<unsigned> code_unit(std::size_t start) {
    unsigned unit = 0;
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    if (front() == 'u' && digits.size() == 4) {
      const auto [end, failure] = std::from_chars(digits.data(), digits.data() + 4, unit, 16);
      if (failure == std::errc() && end == digits.data() + 4) {
        at_ += 5;
        return unit;
      }
    }
    refuse("an escape that JSON does not have", start);
    return std::nullopt;
  }

  bool digits() {
    const std::size_t start = at_;
    while (is_digit(front())) ++at_;
    return at_ > start;
  }

  void number() {
    const std::size_t start = at_;
    const bool negative = take('-');
    const bool zero = front() == '0';
    bool integer = true;
    if (!digits() || (zero && at_ - start > (negative ? 2U : 1U))) {
      return refuse("a malformed number", start);
    }
    if (take('.')) {
      integer = false;
      if (!digits()) return refuse("a malformed number", start);
    }
    if (take('e') || take('E')) {
      integer = false;
      if (!take('+')) take('-');
      if (!digits()) return refuse("a malformed number", start);
    }
    const std::string_view spelled = text_.substr(start, at_ - start);
    if (spelled.size() > limits_.number_chars_max) {
      return refuse_large("JSON number of " + std::to_string(spelled.size()) + " characters",
                          limits_.number_chars_max, start);
    }
    if (!in_range(spelled, integer, negative)) {
      refuse(integer ? "an integer beyond 64 bits; send it as a string" : "a number beyond double",
             start);
    }
  }

  static bool in_range(std::string_view spelled, bool integer, bool negative) {
    const char* first = spelled.data();
    const char* last = first + spelled.size();
    if (integer && negative) {
      std::int64_t value = 0;
      return std::from_chars(first, last, value).ec == std::errc();
    }
    if (integer) {
      std::uint64_t value = 0;
      return std::from_chars(first, last, value).ec == std::errc();
    }
    double value = 0;
    const bool tiny = spelled.find("e-") != spelled.npos || spelled.find("E-") != spelled.npos;
    return tiny || std::from_chars(first, last, value).ec == std::errc();
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::vector<Frame> stack_;
  std::optional<Error> error_;
};

}  // namespace

std::optional<Error> find_json_error(std::string_view text, const JsonLimits& limits) {
  return Scanner(text, limits).run();
}

}  // namespace millrace
