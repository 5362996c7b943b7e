// respond: what the synchronous caller of the flow gets.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/http_text.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

namespace millrace::kinds {
namespace {

constexpr int status_min = 200;  // what is below is no final answer
constexpr int status_max = 599;
constexpr std::string_view status_rule = "A status is a whole number from 200 to 599.";

std::optional<int> parse_status(const Json& value) {
  const auto number = as_integer(value);
  if (!number || *number < status_min || *number > status_max) return std::nullopt;
  return static_cast<int>(*number);
}

struct Response {
  std::optional<expr::Template> status, headers, content_type, body;
};

class CompiledRespond final : public CompiledNode {
 public:
  explicit CompiledRespond(Response response) : response_(std::move(response)) {}

  Decision run(const NodeContext& context) const override {
    Result<Json> body = evaluate(response_.body, context);
    if (body.has_error()) return to_node_error(body.error());
    Result<Answer> answer = build(context, *body);
    if (answer.has_error()) return to_node_error(answer.error());
    Finish finish;
    finish.output = JsonObject{{"status", answer->status}, {"body", std::move(*body)}};
    finish.answer = std::move(*answer);
    return finish;
  }

 private:
  Result<Answer> build(const NodeContext& context, const Json& body) const {
    Answer answer;
    const Result<Json> status = evaluate(response_.status, context);
    if (status.has_error()) return status.error();
    if (!status->is_null()) {
      const std::optional<int> number = parse_status(*status);
      if (!number) return Error{ErrorCode::validation, std::string(status_rule), "status"};
      answer.status = *number;
    }
    const Result<Json> headers = evaluate(response_.headers, context);
    if (headers.has_error()) return headers.error();
    Result<HeaderList> list = read_headers(*headers);
    if (list.has_error()) return list.error();
    const Result<Json> written = evaluate(response_.content_type, context);
    if (written.has_error()) return written.error();
    std::string type = expr::to_text(*written);
    for (auto& header : *list) {
      if (lower_case(header.first) != "content-type") {
        answer.headers.push_back(std::move(header));
      } else if (type.empty()) {
        type = std::move(header.second);
      }
    }
    if (type.empty()) type = body.is_string() ? "text/plain; charset=utf-8" : "application/json";
    if (!is_header_value(type)) {
      return Error{ErrorCode::validation, "Holds a control character.", "content_type"};
    }
    answer.content_type = std::move(type);
    if (body.is_string()) {
      answer.body = expr::to_text(body);
    } else if (!body.is_null()) {
      answer.body = print_json(body);
    }
    return answer;
  }

  Response response_;
};

class RespondKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "respond",
        .about = "Answers the caller that waits for this run; the first answer counts.",
        .fields = {{.name = "status",
                    .type = FieldType::number,
                    .fallback = "200",
                    .about = "HTTP status, 200 to 599"},
                   {.name = "headers", .type = FieldType::object, .about = "names and values"},
                   {.name = "content_type",
                    .type = FieldType::string,
                    .about = "by default text/plain for a string, else application/json"},
                   {.name = "body", .about = "a string is sent as it is, all else as JSON"}}};
    return spec;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    Response response;
    response.status = reader.expression("status");
    response.headers = reader.expression("headers");
    response.content_type = reader.expression("content_type");
    response.body = reader.expression("body");
    const Json* status = reader.value("status");
    if (status != nullptr && status->is_number() && !parse_status(*status)) {
      reader.error("status", "INVALID_VALUE", std::string(status_rule));
    }
    check_headers(reader);
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledRespond>(std::move(response));
  }

 private:
  static void check_headers(NodeReader& reader) {
    const Json* headers = reader.value("headers");
    if (headers == nullptr || !headers->is_object()) return;
    for (const auto& member : headers->get_object()) {
      if (is_header_name(member.key()) && !is_reserved_header(member.key())) continue;
      reader.problems().error(member_path(reader.path("headers"), member.key()), "INVALID_VALUE",
                              "Is no name of a header, or one that Millrace sets itself.");
    }
  }
};

}  // namespace

const NodeKind& respond() {
  static const RespondKind kind;
  return kind;
}

}  // namespace millrace::kinds
