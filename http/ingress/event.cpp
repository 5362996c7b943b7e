// Events in: match, key, begin.
#include "http/ingress/event.hpp"

#include "http/dialects/idempotency.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "http/ingress/begin_all.hpp"
#include "http/ingress/event_codec.hpp"
#include "http/ingress/named_key.hpp"
#include "runtime/base/log.hpp"
#include "runtime/engine/intake.hpp"
#include "runtime/flow/event_options.hpp"

namespace millrace::http {
namespace {

using orbit::OrbitResult;

/// What all events of one call share.
struct Call {
  const Services& services;
  const Matched& matched;
  std::optional<IdempotencyKey> key;
};

bool passes(const Call& call, const PublishedFlow& flow, const InboundEvent& event) {
  const Intake* intake = flow.program->intake.get();
  if (intake == nullptr) return true;
  const auto passed = passes_filter(*intake, {event.payload->root, call.services.env.get()});
  if (passed) return *passed;
  log(LogLevel::warn, "event.filter_failed",
      {{"flow", to_base62(flow.flow.id.id)}, {"message", passed.error().message}});
  return false;
}

bool starts(const Call& call, const PublishedFlow& flow, const InboundEvent& event) {
  const EventOptions& options = *flow.program->trigger.event;
  if (!matches(options, event.type, event.source)) return false;
  const Timestamp now = call.matched.request.received;
  if (options.age_max && event.time && now - *event.time > *options.age_max) return false;
  return passes(call, flow, event);
}

/// By the flow's own key, else by the event's id, else by the Idempotency-Key and the event's place
/// in the call.
Result<std::optional<TriggerKey>> key_of(const Call& call, const PublishedFlow& flow,
                                         const InboundEvent& event, std::size_t place) {
  std::string memo = to_memo({meta_of(call.matched.request), flow.program->version});
  if (const Intake* intake = flow.program->intake.get()) {
    const auto key = dedupe_key_of(*intake, {event.payload->root, call.services.env.get()});
    if (!key) return key.error();
    if (!key->empty()) return std::optional(named_key("dedupe:", *key, std::move(memo)));
  }
  if (const std::string name = name_of(event); !name.empty()) {
    return std::optional(named_key("event:", name, std::move(memo)));
  }
  if (!call.key) return std::optional<TriggerKey>{};
  const std::string suffix = place == 0 ? "" : ":" + std::to_string(place);
  return std::optional(
      TriggerKey{"key:" + call.key->key + suffix, call.key->fingerprint, std::move(memo)});
}

Trigger trigger_of(const InboundEvent& event, const PublishedFlow& flow) {
  Trigger trigger;
  trigger.workspace = flow.flow.workspace;
  trigger.program = flow.program;
  trigger.type = TriggerType::event;
  trigger.payload = event.payload;
  trigger.contact = event.contact;
  return trigger;
}

Result<std::vector<Start>> all_starts(const Call& call, const std::vector<InboundEvent>& events) {
  const auto flows =
      call.services.archive->published_by_trigger(call.matched.key->workspace, TriggerType::event);
  std::vector<Start> found;
  for (std::size_t place = 0; place < events.size(); ++place) {
    for (const auto& flow : flows) {
      if (!starts(call, *flow, events[place])) continue;
      auto key = key_of(call, *flow, events[place], place);
      if (!key) return key.error();
      found.push_back({trigger_of(events[place], *flow), std::move(*key),
                       flow->program->trigger.event->debounce});
    }
  }
  return found;
}

}  // namespace

void take_events(const Services& services, const MatchedPtr& matched, Respond respond) {
  auto key = idempotency_key(matched->request, matched->key->workspace, Dialect::orbit);
  if (!key) {
    const Error error{ErrorCode::invalid_json, key.error().message, key.error().path};
    return respond(orbit::render_error(matched->request, error));
  }
  const auto events = read_events(matched->request);
  if (!events) return respond(orbit::render(matched->request, events.error()));
  auto found = all_starts({services, *matched, std::move(*key)}, *events);
  if (!found) return respond(orbit::render_error(matched->request, found.error()));
  begin_all(services, matched, std::move(*found), std::move(respond));
}

}  // namespace millrace::http
