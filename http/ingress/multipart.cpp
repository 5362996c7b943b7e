// Strict: CRLF only, and no part without a name.
#include "http/ingress/multipart.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/ingress/form.hpp"
#include "runtime/base/crypto.hpp"
#include "runtime/base/ingress_limits.hpp"

#include <algorithm>

namespace millrace::http {
namespace {

constexpr std::size_t boundary_bytes_max = 70;

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return small;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The parameter of a header value: `; name=text` or `; name="text"` with `\` before a mark.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at < header.size()) {
    header.remove_prefix(at + 1);
    const std::size_t equals = header.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const bool wanted = lower(trim(header.substr(0, equals))) == name;
    header.remove_prefix(equals + 1);
    std::string value;
    if (header.starts_with('"')) {
      std::size_t i = 1;
      for (; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size()) ++i;
        value += header[i];
      }
      if (i >= header.size()) return std::nullopt;
      header.remove_prefix(i + 1);
    } else {
      value = trim(header.substr(0, header.find(';')));
    }
    if (wanted) return value;
    at = header.find(';');
  }
  return std::nullopt;
}

/// Takes what stands before `mark` off the front, and `mark` with it.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return taken;
}

/// Reads the lines above a part's content; false when one is broken or there is no name.
bool read_head(std::string_view head, BodyPart& part) {
  bool named = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string name = lower(trim(line.substr(0, colon)));
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_utf8(value)) return false;
    if (name == "content-type") part.content_type = value;
    if (name != "content-disposition") continue;
    if (lower(trim(value.substr(0, value.find(';')))) != "form-data") return false;
    auto field = parameter(value, "name");
    if (!field) return false;
    part.name = std::move(*field);
    part.filename = parameter(value, "filename");
    named = true;
  }
  return named;
}

void append_file(JsonWriter& json, const BodyPart& part) {
  json.open_object().key("field").text(part.name);
  json.key("filename");
  part.filename ? json.text(*part.filename) : json.null();
  json.key("content_type").text_or_null(part.content_type);
  json.key("bytes").number(static_cast<std::int64_t>(part.content.size()));
  const bool text = is_utf8(part.content);
  json.key(text ? "text" : "base64")
      .text(text ? std::string(part.content) : to_base64(part.content));
  json.close_object();
}

}  // namespace

std::optional<std::vector<BodyPart>> read_multipart(std::string_view content_type,
                                                    std::string_view body) {
  if (media_type(content_type) != "multipart/form-data") return std::nullopt;
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > boundary_bytes_max) return std::nullopt;
  const std::string mark = "--" + *boundary;
  if (!body.starts_with(mark)) return std::nullopt;
  body.remove_prefix(mark.size());
  const std::string next = "\r\n" + mark;
  std::vector<BodyPart> parts;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n") || parts.size() == limits::multipart_parts_max) {
      return std::nullopt;
    }
    body.remove_prefix(2);
    const auto head = take_until(body, "\r\n\r\n");
    const auto content = head ? take_until(body, next) : std::nullopt;
    BodyPart part;
    if (!content || !read_head(*head, part)) return std::nullopt;
    part.content = *content;
    parts.push_back(std::move(part));
  }
  return parts;
}

void append_parts(std::string& out, const std::vector<BodyPart>& parts) {
  FormFields fields;
  JsonWriter files;
  files.open_array();
  for (const BodyPart& part : parts) {
    if (part.filename || !is_utf8(part.content)) {
      append_file(files, part);
    } else {
      fields.emplace_back(part.name, part.content);
    }
  }
  out += "{\"fields\":";
  append_form(out, std::move(fields));
  out += ",\"files\":" + files.close_array().take() + '}';
}

}  // namespace millrace::http
