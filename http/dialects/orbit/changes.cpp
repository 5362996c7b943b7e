// Handing a change of the catalogue to the gateway and its outcome back to the client.
#include "http/dialects/orbit/changes.hpp"

#include "http/dialects/idempotency.hpp"

namespace millrace::http::orbit {
namespace {

using RenderOutcome = std::function<std::string(const ChangeOutcome&)>;

/// Nothing for requests without the header, and for methods that are idempotent by themselves.
Result<std::optional<RequestKey>> request_key(const Services& services, const Matched& matched,
                                              RenderOutcome render) {
  if (matched.request.method != "POST") return std::optional<RequestKey>{};
  auto key = idempotency_key(matched.request, matched.key->workspace, Dialect::orbit);
  if (!key) return key.error();
  if (!*key) return std::optional<RequestKey>{};
  return std::optional(RequestKey{matched.key->id, std::move((*key)->key), (*key)->fingerprint,
                                  matched.request.received + services.idempotency_window,
                                  std::move(render)});
}

constexpr std::string_view answer_context = "stored answer";

/// What is stored of an answer that shows a secret.
RenderOutcome sealed(const Services& services, RenderOutcome render) {
  return [vault = services.vault, nonce = Vault::draw_nonce(*services.random),
          render = std::move(render)](const ChangeOutcome& outcome) {
    return vault->seal(render(outcome), answer_context, nonce);
  };
}

/// The vault is null where answers are stored as they are.
Response answer(int status, const ChangeOutcome& outcome, const RenderOutcome& render,
                const Vault* vault) {
  Response response;
  response.status = status;
  if (outcome.replayed) {
    response.body = outcome.stored_answer;
    if (vault != nullptr) response.body = vault->open(response.body, answer_context).value_or("");
    mark_replayed(response);
  } else {
    response.body = render(outcome);
  }
  return response;
}

}  // namespace

void submit_change(const Services& services, const MatchedPtr& matched, ChangeWish wish,
                   Respond respond) {
  auto key = request_key(services, *matched,
                         wish.shows_secret ? sealed(services, wish.render) : wish.render);
  if (!key) {
    OrbitError error = from_error(key.error());
    error.status = 400;
    return respond(render(matched->request, error));
  }
  auto told = [matched, status = wish.status, render_outcome = std::move(wish.render),
               vault = wish.shows_secret ? services.vault : nullptr,
               refuse = std::move(wish.refuse), respond](const Result<ChangeOutcome>& outcome) {
    if (outcome) return respond(answer(status, *outcome, render_outcome, vault.get()));
    if (refuse) return refuse(outcome.error(), respond);
    respond(render_error(matched->request, outcome.error()));
  };
  const auto refused = services.gateway->change({std::move(wish.what), std::move(*key)},
                                                {services.sink, std::move(told)});
  if (refused) respond(render_error(matched->request, *refused));
}

void change_then(const Services& services, const MatchedPtr& matched, FlowChange what,
                 std::function<void(const ChangeOutcome&)> next,
                 std::function<void(const Error&, Respond)> refuse, Respond respond) {
  auto told = [next = std::move(next), refuse = std::move(refuse),
               respond](const Result<ChangeOutcome>& outcome) {
    if (outcome) return next(*outcome);
    refuse(outcome.error(), respond);
  };
  const auto refused =
      services.gateway->change({std::move(what), std::nullopt}, {services.sink, std::move(told)});
  if (refused) respond(render_error(matched->request, *refused));
}

void refuse_unless_replayed(const Services& services, const MatchedPtr& matched, FlowId flow,
                            int status, Response refusal, Respond respond) {
  if (matched->request.header("idempotency-key").empty()) return respond(std::move(refusal));
  // No flow has version 0: the change itself is always refused, only a known request key is
  // answered.
  UpdateFlow never;
  never.workspace = matched->key->workspace;
  never.flow = flow;
  never.expected_version = 0;
  auto refuse = [matched, refusal = std::move(refusal)](const Error& error, Respond reply) {
    const bool mismatch = error.code == ErrorCode::idempotency_mismatch;
    reply(mismatch ? render_error(matched->request, error) : refusal);
  };
  auto nothing = [](const ChangeOutcome&) { return std::string(); };
  submit_change(services, matched, {std::move(never), status, nothing, std::move(refuse)},
                std::move(respond));
}

}  // namespace millrace::http::orbit
