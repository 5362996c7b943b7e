// send_message: hands a message to a channel, by default to the trigger's contact on the trigger's
// channel.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/http_text.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

#include <algorithm>
#include <array>

namespace millrace::kinds {
namespace {

struct AliasChannel {
  std::string_view alias;
  std::string_view channel;
};
constexpr std::array alias_channels{
    AliasChannel{"send_sms", "sms"}, AliasChannel{"send_whatsapp", "whatsapp"},
    AliasChannel{"send_email", "email"}, AliasChannel{"send_rcs", "rcs"}};

/// What can be said; at least one of them is.
constexpr std::array contents{std::string_view("body"),     std::string_view("html"),
                              std::string_view("template"), std::string_view("media"),
                              std::string_view("buttons"),  std::string_view("list"),
                              std::string_view("cta_url")};

struct Part {
  std::string_view name;
  expr::Template value;
};

Json recipient(const NodeContext& context) {
  const Json* contact = context.scope.root("contact");
  if (contact == nullptr) return {};
  if (contact->is_string()) return Json(contact->get_string(), {});
  for (const std::string_view key : {"phone", "id"}) {
    const Json* value = find_member(*contact, key);
    if (value != nullptr && !expr::to_text(*value).empty()) return Json(*value, {});
  }
  return {};
}

bool is_blank(const Json* value) { return value == nullptr || expr::to_text(*value).empty(); }

NodeError missing(std::string code, std::string message, ErrorClass error_class) {
  NodeError error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.error_class = error_class;
  return error;
}

class CompiledMessage final : public CompiledNode {
 public:
  CompiledMessage(std::optional<expr::Template> channel, std::string alias_channel,
                  std::vector<Part> parts)
      : channel_(std::move(channel)),
        alias_channel_(std::move(alias_channel)),
        parts_(std::move(parts)) {}

  Decision run(const NodeContext& context) const override {
    const Result<std::string> channel = channel_of(context);
    if (channel.has_error()) return to_node_error(channel.error());
    if (channel->empty()) {
      return missing("CHANNEL_MISSING", "The trigger has no channel: set data.channel.",
                     ErrorClass::configuration);
    }
    JsonObject message;
    for (const Part& part : parts_) {
      Result<Json> value = part.value.evaluate(context.scope, context.budget);
      if (value.has_error()) return to_node_error(value.error());
      message[part.name] = std::move(*value);
    }
    if (is_blank(message.if_contains("to"))) message["to"] = recipient(context);
    if (is_blank(message.if_contains("to"))) {
      return missing("RECIPIENT_MISSING", "The trigger has no contact: set data.to.",
                     ErrorClass::validation);
    }
    return Call{{ChannelCall{*channel, std::move(message)}, context.timeout,
                 std::string(context.idempotency_key)}};
  }

  Decision resume(const NodeContext& context, const CallResult& result) const override {
    if (const auto* error = std::get_if<NodeError>(&result)) return *error;
    const auto& reply = std::get<CallReply>(result);
    Json body = *read_body(reply, BodyForm::automatic);
    if (reply.status >= 400) return status_error(reply.status, std::move(body));
    const Result<std::string> channel = channel_of(context);
    JsonObject output;
    output["channel"] = channel.has_value() ? *channel : std::string();
    output["status"] = reply.status;
    if (const Json* id = message_id(body)) output["message_id"] = *id;
    output["response"] = std::move(body);
    Finish finish;
    finish.output = std::move(output);
    return finish;
  }

 private:
  Result<std::string> channel_of(const NodeContext& context) const {
    const Result<Json> written = evaluate(channel_, context);
    if (written.has_error()) return written.error();
    std::string channel = expr::to_text(*written);
    if (channel.empty()) channel = alias_channel_;
    if (channel.empty()) channel = context.channel;
    return channel;
  }

  static const Json* message_id(const Json& body) {
    for (const std::string_view key : {"message_id", "id"}) {
      const Json* id = find_member(body, key);
      if (id != nullptr && (id->is_string() || id->is_number())) return id;
    }
    return nullptr;
  }

  std::optional<expr::Template> channel_;
  std::string alias_channel_;
  std::vector<Part> parts_;
};

KindSpec make_spec() {
  return {
      .name = "send_message",
      .aliases = {"send_sms", "send_whatsapp", "send_email", "send_rcs"},
      .about = "Sends a message on a configured channel; an alias names its channel.",
      .fields = {{.name = "channel",
                  .type = FieldType::string,
                  .about = "a configured channel; by default the alias's, else the trigger's"},
                 {.name = "to", .about = "by default contact.phone, else contact.id"},
                 {.name = "from", .about = "the sender, where the channel has several"},
                 {.name = "body", .about = "the text"},
                 {.name = "subject", .about = "of an email"},
                 {.name = "html", .about = "the text as HTML"},
                 {.name = "template", .about = "{name, language, parameters} of a stored template"},
                 {.name = "media", .about = "[{type, url, caption, filename}]"},
                 {.name = "buttons", .about = "[{id, title}]"},
                 {.name = "list", .about = "{button_text, sections}"},
                 {.name = "cta_url", .about = "{text, url}"},
                 {.name = "reply_to", .about = "id of the message that this one answers"},
                 {.name = "metadata", .about = "passed on to the channel as it is"}},
      .calls_out = true,
      .retries_by_default = true};
}

class SendMessageKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec = make_spec();
    return spec;
  }

  std::vector<std::string> handles(const NodeDefinition&) const override {
    return {"default", "error"};
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    const bool says_something =
        std::any_of(contents.begin(), contents.end(),
                    [&](std::string_view content) { return reader.has(content); });
    if (!says_something) {
      report_missing(reader.path("body"),
                     "the text, or one of html, template, media, buttons, list, cta_url", problems);
    }
    std::vector<Part> parts;
    for (const FieldSpec& field : spec().fields) {
      if (field.name == "channel") continue;
      if (auto value = reader.expression(field.name)) {
        parts.push_back({field.name, std::move(*value)});
      }
    }
    std::optional<expr::Template> channel = reader.expression("channel");
    if (!reader.ok()) return nullptr;
    const auto* alias =
        std::find_if(alias_channels.begin(), alias_channels.end(),
                     [&](const AliasChannel& entry) { return entry.alias == node.type; });
    std::string alias_channel(alias == alias_channels.end() ? "" : alias->channel);
    return std::make_unique<CompiledMessage>(std::move(channel), std::move(alias_channel),
                                             std::move(parts));
  }
};

}  // namespace

const NodeKind& send_message() {
  static const SendMessageKind kind;
  return kind;
}

}  // namespace millrace::kinds
