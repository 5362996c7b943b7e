// Parts of a JSON text, cut out and not printed anew. One forward scan, no recursion.
#include "runtime/base/json_slice.hpp"

#include "runtime/base/assert.hpp"
#include "runtime/base/json.hpp"

#include <utility>

namespace millrace {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip_blanks(); }

  char peek() const {
    MR_ASSERT(at_ < text_.size());
    return text_[at_];
  }
  void expect(char c) {
    MR_ASSERT(peek() == c);
    ++at_;
    skip_blanks();
  }
  bool accept(char c) {
    if (peek() != c) return false;
    expect(c);
    return true;
  }
  std::string_view value() {
    const std::size_t begin = at_;
    const char first = peek();
    if (first == '"') {
      skip_string();
    } else if (first == '{' || first == '[') {
      skip_nested();
    } else {
      while (at_ < text_.size() && !ends_scalar(text_[at_])) ++at_;
    }
    const auto slice = text_.substr(begin, at_ - begin);
    skip_blanks();
    return slice;
  }

 private:
  static bool ends_scalar(char c) { return is_blank(c) || c == ',' || c == ']' || c == '}'; }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  void skip_string() {
    for (++at_; peek() != '"'; ++at_) {
      if (peek() == '\\') ++at_;
    }
    ++at_;
  }
  void skip_nested() {
    std::size_t depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (depth > 0);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string unescape_key(std::string_view quoted) {
  if (quoted.find('\\') == std::string_view::npos) {
    return std::string(quoted.substr(1, quoted.size() - 2));
  }
  const auto parsed = parse_json(quoted);
  MR_ASSERT(parsed.has_value() && parsed->is_string());
  return std::string(parsed->get_string());
}

}  // namespace

std::vector<JsonMemberText> member_texts(std::string_view object) {
  std::vector<JsonMemberText> members;
  Scanner scanner(object);
  scanner.expect('{');
  if (scanner.peek() == '}') return members;
  do {
    auto key = unescape_key(scanner.value());
    scanner.expect(':');
    members.push_back({std::move(key), scanner.value()});
  } while (scanner.accept(','));
  MR_ASSERT(scanner.peek() == '}');
  return members;
}

std::vector<std::string_view> item_texts(std::string_view array) {
  std::vector<std::string_view> items;
  Scanner scanner(array);
  scanner.expect('[');
  if (scanner.peek() == ']') return items;
  do {
    items.push_back(scanner.value());
  } while (scanner.accept(','));
  MR_ASSERT(scanner.peek() == ']');
  return items;
}

std::optional<std::string_view> member_text(std::string_view object, std::string_view key) {
  std::optional<std::string_view> found;
  for (const auto& member : member_texts(object)) {
    if (member.key == key) found = member.value;
  }
  return found;
}

bool stays_one_value(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  bool closed = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (!is_blank(c)) {
      if (closed || (depth == 0 && (c == ',' || c == '}' || c == ']'))) return false;
      if (c == '"') in_string = true;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') closed = --depth == 0;
    }
  }
  return depth == 0 && !in_string;
}

}  // namespace millrace
