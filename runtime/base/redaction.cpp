// Seals are two characters of a private use area around 16 hexadecimal digits of the secret's name
// and a letter for its form; the first of the two in a text of others is sealed itself.
#include "runtime/base/redaction.hpp"

#include "runtime/base/crypto.hpp"
#include "runtime/base/json.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace millrace {
namespace {

constexpr std::array<std::string_view, 14> secret_headers{
    "api-key",        "apikey",         "authorization",
    "cookie",         "private-token",  "proxy-authorization",
    "set-cookie",     "x-access-token", "x-amz-security-token",
    "x-api-key",      "x-auth-token",   "x-csrf-token",
    "x-goog-api-key", "x-vault-token"};

constexpr std::string_view seal_begin = "\xEF\xA3\x91";
constexpr std::string_view seal_end = "\xEF\xA3\x92";
constexpr std::string_view literal_begin = "~";
constexpr std::size_t name_chars = 16;
constexpr std::size_t id_chars = name_chars + 1;

char lower(char sign) {
  return sign >= 'A' && sign <= 'Z' ? static_cast<char>(sign - 'A' + 'a') : sign;
}

bool same_name(std::string_view known, std::string_view name) {
  return known.size() == name.size() && std::ranges::equal(known, name, {}, lower, lower);
}

/// Masked, a number would leave no valid JSON behind.
bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

std::string name_id(std::string_view name) {
  const Sha256 hash = sha256(name);
  return to_hex({reinterpret_cast<const char*>(hash.data()), name_chars / 2});
}

std::string escaped_as_json(std::string_view text) {
  std::string quoted;
  append_json_string(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

/// As PHP writes JSON.
std::string with_escaped_slashes(std::string_view json) {
  std::string out;
  for (const char sign : json) (sign == '/' ? out += '\\' : out) += sign;
  return out;
}

/// As those write JSON who keep to ASCII: other characters as `\\u` and the digits of UTF-16.
std::string with_escaped_letters(std::string_view json) {
  std::string out;
  const auto escape = [&out](std::uint32_t unit) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += digits[unit >> shift & 15];
  };
  for (std::size_t at = 0; at < json.size();) {
    const auto first = static_cast<unsigned char>(json[at++]);
    if (first < 0x80) {
      out += static_cast<char>(first);
      continue;
    }
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    std::uint32_t code = first & (0x3Fu >> more);
    for (int i = 0; i < more && at < json.size(); ++i)
      code = code << 6 | (static_cast<unsigned char>(json[at++]) & 0x3Fu);
    if (code < 0x10000) {
      escape(code);
    } else {
      escape(0xD800 + ((code - 0x10000) >> 10));
      escape(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string percent_encoded(std::string_view text, std::string_view digits, bool plus) {
  constexpr std::string_view unreserved = "-._~";
  std::string out;
  for (const char sign : text) {
    const auto byte = static_cast<unsigned char>(sign);
    const bool alphanumeric = (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') ||
                              (sign >= 'a' && sign <= 'z');
    if (alphanumeric || unreserved.find(sign) != std::string_view::npos) {
      out += sign;
    } else if (plus && sign == ' ') {
      out += '+';
    } else {
      (out += '%').append({digits[byte >> 4], digits[byte & 15]});
    }
  }
  return out;
}

/// The characters of base64 that follow from `secret` alone when `offset` bytes stand before it.
std::string within_base64(std::string_view secret, std::size_t offset) {
  const std::string whole = to_base64(std::string(offset, '\0').append(secret));
  const std::size_t first = (offset * 8 + 5) / 6;
  const std::size_t last = (offset + secret.size()) * 8 / 6;
  return whole.substr(first, last - first);
}

std::string url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::uint32_t four_bytes(std::string_view text) {
  std::uint32_t word = 0;
  std::memcpy(&word, text.data(), sizeof word);
  return word;
}

std::size_t two_bytes(std::string_view text) {
  return static_cast<std::size_t>(static_cast<unsigned char>(text[0])) << 8 |
         static_cast<unsigned char>(text[1]);
}

std::string seal_of(std::string_view id) {
  return std::string(seal_begin).append(id).append(seal_end);
}

/// Calls `write` with the id of each seal, and appends what stands between them.
template <class Write>
std::string replace_seals(std::string_view sealed, Write write) {
  std::string out;
  for (;;) {
    const auto begin = sealed.find(seal_begin);
    out.append(sealed.substr(0, begin));
    if (begin == std::string_view::npos) return out;
    sealed.remove_prefix(begin + seal_begin.size());
    const auto end = sealed.find(seal_end);
    if (end != literal_begin.size() && end != id_chars) {
      out.append(seal_begin);
      continue;
    }
    const std::string_view id = sealed.substr(0, end);
    out.append(id == literal_begin ? seal_begin : write(id));
    sealed.remove_prefix(end + seal_end.size());
  }
}

}  // namespace

bool is_secret_header(std::string_view name) {
  return std::ranges::any_of(secret_headers,
                             [name](std::string_view known) { return same_name(known, name); });
}

bool is_secret(std::string_view value) {
  return value.size() >= secret_bytes_min && !is_number(value);
}

Redaction::Redaction(const std::vector<std::pair<std::string, std::string>>& secrets,
                     const std::vector<std::string>& headers)
    : headers_(headers) {
  for (const auto& [name, secret] : secrets) {
    if (!is_secret(secret)) continue;
    const std::string id = name_id(name);
    const std::string as_json = escaped_as_json(secret);
    add_form(id + 'r', secret);
    add_form(id + 'j', as_json);
    add_form(id + 'k', escaped_as_json(as_json));
    add_form(id + 'n', with_escaped_letters(as_json));
    add_form(id + 'o', escaped_as_json(with_escaped_letters(as_json)));
    add_form(id + 's', with_escaped_slashes(as_json));
    add_form(id + 'u', percent_encoded(secret, "0123456789ABCDEF", false));
    add_form(id + 'v', percent_encoded(secret, "0123456789abcdef", false));
    add_form(id + 'p', percent_encoded(secret, "0123456789ABCDEF", true));
    add_form(id + 'q', percent_encoded(secret, "0123456789abcdef", true));
    add_base64(id, secret);
  }
  for (auto& [start, needles] : needles_)
    std::ranges::stable_sort(needles, std::ranges::greater{},
                             [](const Needle& needle) { return needle.text.size(); });
}

void Redaction::add_base64(const std::string& name, std::string_view secret) {
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string text = within_base64(secret, offset);
    const std::string encoded = percent_encoded(text, "0123456789ABCDEF", false);
    add_form(name + static_cast<char>('a' + offset), text);
    add_form(name + static_cast<char>('A' + offset), url_alphabet(text));
    add_form(name + static_cast<char>('X' + offset), encoded);
  }
}

void Redaction::add_form(const std::string& id, std::string text) {
  std::vector<Needle>& needles = needles_[four_bytes(text)];
  const bool known = std::ranges::find(needles, text, &Needle::text) != needles.end();
  texts_.emplace(id, text);
  if (known) return;
  starts_.set(two_bytes(text));
  needles.push_back({std::move(text), id});
}

bool Redaction::hides_header(std::string_view name) const {
  return is_secret_header(name) || std::ranges::any_of(headers_, [name](const std::string& known) {
           return same_name(known, name);
         });
}

/// The longest form that `text` begins with.
const Redaction::Needle* Redaction::find_at(std::string_view text) const {
  if (text.size() < secret_bytes_min || !starts_.test(two_bytes(text))) return nullptr;
  const auto found = needles_.find(four_bytes(text));
  if (found == needles_.end()) return nullptr;
  for (const Needle& needle : found->second)
    if (text.starts_with(needle.text)) return &needle;
  return nullptr;
}

std::string Redaction::seal(std::string_view text) const {
  std::string out;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const Needle* needle = find_at(rest);
    const bool literal = rest.starts_with(seal_begin);
    if (needle == nullptr && !literal) {
      ++at;
      continue;
    }
    out.append(text.substr(kept, at - kept));
    out.append(seal_of(needle != nullptr ? std::string_view(needle->id) : literal_begin));
    at += needle != nullptr ? needle->text.size() : seal_begin.size();
    kept = at;
  }
  return out.append(text.substr(kept));
}

std::string Redaction::open(std::string_view sealed) const {
  return replace_seals(sealed, [this](std::string_view id) {
    const auto found = texts_.find(std::string(id));
    return found == texts_.end() ? redacted_text : std::string_view(found->second);
  });
}

std::string Redaction::mask(std::string_view sealed) {
  return replace_seals(sealed, [](std::string_view) { return redacted_text; });
}

}  // namespace millrace
