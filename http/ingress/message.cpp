// An inbound message: match, key, begin.
#include "http/ingress/message.hpp"

#include "http/dialects/idempotency.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "http/ingress/begin_all.hpp"
#include "http/ingress/message_codec.hpp"

namespace millrace::http {
namespace {

Trigger trigger_of(const InboundMessage& message, const PublishedFlow& published) {
  Trigger trigger;
  trigger.workspace = published.flow.workspace;
  trigger.program = published.program;
  trigger.type = TriggerType::inbound_message;
  trigger.payload = message.payload;
  trigger.contact = message.contact;
  trigger.channel = message.channel;
  trigger.message_id = message.id;
  return trigger;
}

}  // namespace

void take_message(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto key = idempotency_key(matched->request, matched->key->workspace, Dialect::orbit);
  if (!key) {
    const Error error{ErrorCode::invalid_json, key.error().message, key.error().path};
    return respond(orbit::render_error(matched->request, error));
  }
  const auto message = read_message(matched->request.body);
  if (!message) return respond(orbit::render(matched->request, message.error()));
  auto flows =
      services.archive->published_by_trigger(matched->key->workspace, TriggerType::inbound_message);
  std::erase_if(flows, [&](const auto& flow) {
    return !matches(flow->program->trigger, message->channel, message->text);
  });
  std::vector<Start> starts;
  for (const auto& flow : flows) {
    std::string memo = to_memo({meta_of(matched->request), flow->program->version});
    starts.push_back({trigger_of(*message, *flow), message_key(*message, std::move(memo))});
  }
  begin_all(services, matched, std::move(starts), std::move(respond));
}

}  // namespace millrace::http
