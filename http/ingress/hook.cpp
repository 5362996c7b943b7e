// A webhook comes in: find the flow, check that it takes this call, submit, answer as the flow
// wants it.
#include "http/ingress/hook.hpp"

#include "http/dialects/choose.hpp"
#include "http/dialects/idempotency.hpp"
#include "http/ingress/hook_answer.hpp"
#include "http/ingress/hook_payload.hpp"
#include "http/status.hpp"

#include <algorithm>

namespace millrace::http {
namespace {

using PublishedPtr = std::shared_ptr<const PublishedFlow>;

/// Null for whatever is not to be called this way; which of the reasons it was is nobody's
/// business.
PublishedPtr find_hook(const Services& services, const Matched& matched) {
  const auto id = parse_id(matched.capture("flow"));
  if (!id) return nullptr;
  auto published = services.archive->published(FlowId{*id});
  if (!published) return nullptr;
  const TriggerOptions& options = published->program->trigger;
  if (options.type != TriggerType::webhook) return nullptr;
  const auto path = normalise_hook_path(matched.capture("path"));
  if (!path || *path != options.path) return nullptr;
  const auto& methods = options.methods;
  const bool taken =
      std::find(methods.begin(), methods.end(), matched.request.method) != methods.end();
  return taken ? published : nullptr;
}

Result<Trigger> read_trigger(const Matched& matched, const PublishedFlow& published) {
  const std::size_t bytes_max = published.program->trigger.body_bytes_max;
  if (bytes_max != 0 && matched.request.body.size() > bytes_max) {
    return Error{ErrorCode::too_large,
                 "this hook takes at most " + std::to_string(bytes_max) + " bytes"};
  }
  auto payload = make_hook_payload(matched.request);
  if (!payload) return payload.error();
  Trigger trigger;
  trigger.workspace = published.flow.workspace;
  trigger.program = published.program;
  trigger.type = TriggerType::webhook;
  trigger.payload = std::move(*payload);
  return trigger;
}

Result<std::optional<TriggerKey>> trigger_key(const Request& request, const StoredFlow& flow) {
  auto key = idempotency_key(request, flow.workspace, flow.dialect);
  if (!key) return key.error();
  if (!*key) return std::optional<TriggerKey>{};
  return std::optional(TriggerKey{"key:" + (*key)->key, (*key)->fingerprint, {}});
}

}  // namespace

void take_hook(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto refuse = [&](const Error& error) {
    respond(render_in_chosen_dialect(matched->request, error, http_status(error.code)));
  };
  const auto published = find_hook(services, *matched);
  if (!published) return refuse({ErrorCode::not_found, "no such hook"});
  auto trigger = read_trigger(*matched, *published);
  if (!trigger) return refuse(trigger.error());
  auto key = trigger_key(matched->request, published->flow);
  if (!key) return refuse({ErrorCode::invalid_json, key.error().message, key.error().path});
  const ResponseMode mode = published->program->trigger.response_mode;
  auto told = [matched, mode, respond](const Result<TriggerOutcome>& outcome) {
    respond(outcome ? hook_answer(mode, *outcome)
                    : render_in_chosen_dialect(matched->request, outcome.error(),
                                               http_status(outcome.error().code)));
  };
  const auto refused = services.gateway->submit(std::move(*trigger), std::move(*key), mode,
                                                {services.sink, std::move(told)});
  if (refused) refuse(*refused);
}

}  // namespace millrace::http
