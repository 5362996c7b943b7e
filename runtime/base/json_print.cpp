// JSON text from values.
#include "runtime/base/assert.hpp"
#include "runtime/base/json.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace millrace {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
/// Parsed values are at most limits::json_depth_max deep, built ones little more; this guards the
/// stack.
constexpr int print_depth_max = 1'000;

template <class Integer>
void append_integer(std::string& out, Integer number) {
  std::array<char, 24> buffer;
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  MR_ASSERT(failure == std::errc());
  out.append(buffer.data(), end);
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  std::array<char, 32> buffer;
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  MR_ASSERT(failure == std::errc());
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  out.append(digits);
  if (digits.find_first_of(".e") == std::string_view::npos) out.append(".0");
}

void append_value(std::string& out, const Json& value, int depth) {
  MR_ASSERT(depth < print_depth_max);
  switch (value.kind()) {
    case boost::json::kind::null:
      out.append("null");
      return;
    case boost::json::kind::bool_:
      out.append(value.get_bool() ? "true" : "false");
      return;
    case boost::json::kind::int64:
      append_integer(out, value.get_int64());
      return;
    case boost::json::kind::uint64:
      append_integer(out, value.get_uint64());
      return;
    case boost::json::kind::double_:
      append_double(out, value.get_double());
      return;
    case boost::json::kind::string:
      append_json_string(out, value.get_string());
      return;
    case boost::json::kind::array: {
      char before = '[';
      for (const Json& item : value.get_array()) {
        out.push_back(before);
        append_value(out, item, depth + 1);
        before = ',';
      }
      out.append(before == '[' ? "[]" : "]");
      return;
    }
    case boost::json::kind::object: {
      char before = '{';
      for (const auto& member : value.get_object()) {
        out.push_back(before);
        append_json_string(out, member.key());
        out.push_back(':');
        append_value(out, member.value(), depth + 1);
        before = ',';
      }
      out.append(before == '{' ? "{}" : "}");
      return;
    }
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    out.push_back('\\');
    switch (c) {
      case '"':
      case '\\':
        out.push_back(c);
        break;
      case '\b':
        out.push_back('b');
        break;
      case '\f':
        out.push_back('f');
        break;
      case '\n':
        out.push_back('n');
        break;
      case '\r':
        out.push_back('r');
        break;
      case '\t':
        out.push_back('t');
        break;
      default:
        out.append("u00");
        out.push_back(hex_digits[byte >> 4]);
        out.push_back(hex_digits[byte & 0xf]);
    }
  }
  out.append(text, copied);
  out.push_back('"');
}

void append_json(std::string& out, const Json& value) { append_value(out, value, 0); }

std::string print_json(const Json& value) {
  std::string text;
  append_json(text, value);
  return text;
}

}  // namespace millrace
