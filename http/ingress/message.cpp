// An inbound message: match, key, begin.
#include "http/ingress/message.hpp"

#include "http/dialects/idempotency.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "http/ingress/begin_all.hpp"
#include "http/ingress/message_codec.hpp"
#include "runtime/flow/message_options.hpp"

#include <algorithm>
#include <tuple>

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

using Flows = std::vector<std::shared_ptr<const PublishedFlow>>;

/// The published flows that take the message, in the order in which they start.
Flows takers_of(const InboundMessage& message, Flows flows) {
  const MessageTraits traits{message.channel, message.text, message.to, message.from};
  std::erase_if(
      flows, [&](const auto& flow) { return !matches(*flow->program->trigger.message, traits); });
  const auto rank = [](const auto& flow) {
    return std::tuple(flow->program->trigger.message->priority, flow->flow.id.id);
  };
  std::sort(flows.begin(), flows.end(),
            [&](const auto& left, const auto& right) { return rank(left) < rank(right); });
  return flows;
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
  const auto flows =
      takers_of(*message, services.archive->published_by_trigger(matched->key->workspace,
                                                                 TriggerType::inbound_message));
  std::vector<Start> starts;
  for (const auto& flow : flows) {
    std::string memo = to_memo({meta_of(matched->request), flow->program->version});
    starts.push_back({trigger_of(*message, *flow), message_key(*message, std::move(memo))});
  }
  begin_all(services, matched, std::move(starts), std::move(respond));
}

}  // namespace millrace::http
