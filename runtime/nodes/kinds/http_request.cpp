// http_request: one call to any API; a status that is not expected is an error with the reply in
// it.
#include "runtime/flow/fields.hpp"
#include "runtime/flow/status_handle.hpp"
#include "runtime/nodes/http_text.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

#include <algorithm>
#include <array>

namespace millrace::kinds {
namespace {

enum class BodyType : std::uint8_t { by_value, json, form, text, none };

struct Request {
  std::string method;
  std::optional<expr::Template> url, headers, query, body;
  BodyType body_type = BodyType::by_value;
  BodyForm reply_form = BodyForm::automatic;
  std::vector<StatusRange> success{StatusRange{}};
  bool follow_redirects = false;
  std::size_t response_bytes_max = limits::response_bytes_max;
};

Result<void> add_body(HttpCall& call, const Json& body, BodyType type) {
  if (type == BodyType::none || (type == BodyType::by_value && body.is_null())) return {};
  if (type == BodyType::by_value) type = body.is_string() ? BodyType::text : BodyType::json;
  std::string content_type = "application/json";
  if (type == BodyType::json) {
    call.body = print_json(body);
  } else if (type == BodyType::text) {
    call.body = expr::to_text(body);
    content_type = "text/plain; charset=utf-8";
  } else {
    Result<std::string> form = url_encode(body);
    if (form.has_error()) return Error{form.error().code, form.error().message, "body"};
    call.body = std::move(*form);
    content_type = "application/x-www-form-urlencoded";
  }
  if (find_header(call.headers, "content-type") == nullptr) {
    call.headers.emplace_back("Content-Type", content_type);
  }
  return {};
}

class CompiledRequest final : public CompiledNode {
 public:
  explicit CompiledRequest(Request request) : request_(std::move(request)) {}

  Decision run(const NodeContext& context) const override {
    Result<HttpCall> call = build(context);
    if (call.has_error()) return to_node_error(call.error());
    return Call{{std::move(*call), context.timeout, std::string(context.idempotency_key)}};
  }

  Decision resume(const NodeContext&, const CallResult& result) const override {
    if (const auto* error = std::get_if<NodeError>(&result)) return *error;
    const auto& reply = std::get<CallReply>(result);
    const bool expected =
        std::any_of(request_.success.begin(), request_.success.end(), [&](StatusRange range) {
          return range.first <= reply.status && reply.status <= range.last;
        });
    if (!expected) return status_error(reply.status, *read_body(reply, BodyForm::automatic));
    Result<Json> body = read_body(reply, request_.reply_form);
    if (body.has_error()) return to_node_error(body.error());
    Finish finish;
    finish.output = JsonObject{{"status", reply.status},
                               {"headers", headers_to_json(reply.headers)},
                               {"body", std::move(*body)}};
    return finish;
  }

 private:
  Result<HttpCall> build(const NodeContext& context) const {
    HttpCall call;
    call.method = request_.method;
    call.follow_redirects = request_.follow_redirects;
    call.response_bytes_max = request_.response_bytes_max;
    const Result<Json> url = evaluate(request_.url, context);
    if (url.has_error()) return url.error();
    call.url = expr::to_text(*url);
    if (const auto good = check_url(call.url); good.has_error()) return good.error();
    const Result<Json> query = evaluate(request_.query, context);
    if (query.has_error()) return query.error();
    const Result<std::string> pairs = url_encode(*query);
    if (pairs.has_error()) return Error{pairs.error().code, pairs.error().message, "query"};
    call.url = with_query(call.url, *pairs);
    const Result<Json> headers = evaluate(request_.headers, context);
    if (headers.has_error()) return headers.error();
    Result<HeaderList> list = read_headers(*headers);
    if (list.has_error()) return list.error();
    call.headers = std::move(*list);
    const Result<Json> body = evaluate(request_.body, context);
    if (body.has_error()) return body.error();
    if (const auto added = add_body(call, *body, request_.body_type); added.has_error()) {
      return added.error();
    }
    if (!is_header_value(context.idempotency_key)) {
      return Error{ErrorCode::validation, "Holds a control character.", "idempotency_key"};
    }
    call.headers.emplace_back("Idempotency-Key", std::string(context.idempotency_key));
    return call;
  }

  Request request_;
};

std::optional<StatusRange> parse_range(const Json& value) {
  if (const auto number = as_integer(value)) return parse_status_range(std::to_string(*number));
  return value.is_string() ? parse_status_range(value.get_string()) : std::nullopt;
}

void read_success(NodeReader& reader, Request& request) {
  const Json* list = reader.value("success_codes");
  if (list == nullptr || !list->is_array()) return;
  const JsonArray& items = list->get_array();
  if (items.empty()) reader.error("success_codes", "INVALID_VALUE", "Must not be empty.");
  request.success.clear();
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (const auto range = parse_range(items[index])) {
      request.success.push_back(*range);
    } else {
      reader.problems().error(item_path(reader.path("success_codes"), index), "INVALID_VALUE",
                              "Must be a status such as 404, or 2xx.");
    }
  }
}

void read_auth(NodeReader& reader) {
  const Json* auth = reader.value("auth");
  if (auth == nullptr || !auth->is_object() || string_member(*auth, "type") == "none") return;
  reader.problems().error(member_path(reader.path("auth"), "type"), "UNSUPPORTED_OPTION",
                          "Only type none is built yet: set the Authorization header in headers.");
}

/// What of URL and headers is written out is checked at publish, not at the first run.
void check_constants(NodeReader& reader, const Request& request) {
  if (request.url && request.url->is_constant() && reader.value("url")->is_string()) {
    const auto good = check_url(reader.text("url"));
    if (good.has_error()) reader.error("url", "INVALID_VALUE", good.error().message);
  }
  const Json* headers = reader.value("headers");
  if (headers == nullptr || !headers->is_object()) return;
  for (const auto& member : headers->get_object()) {
    const std::string path = member_path(reader.path("headers"), member.key());
    if (!is_header_name(member.key())) {
      reader.problems().error(path, "INVALID_VALUE", "This is no name of a header.");
    } else if (is_reserved_header(member.key())) {
      const bool key = lower_case(member.key()) == "idempotency-key";
      reader.problems().error(path, "INVALID_VALUE",
                              key ? "Millrace always sends it: set idempotency_key instead."
                                  : "Millrace sets this header itself: leave it out.");
    }
  }
}

BodyType body_type_of(std::string_view text) {
  if (text == "json") return BodyType::json;
  if (text == "form") return BodyType::form;
  if (text == "text") return BodyType::text;
  if (text == "none") return BodyType::none;
  return BodyType::by_value;
}

BodyForm reply_form_of(std::string_view text) {
  if (text == "json") return BodyForm::json;
  if (text == "text") return BodyForm::text;
  if (text == "binary") return BodyForm::binary;
  return BodyForm::automatic;
}

constexpr std::array safe_to_repeat{std::string_view("GET"), std::string_view("HEAD"),
                                    std::string_view("PUT"), std::string_view("DELETE")};

KindSpec make_spec() {
  return {
      .name = "http_request",
      .aliases = {"webhook_call"},
      .about = "Calls a URL and leaves with the reply.",
      .fields =
          {{.name = "method",
            .type = FieldType::string,
            .expression = false,
            .fallback = R"("GET")",
            .one_of = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"},
            .about = "GET, HEAD, PUT and DELETE are retried unless retry says otherwise"},
           {.name = "url", .type = FieldType::string, .required = true, .about = "http or https"},
           {.name = "headers", .type = FieldType::object, .about = "names and values"},
           {.name = "query",
            .type = FieldType::object,
            .about = "appended to the URL, encoded; an array repeats its name"},
           {.name = "body", .about = "any value"},
           {.name = "body_type",
            .type = FieldType::string,
            .expression = false,
            .one_of = {"json", "form", "text", "none"},
            .about = "how the body is written; by default a string as text, all else as JSON",
            .not_built = {"multipart"}},
           {.name = "auth",
            .type = FieldType::object,
            .expression = false,
            .fallback = R"({"type":"none"})",
            .about = "only type none"},
           {.name = "response_type",
            .type = FieldType::string,
            .expression = false,
            .one_of = {"json", "text", "binary"},
            .about =
                "how the reply is read; by default as its content type says; binary is base64"},
           {.name = "success_codes",
            .type = FieldType::array,
            .expression = false,
            .fallback = R"(["2xx"])",
            .about = "statuses that are no error: 2xx, 404"},
           {.name = "follow_redirects",
            .type = FieldType::boolean,
            .expression = false,
            .fallback = "false",
            .about = "each hop passes the egress guard too"},
           {.name = "max_response_bytes",
            .type = FieldType::number,
            .expression = false,
            .fallback = "5242880",
            .about = "a larger reply is an error"}},
      .calls_out = true,
      .open_status_handles = true,
      .not_built = {{"fire_and_forget", "set on_error to continue"}}};
}

class HttpRequestKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec = make_spec();
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override {
    return {"default", "error"};
  }

  bool retries_by_default(const NodeDefinition& node) const override {
    const std::string method = read_method(node);
    return std::find(safe_to_repeat.begin(), safe_to_repeat.end(), method) != safe_to_repeat.end();
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    Request request;
    request.method = read_method(node);
    request.url = reader.expression("url");
    request.headers = reader.expression("headers");
    request.query = reader.expression("query");
    request.body = reader.expression("body");
    request.body_type = body_type_of(reader.text("body_type"));
    request.reply_form = reply_form_of(reader.text("response_type"));
    request.follow_redirects = reader.flag("follow_redirects", false);
    if (const Json* bytes = reader.value("max_response_bytes"); bytes && bytes->is_number()) {
      const auto most = std::int64_t{limits::response_bytes_max};
      const auto given_bytes = read_integer(node.data, "max_response_bytes",
                                            member_path(node.path, "data"), 1, most, problems);
      request.response_bytes_max = static_cast<std::size_t>(given_bytes.value_or(most));
    }
    read_success(reader, request);
    read_auth(reader);
    check_constants(reader, request);
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledRequest>(std::move(request));
  }

 private:
  static std::string read_method(const NodeDefinition& node) {
    const Json* method = given(node.data, "method");
    return method != nullptr && method->is_string() ? std::string(method->get_string()) : "GET";
  }
};

}  // namespace

const NodeKind& http_request() {
  static const HttpRequestKind kind;
  return kind;
}

}  // namespace millrace::kinds
