// An inbound message: match, submit to every flow, answer when the last one has begun.
#include "http/ingress/message.hpp"

#include "http/dialects/idempotency.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "http/ingress/message_codec.hpp"

namespace millrace::http {
namespace {

/// Gathers the outcomes of one message. Lives on the I/O thread; ends with the last reply.
class Gathering {
 public:
  Gathering(MatchedPtr matched, Respond respond, std::size_t count)
      : matched_(std::move(matched)),
        respond_(std::move(respond)),
        outcomes_(count),
        missing_(count) {}

  void take(std::size_t index, const Result<TriggerOutcome>& outcome) {
    if (outcome) {
      outcomes_[index] = *outcome;
    } else if (!error_) {
      error_ = outcome.error();
    }
    if (--missing_ > 0) return;
    respond_(error_ ? orbit::render_error(matched_->request, *error_)
                    : messages_answer(outcomes_, matched_->request));
  }

 private:
  MatchedPtr matched_;
  Respond respond_;
  std::vector<TriggerOutcome> outcomes_;
  std::size_t missing_;
  std::optional<Error> error_;
};

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
  if (flows.empty()) return respond(messages_answer({}, matched->request));
  auto gathering = std::make_shared<Gathering>(matched, std::move(respond), flows.size());
  for (std::size_t i = 0; i < flows.size(); ++i) {
    auto told = [gathering, i](const Result<TriggerOutcome>& outcome) {
      gathering->take(i, outcome);
    };
    const auto refused = services.gateway->submit(
        trigger_of(*message, *flows[i]),
        message_key(*message, to_memo({meta_of(matched->request), flows[i]->program->version})),
        ResponseMode::immediate, {services.sink, std::move(told)});
    if (refused) gathering->take(i, *refused);
  }
}

}  // namespace millrace::http
