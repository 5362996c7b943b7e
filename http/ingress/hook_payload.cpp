// The payload of a webhook trigger.
#include "http/ingress/hook_payload.hpp"

#include "http/ingress/form.hpp"
#include "http/ingress/multipart.hpp"
#include "runtime/base/crypto.hpp"
#include "runtime/base/json_slice.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {
namespace {

/// Which headers are masked.
struct Masked {
  std::span<const std::string> names;
  const Redaction* redaction = nullptr;

  bool holds(std::string_view name) const {
    if (std::find(names.begin(), names.end(), name) != names.end()) return true;
    return redaction != nullptr ? redaction->hides_header(name) : is_secret_header(name);
  }
};

/// The pairs as a JSON object; values of one name joined by a comma.
void append_joined(std::string& out, const std::vector<std::pair<std::string, std::string>>& pairs,
                   const Masked* masked) {
  out += '{';
  for (auto pair = pairs.begin(); pair != pairs.end(); ++pair) {
    const auto same_name = [&](const auto& other) { return other.first == pair->first; };
    if (std::any_of(pairs.begin(), pair, same_name)) continue;
    if (out.back() != '{') out += ',';
    append_json_string(out, pair->first);
    out += ':';
    const bool repeated = std::any_of(pair + 1, pairs.end(), same_name);
    if (masked != nullptr && masked->holds(pair->first)) {
      out += "\"***\"";
    } else if (!repeated) {
      append_json_string(out, pair->second);
    } else {
      std::string joined = pair->second;
      for (auto next = pair + 1; next != pairs.end(); ++next) {
        if (same_name(*next)) joined += ", " + next->second;
      }
      append_json_string(out, joined);
    }
  }
  out += '}';
}

enum class BodyForm { nothing, json, form, parts, text };

struct BodyLabel {
  BodyForm form = BodyForm::text;
  bool try_json = false;  ///< read as JSON where it is JSON, else as `form` says
};

bool begins_with_bracket(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

BodyLabel label_of(const Request& request) {
  if (request.body.empty()) return {BodyForm::nothing};
  const auto type = request.header("content-type");
  if (type.empty()) return {BodyForm::text, true};
  const std::string essence = media_type(type);
  if (essence == "application/json" || essence.ends_with("+json")) return {BodyForm::json};
  if (essence == "application/x-www-form-urlencoded") {
    return {BodyForm::form, begins_with_bracket(request.body)};
  }
  return {essence == "multipart/form-data" ? BodyForm::parts : BodyForm::text};
}

void append_text(std::string& out, const Request& request) {
  const std::string_view body = request.body;
  if (is_utf8(body)) {
    append_json_string(out, body);
    return;
  }
  append_json_string(out, to_base64(body));
  out += ",\"body_encoding\":\"base64\",\"body_type\":";
  append_json_string(out, request.header("content-type"));
  out += ",\"body_bytes\":" + std::to_string(body.size());
}

/// Everything up to the body's value.
std::string payload_head(const Request& request, const Masked& masked) {
  std::string out;
  std::size_t header_bytes = 0;
  for (const auto& [name, value] : request.headers) header_bytes += name.size() + value.size() + 8;
  out.reserve(request.body.size() + header_bytes + request.target.size() + 192);
  const Sha256 hash = sha256(request.body);
  out += "{\"method\":";
  append_json_string(out, request.method);
  out += ",\"headers\":";
  append_joined(out, request.headers, &masked);
  out += ",\"query\":";
  append_joined(out, request.query, nullptr);
  out += ",\"raw_sha256\":\"";
  out += to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
  out += "\",\"body\":";
  return out;
}

/// Our own members and the base64 form come on top of what a body may be.
Result<JsonDocumentPtr> parse_payload(std::string text) {
  JsonLimits bounds;
  bounds.depth_max = limits::json_depth_max + 1;
  bounds.string_bytes_max = 2 * limits::hook_body_bytes_max;
  bounds.bytes_max = bounds.string_bytes_max + 8 * limits::header_bytes_max;
  return parse_document(std::move(text), bounds);
}

Result<JsonDocumentPtr> parse_with_json_body(std::string head, std::string_view body) {
  // What is pasted in must stay one value, or a sender could write our members for us.
  if (stays_one_value(body)) {
    head += body;
    head += '}';
    auto payload = parse_payload(std::move(head));
    if (payload) return payload;
  }
  // The body alone tells the place of its fault.
  const auto alone = parse_json(body);
  if (alone) return Error{ErrorCode::invalid_json, "the body is nested too deep"};
  return Error{ErrorCode::invalid_json, alone.error().message, alone.error().path};
}

}  // namespace

Result<JsonDocumentPtr> make_hook_payload(const Request& request,
                                          std::span<const std::string> masked,
                                          const Redaction* redaction) {
  const BodyLabel label = label_of(request);
  std::string head = payload_head(request, {masked, redaction});
  if (label.form == BodyForm::json) return parse_with_json_body(std::move(head), request.body);
  if (label.try_json) {
    auto payload = parse_with_json_body(head, request.body);
    if (payload) return payload;
  }
  const auto fields = label.form == BodyForm::form ? read_form(request.body) : std::nullopt;
  const auto parts = label.form == BodyForm::parts
                         ? read_multipart(request.header("content-type"), request.body)
                         : std::nullopt;
  if (label.form == BodyForm::nothing) {
    head += "null";
  } else if (fields) {
    append_form(head, *fields);
  } else if (parts) {
    append_parts(head, *parts);
  } else {
    append_text(head, request);
  }
  head += '}';
  return parse_payload(std::move(head));
}

}  // namespace millrace::http
