// Every way leads to one JSON object, which is then read alike.
#include "http/ingress/event_codec.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/ingress/form.hpp"
#include "http/ingress/message_codec.hpp"
#include "runtime/base/crypto.hpp"
#include "runtime/base/ingress_limits.hpp"
#include "runtime/base/json_slice.hpp"

#include <algorithm>

namespace millrace::http {
namespace {

using orbit::missing_field;
using orbit::OrbitError;
using orbit::OrbitResult;
using orbit::wrong_field;

constexpr std::string_view cloud_prefix = "application/cloudevents";
constexpr std::string_view binary_prefix = "ce-";

enum class Form { envelope, cloud };

OrbitError bad_json(const Error& error) {
  return orbit::from_error({ErrorCode::invalid_json, error.message, error.path});
}

/// The text at `key`; empty when it is not given.
OrbitResult<std::string> read_text(const Json& event, std::string_view key, bool required) {
  const Json* value = find_member(event, key);
  if (value == nullptr || value->is_null()) {
    if (required) return missing_field(key, "string");
    return std::string();
  }
  if (!value->is_string() || value->get_string().empty()) {
    return wrong_field(key, print_json(*value), "a string that is not empty");
  }
  if (value->get_string().size() > limits::idempotency_key_chars_max) {
    return wrong_field(
        key, "null",
        "at most " + std::to_string(limits::idempotency_key_chars_max) + " characters");
  }
  return std::string(value->get_string());
}

OrbitResult<std::optional<Timestamp>> read_time(const Json& event, Form form) {
  for (const std::string_view key : {"time", "created_at"}) {
    if (key != "time" && form == Form::cloud) break;
    const Json* value = find_member(event, key);
    if (value == nullptr || value->is_null()) continue;
    const auto time =
        value->is_string() ? parse_rfc3339(value->get_string()) : std::optional<Timestamp>{};
    if (!time) return wrong_field(key, print_json(*value), "a time of RFC 3339");
    return std::optional(*time);
  }
  return std::optional<Timestamp>{};
}

OrbitResult<InboundEvent> read_event(JsonDocumentPtr payload, Form form) {
  const Json& root = payload->root;
  if (!root.is_object()) return wrong_field("$", print_json(root), "a JSON object");
  if (form == Form::cloud && string_member(root, "specversion") != "1.0") {
    const Json* version = find_member(root, "specversion");
    return wrong_field("specversion", version == nullptr ? "null" : print_json(*version), "1.0");
  }
  auto type = read_text(root, "type", true);
  if (!type) return type.error();
  auto id = read_text(root, "id", form == Form::cloud);
  if (!id) return id.error();
  auto source = read_text(root, "source", form == Form::cloud);
  if (!source) return source.error();
  const auto time = read_time(root, form);
  if (!time) return time.error();
  InboundEvent event{payload, std::move(*type), std::move(*source), std::move(*id), *time, {}};
  if (const Json* contact = find_member(root, "contact"); contact && contact->is_object()) {
    if (auto known = read_contact(*contact)) event.contact = std::move(*known);
  }
  return event;
}

OrbitResult<InboundEvent> read_one(std::string text, Form form) {
  auto payload = parse_document(std::move(text));
  if (!payload) return bad_json(payload.error());
  return read_event(std::move(*payload), form);
}

OrbitResult<std::vector<InboundEvent>> read_batch(const std::string& body) {
  const auto parsed = parse_json(body);
  if (!parsed) return bad_json(parsed.error());
  if (!parsed->is_array()) return wrong_field("$", print_json(*parsed), "an array of events");
  const auto texts = item_texts(body);
  if (texts.size() > limits::event_batch_max) {
    return wrong_field("$", "null",
                       "at most " + std::to_string(limits::event_batch_max) + " events");
  }
  std::vector<InboundEvent> events;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto event = read_one(std::string(texts[i]), Form::cloud);
    if (!event) {
      OrbitError error = event.error();
      error.message = "event " + std::to_string(i) + ": " + error.message;
      return error;
    }
    events.push_back(std::move(*event));
  }
  return events;
}

bool is_attribute(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

/// `data` of the body, by its Content-Type. False when it is labelled JSON and is none.
Result<void> write_data(JsonWriter& json, const Request& request) {
  const std::string type = media_type(request.header("content-type"));
  if (request.body.empty()) return {};
  if (type.empty() || type == "application/json" || type.ends_with("+json")) {
    const auto parsed = parse_json(request.body);
    if (!parsed) return parsed.error();
    json.key("data").raw(request.body);
  } else if (is_utf8(request.body)) {
    json.key("data").text(request.body);
  } else {
    json.key("data_base64").text(to_base64(request.body));
  }
  return {};
}

OrbitResult<InboundEvent> read_binary(const Request& request) {
  JsonWriter json;
  json.open_object();
  for (const auto& [header, value] : request.headers) {
    if (!header.starts_with(binary_prefix)) continue;
    const std::string name = header.substr(binary_prefix.size());
    if (!is_attribute(name) || name == "data" || name == "datacontenttype") {
      return wrong_field(header, "null", "the header of an attribute: ce- and letters or digits");
    }
    const auto text = percent_decode(value);
    if (!text || !is_utf8(*text)) return wrong_field(header, "null", "percent-encoded UTF-8");
    json.key(name).text(*text);
  }
  const auto type = request.header("content-type");
  if (!type.empty() && is_utf8(type)) json.key("datacontenttype").text(type);
  if (const auto written = write_data(json, request); !written) return bad_json(written.error());
  return read_one(json.close_object().take(), Form::cloud);
}

OrbitResult<std::vector<InboundEvent>> alone(OrbitResult<InboundEvent> event) {
  if (!event) return event.error();
  std::vector<InboundEvent> events;
  events.push_back(std::move(*event));
  return events;
}

}  // namespace

OrbitResult<std::vector<InboundEvent>> read_events(const Request& request) {
  const std::string type = media_type(request.header("content-type"));
  if (type == "application/cloudevents+json") return alone(read_one(request.body, Form::cloud));
  if (type == "application/cloudevents-batch+json") return read_batch(request.body);
  if (type.starts_with(cloud_prefix)) {
    return wrong_field("Content-Type", "null",
                       "application/cloudevents+json or application/cloudevents-batch+json", 415);
  }
  if (!request.header("ce-specversion").empty()) return alone(read_binary(request));
  return alone(read_one(request.body, Form::envelope));
}

std::string name_of(const InboundEvent& event) {
  if (event.id.empty()) return {};
  return std::to_string(event.source.size()) + ':' + event.source + event.id;
}

}  // namespace millrace::http
