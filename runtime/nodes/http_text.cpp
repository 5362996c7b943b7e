// Header, URL and body rules.
#include "runtime/nodes/http_text.hpp"

#include "runtime/base/crypto.hpp"
#include "runtime/base/utf8.hpp"
#include "runtime/expr/template.hpp"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

constexpr std::array reserved_headers{
    std::string_view("connection"), std::string_view("content-length"),
    std::string_view("host"),       std::string_view("idempotency-key"),
    std::string_view("keep-alive"), std::string_view("proxy-connection"),
    std::string_view("te"),         std::string_view("trailer"),
    std::string_view("upgrade"),    std::string_view("transfer-encoding"),
};

bool is_letter_or_digit(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9');
}

Error invalid(std::string message, std::string_view path = {}) {
  return Error{ErrorCode::validation, std::move(message), std::string(path)};
}

void append_encoded(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view unreserved = "-._~";
  for (const char character : text) {
    if (is_letter_or_digit(character) || unreserved.find(character) != std::string_view::npos) {
      out += character;
      continue;
    }
    const auto byte = static_cast<unsigned char>(character);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
}

void append_pair(std::string& out, std::string_view name, const Json& value) {
  if (value.is_null()) return;
  if (!out.empty()) out += '&';
  append_encoded(out, name);
  out += '=';
  append_encoded(out, expr::to_text(value));
}

std::string clean_text(std::string_view bytes) {
  static constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    text += length == 0 ? replacement : bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text;
}

bool says_json(const CallReply& reply) {
  const std::string* type = find_header(reply.headers, "content-type");
  if (type == nullptr) return false;
  std::string media = lower_case(std::string_view(*type).substr(0, type->find(';')));
  while (!media.empty() && media.back() == ' ') media.pop_back();
  return media == "application/json" || media.ends_with("+json");
}

JsonLimits reply_limits() {
  JsonLimits bounds;
  bounds.bytes_max = limits::response_bytes_max;
  bounds.string_bytes_max = limits::response_bytes_max;
  return bounds;
}

}  // namespace

bool is_header_name(std::string_view name) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char character) {
    return is_letter_or_digit(character) || marks.find(character) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return (byte < 0x20 && character != '\t') || byte == 0x7f;
  });
}

bool is_reserved_header(std::string_view name) {
  const std::string lower = lower_case(name);
  return std::find(reserved_headers.begin(), reserved_headers.end(), lower) !=
         reserved_headers.end();
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& character : lower) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lower;
}

Result<HeaderList> read_headers(const Json& value) {
  HeaderList headers;
  if (value.is_null()) return headers;
  if (!value.is_object()) return invalid("Headers must be an object.", "headers");
  for (const auto& member : value.get_object()) {
    if (member.value().is_null()) continue;
    const std::string_view name = member.key();
    const std::string path = "headers." + clean_text(name);
    if (!is_header_name(name)) return invalid("This is no name of a header.", path);
    if (is_reserved_header(name)) return invalid("Millrace sets this header itself.", path);
    std::string text = expr::to_text(member.value());
    if (!is_header_value(text)) {
      return invalid("A header's value may not hold line breaks or control characters.", path);
    }
    headers.emplace_back(std::string(name), std::move(text));
  }
  if (headers.size() > limits::header_fields_max) return invalid("Too many headers.", "headers");
  return headers;
}

const std::string* find_header(const HeaderList& headers, std::string_view name) {
  const std::string wanted = lower_case(name);
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return lower_case(header.first) == wanted;
  });
  return found == headers.end() ? nullptr : &found->second;
}

Result<void> check_url(std::string_view url) {
  const std::string lower = lower_case(url.substr(0, 8));
  const std::size_t scheme = lower.starts_with("https://")  ? 8
                             : lower.starts_with("http://") ? 7
                                                            : 0;
  if (scheme == 0) return invalid("A URL begins with http:// or https://.", "url");
  if (url.size() > limits::request_line_bytes_max) return invalid("The URL is too long.", "url");
  const bool plain = std::all_of(url.begin(), url.end(), [](char character) {
    return character > 0x20 && character < 0x7f && character != '\\';
  });
  if (!plain) {
    return invalid("A URL has no blanks, backslashes, control or non-ASCII characters.", "url");
  }
  const std::string_view rest = url.substr(scheme);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.front() == ':') return invalid("The URL has no host.", "url");
  if (authority.find('@') != std::string_view::npos) {
    return invalid("A URL may not carry a user name or password.", "url");
  }
  return {};
}

Result<std::string> url_encode(const Json& value) {
  std::string pairs;
  if (value.is_null()) return pairs;
  if (!value.is_object()) return invalid("Names and values must be an object.");
  for (const auto& member : value.get_object()) {
    if (!member.value().is_array()) {
      append_pair(pairs, member.key(), member.value());
      continue;
    }
    for (const Json& item : member.value().get_array()) append_pair(pairs, member.key(), item);
  }
  return pairs;
}

std::string with_query(std::string_view url, std::string_view pairs) {
  std::string complete(url.substr(0, url.find('#')));
  if (pairs.empty()) return complete;
  const std::size_t mark = complete.find('?');
  if (mark == std::string::npos) {
    complete += '?';
  } else if (complete.back() != '?' && complete.back() != '&') {
    complete += '&';
  }
  return complete.append(pairs);
}

Result<Json> read_body(const CallReply& reply, BodyForm form) {
  if (reply.body.empty()) return Json();
  if (form == BodyForm::binary) return Json(to_base64(reply.body));
  if (form == BodyForm::json || (form == BodyForm::automatic && says_json(reply))) {
    Result<Json> parsed = parse_json(reply.body, reply_limits());
    if (parsed.has_value() || form == BodyForm::automatic) {
      return parsed.has_value() ? std::move(parsed) : Result<Json>(Json(clean_text(reply.body)));
    }
    return invalid("The peer's answer is not JSON: " + parsed.error().message, "body");
  }
  return Json(clean_text(reply.body));
}

Json headers_to_json(const HeaderList& headers) {
  JsonObject object;
  for (const auto& [name, value] : headers) {
    boost::json::value& held = object[clean_text(name)];
    if (held.is_string()) {
      held.get_string().append(", ").append(clean_text(value));
    } else {
      held = clean_text(value);
    }
  }
  return object;
}

}  // namespace millrace
