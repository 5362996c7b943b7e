// Forms, read and told as JSON.
#include "http/ingress/form.hpp"

#include "runtime/base/json.hpp"
#include "runtime/base/utf8.hpp"

#include <algorithm>

namespace millrace::http {

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string media_type(std::string_view content_type) {
  std::string essence(content_type.substr(0, content_type.find(';')));
  while (!essence.empty() && essence.back() == ' ') essence.pop_back();
  std::transform(essence.begin(), essence.end(), essence.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return essence;
}

bool is_form(const Request& request) {
  return media_type(request.header("content-type")) == "application/x-www-form-urlencoded";
}

std::optional<FormFields> read_form(std::string_view body) {
  FormFields fields;
  for (std::size_t begin = 0; begin < body.size();) {
    const auto end = std::min(body.find('&', begin), body.size());
    const auto part = body.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional(std::string())
                                                  : percent_decode(part.substr(equals + 1), true);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return std::nullopt;
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  if (fields.size() > limits::json_keys_per_object_max) return std::nullopt;
  return fields;
}

void append_form(std::string& out, FormFields fields) {
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  out += '{';
  for (auto field = fields.begin(); field != fields.end();) {
    const auto next = std::find_if(field, fields.end(),
                                   [&](const auto& other) { return other.first != field->first; });
    if (field != fields.begin()) out += ',';
    append_json_string(out, field->first);
    out += ':';
    if (next - field > 1) out += '[';
    for (auto value = field; value != next; ++value) {
      if (value != field) out += ',';
      append_json_string(out, value->second);
    }
    if (next - field > 1) out += ']';
    field = next;
  }
  out += '}';
}

}  // namespace millrace::http
