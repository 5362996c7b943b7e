// One pair of functions per value; readers check every enum and leave the rest to ByteReader.
#include "runtime/engine/codec_parts.hpp"

#include <utility>

namespace millrace {
namespace {

enum class RequestTag : std::uint8_t { http = 1, channel = 2 };

ErrorClass read_error_class(ByteReader& in) {
  const auto value = static_cast<ErrorClass>(in.byte());
  if (value < ErrorClass::configuration || value > ErrorClass::runtime) in.fail();
  return in.ok() ? value : ErrorClass::runtime;
}

HttpCall read_http_call(ByteReader& in) {
  HttpCall call;
  call.method = in.text();
  call.url = in.text();
  call.headers = read_headers(in);
  call.body = in.text();
  call.follow_redirects = in.boolean();
  call.response_bytes_max = in.number_as<std::size_t>();
  return call;
}

}  // namespace

JsonLimits own_json_limits() {
  JsonLimits limits;
  limits.bytes_max = limits::record_value_bytes_max;
  limits.depth_max = limits::record_json_depth_max;
  limits.keys_per_object_max = limits::record_value_bytes_max;
  limits.items_per_array_max = limits::record_value_bytes_max;
  limits.string_bytes_max = limits::record_value_bytes_max;
  return limits;
}

void write_json(ByteWriter& out, const Json& value) {
  if (value.is_null()) return out.text({});
  out.text(print_json(value));
}

Json read_json(ByteReader& in) {
  const std::string_view text = in.text();
  if (text.empty()) return {};
  auto value = parse_json(text, own_json_limits());
  if (value) return *std::move(value);
  in.fail();
  return {};
}

void write_run_key(ByteWriter& out, NodeRunKey key) {
  out.number(key.node);
  out.number(key.iteration);
}

NodeRunKey read_run_key(ByteReader& in) {
  NodeRunKey key;
  key.node = in.number_as<NodeIndex>();
  key.iteration = in.number_as<std::uint32_t>();
  return key;
}

void write_error(ByteWriter& out, const NodeError& error) {
  out.text(error.node_id);
  out.text(error.code);
  out.text(error.message);
  out.byte(static_cast<std::uint8_t>(error.error_class));
  out.boolean(error.retryable);
  out.signed_number(error.attempt);
  out.signed_number(error.status);
  write_json(out, error.details);
}

NodeError read_error(ByteReader& in) {
  NodeError error;
  error.node_id = in.text();
  error.code = in.text();
  error.message = in.text();
  error.error_class = read_error_class(in);
  error.retryable = in.boolean();
  error.attempt = in.integer();
  error.status = in.integer();
  error.details = read_json(in);
  return error;
}

void write_headers(ByteWriter& out, const HeaderList& headers) {
  out.number(headers.size());
  for (const auto& [name, value] : headers) {
    out.text(name);
    out.text(value);
  }
}

HeaderList read_headers(ByteReader& in) {
  HeaderList headers(in.count());
  for (auto& [name, value] : headers) {
    name = in.text();
    value = in.text();
  }
  return headers;
}

void write_request(ByteWriter& out, const CallRequest& request) {
  if (const auto* http = std::get_if<HttpCall>(&request.what)) {
    out.byte(static_cast<std::uint8_t>(RequestTag::http));
    out.text(http->method);
    out.text(http->url);
    write_headers(out, http->headers);
    out.text(http->body);
    out.boolean(http->follow_redirects);
    out.number(http->response_bytes_max);
  } else {
    const auto& channel = std::get<ChannelCall>(request.what);
    out.byte(static_cast<std::uint8_t>(RequestTag::channel));
    out.text(channel.channel);
    write_json(out, channel.message);
  }
  out.signed_number(request.timeout.count());
  out.text(request.idempotency_key);
}

CallRequest read_request(ByteReader& in) {
  CallRequest request;
  const auto tag = static_cast<RequestTag>(in.byte());
  if (tag == RequestTag::http) {
    request.what = read_http_call(in);
  } else if (tag == RequestTag::channel) {
    ChannelCall call;
    call.channel = in.text();
    call.message = read_json(in);
    request.what = std::move(call);
  } else {
    in.fail();
  }
  request.timeout = Duration(in.signed_number());
  request.idempotency_key = in.text();
  return request;
}

void write_result(ByteWriter& out, const CallResult& result) {
  const auto* reply = std::get_if<CallReply>(&result);
  out.boolean(reply != nullptr);
  if (reply == nullptr) return write_error(out, std::get<NodeError>(result));
  out.signed_number(reply->status);
  write_headers(out, reply->headers);
  out.text(reply->body);
}

CallResult read_result(ByteReader& in) {
  if (!in.boolean()) return read_error(in);
  CallReply reply;
  reply.status = in.integer();
  reply.headers = read_headers(in);
  reply.body = in.text();
  return reply;
}

}  // namespace millrace
