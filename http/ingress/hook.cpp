// A webhook comes in: find the flow, check that it takes this call, submit, answer as the flow
// wants it.
#include "http/ingress/hook.hpp"

#include "http/dialects/choose.hpp"
#include "http/dialects/idempotency.hpp"
#include "http/ingress/hook_answer.hpp"
#include "http/ingress/hook_check.hpp"
#include "http/ingress/hook_payload.hpp"
#include "http/ingress/named_key.hpp"
#include "http/status.hpp"
#include "runtime/base/log.hpp"
#include "runtime/engine/intake.hpp"

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
  return path && *path == options.path ? published : nullptr;
}

bool takes(const TriggerOptions& options, const std::string& method) {
  return std::find(options.methods.begin(), options.methods.end(), method) != options.methods.end();
}

/// One hook call on its way in.
struct Knock {
  const Services& services;
  const Matched& matched;
  const PublishedFlow& published;
  std::string delivery;  ///< what the sender calls it; empty: it does not
};

Result<std::string> check_sender(const Services& services, const Request& request,
                                 const PublishedFlow& published) {
  const HookAuth* auth = published.program->trigger.auth.get();
  if (auth == nullptr) return std::string();
  auto delivery = check_hook(*auth, request, {services.env.get(), services.public_url});
  if (!delivery && delivery.error().code == ErrorCode::unavailable) {
    log(LogLevel::error, "hook.secret_missing",
        {{"flow", to_base62(published.flow.id.id)}, {"message", "name it in the [env] table"}});
  }
  return delivery;
}

Result<void> check_body(const Intake& intake, const Json& payload) {
  if (!intake.schema) return {};
  const auto problems = check(*intake.schema, payload.at("body"), "$");
  if (problems.empty()) return {};
  Error error{ErrorCode::validation, {}, problems.front().path};
  for (const Problem& problem : problems) {
    if (!error.message.empty()) error.message += ' ';
    error.message += problem.path + ": " + problem.message;
  }
  return error;
}

Result<Trigger> read_trigger(const Knock& knock) {
  const TriggerOptions& options = knock.published.program->trigger;
  const Request& request = knock.matched.request;
  using Names = std::span<const std::string>;
  auto payload = make_hook_payload(request, options.auth ? Names(options.auth->masked) : Names(),
                                   knock.services.redaction.get());
  if (!payload) return payload.error();
  if (const Intake* intake = knock.published.program->intake.get()) {
    if (const auto good = check_body(*intake, (*payload)->root); !good) return good.error();
  }
  Trigger trigger;
  trigger.workspace = knock.published.flow.workspace;
  trigger.program = knock.published.program;
  trigger.type = TriggerType::webhook;
  trigger.payload = std::move(*payload);
  return trigger;
}

/// By the flow's own key, else by the sender's name of the delivery, else by the Idempotency-Key.
Result<std::optional<TriggerKey>> trigger_key(const Knock& knock, const Trigger& trigger) {
  if (const Intake* intake = knock.published.program->intake.get()) {
    const auto key = dedupe_key_of(*intake, {trigger.payload->root, knock.services.env.get()});
    if (!key) return key.error();
    if (!key->empty()) return std::optional(named_key("dedupe:", *key));
  }
  if (!knock.delivery.empty()) return std::optional(named_key("delivery:", knock.delivery));
  const StoredFlow& flow = knock.published.flow;
  auto key = idempotency_key(knock.matched.request, flow.workspace, flow.dialect);
  if (!key) return Error{ErrorCode::invalid_json, key.error().message, key.error().path};
  if (!*key) return std::optional<TriggerKey>{};
  return std::optional(TriggerKey{"key:" + (*key)->key, (*key)->fingerprint, {}});
}

/// What the flow's `response` needs to be told when the run has begun; null when it has none.
struct OwnAnswer {
  ProgramPtr program;
  JsonDocumentPtr payload;
  std::shared_ptr<const Json> env;
};
using OwnAnswerPtr = std::shared_ptr<const OwnAnswer>;

OwnAnswerPtr own_answer(const Services& services, const Trigger& trigger) {
  const Intake* intake = trigger.program->intake.get();
  if (intake == nullptr || !intake->response) return nullptr;
  return std::make_shared<const OwnAnswer>(
      OwnAnswer{trigger.program, trigger.payload, services.env});
}

/// The run is begun whatever becomes of its answer, so that a broken one is for the log.
Response tell(const OwnAnswer* own, ResponseMode mode, const TriggerOutcome& outcome) {
  if (own == nullptr) return hook_answer(mode, outcome);
  auto answer =
      response_of(*own->program->intake, {own->payload->root, own->env.get()}, outcome.execution);
  if (answer) return hook_answer(std::move(*answer), outcome);
  log(LogLevel::warn, "hook.response_failed",
      {{"flow", to_base62(own->program->flow.id)}, {"message", answer.error().message}});
  return hook_answer(mode, outcome);
}

std::optional<Error> refuse_size(const Request& request, const TriggerOptions& options) {
  const std::size_t bytes_max = options.body_bytes_max;
  if (bytes_max == 0 || request.body.size() <= bytes_max) return std::nullopt;
  return Error{ErrorCode::too_large,
               "this hook takes at most " + std::to_string(bytes_max) + " bytes"};
}

void submit(const Knock& knock, const MatchedPtr& matched, const Respond& respond) {
  const auto refuse = [&](const Error& error) {
    respond(render_in_chosen_dialect(matched->request, error, http_status(error.code)));
  };
  auto trigger = read_trigger(knock);
  if (!trigger) return refuse(trigger.error());
  auto key = trigger_key(knock, *trigger);
  if (!key) return refuse(key.error());
  const ResponseMode mode = knock.published.program->trigger.response_mode;
  auto told = [matched, mode, respond,
               own = own_answer(knock.services, *trigger)](const Result<TriggerOutcome>& outcome) {
    respond(outcome ? tell(own.get(), mode, *outcome)
                    : render_in_chosen_dialect(matched->request, outcome.error(),
                                               http_status(outcome.error().code)));
  };
  const auto refused = knock.services.gateway->submit(std::move(*trigger), std::move(*key), mode,
                                                      {knock.services.sink, std::move(told)});
  if (refused) refuse(*refused);
}

}  // namespace

void take_hook(const Services& services, const MatchedPtr& matched, Respond respond) {
  const Request& request = matched->request;
  const auto refuse = [&](const Error& error) {
    respond(render_in_chosen_dialect(request, error, http_status(error.code)));
  };
  const auto published = find_hook(services, *matched);
  if (!published) return refuse({ErrorCode::not_found, "no such hook"});
  const TriggerOptions& options = published->program->trigger;
  if (options.auth) {
    auto handshake = answer_handshake(*options.auth, request, services.env.get());
    if (handshake) return respond(std::move(*handshake));
  }
  if (!takes(options, request.method)) return refuse({ErrorCode::not_found, "no such hook"});
  if (const auto large = refuse_size(request, options)) return refuse(*large);
  auto delivery = check_sender(services, request, *published);
  if (!delivery) return refuse(delivery.error());
  submit({services, *matched, *published, std::move(*delivery)}, matched, respond);
}

}  // namespace millrace::http
