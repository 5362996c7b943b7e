// One request with a key runs; its answer is kept before it is told.
#include "http/dialects/orbit/once.hpp"

#include "http/dialects/idempotency.hpp"
#include "http/dialects/orbit/errors.hpp"

#include <utility>

namespace millrace::http::orbit {
namespace {

/// The first request with its key, until it is answered.
struct First {
  const Services& services;
  MatchedPtr matched;
  IdempotencyKey key;
  std::string name;
  int status = 200;
  Respond respond;
  std::function<void(Respond)> act;
};
using FirstPtr = std::shared_ptr<const First>;

void tell(const First& first, Response response) {
  const auto behind = first.services.pending->leave(first.name);
  Response again = response;
  if (again.status == first.status) mark_replayed(again);
  first.respond(std::move(response));
  for (const Respond& respond : behind) respond(again);
}

Response stored(const First& first, const ChangeOutcome& outcome) {
  Response response;
  response.status = first.status;
  response.body = outcome.stored_answer;
  mark_replayed(response);
  return response;
}

RequestKey request_key(const First& first, std::string answer) {
  return {first.matched->key->id, first.key.key, first.key.fingerprint,
          first.matched->request.received + first.services.idempotency_window,
          [answer = std::move(answer)](const ChangeOutcome&) { return answer; }};
}

/// The effect stands whatever becomes of this: where the answer cannot be kept it is told all the
/// same. One that the effect itself has kept is found here.
void keep(const FirstPtr& first, Response response) {
  if (response.status != first->status) return tell(*first, std::move(response));
  CatalogChange change{KeepAnswer{}, request_key(*first, response.body)};
  auto told = [first, response](const Result<ChangeOutcome>& outcome) {
    const bool another = outcome && outcome->replayed && outcome->stored_answer != response.body;
    tell(*first, another ? stored(*first, *outcome) : response);
  };
  const auto refused =
      first->services.gateway->change(std::move(change), {first->services.sink, std::move(told)});
  if (refused) tell(*first, std::move(response));
}

void run(const FirstPtr& first) {
  first->act([first](Response response) { keep(first, std::move(response)); });
}

/// Is there an answer of an earlier one?
void look_up(const FirstPtr& first) {
  CatalogChange change{KeepAnswer{.only_ask = true}, request_key(*first, {})};
  auto told = [first](const Result<ChangeOutcome>& outcome) {
    if (outcome) return tell(*first, stored(*first, *outcome));
    if (outcome.error().code == ErrorCode::not_found) return run(first);
    tell(*first, render_error(first->matched->request, outcome.error()));
  };
  const auto refused =
      first->services.gateway->change(std::move(change), {first->services.sink, std::move(told)});
  if (refused) tell(*first, render_error(first->matched->request, *refused));
}

}  // namespace

void once(const Services& services, const MatchedPtr& matched, int status, Respond respond,
          std::function<void(Respond)> act) {
  auto key = idempotency_key(matched->request, matched->key->workspace, Dialect::orbit);
  if (!key) {
    return respond(render_error_as(matched->request, key.error(), 400));
  }
  if (!*key) return act(std::move(respond));
  std::string name = to_base62(matched->key->id.id) + ':' + (*key)->key;
  switch (
      services.pending->enter(name, (*key)->fingerprint, services.clock->monotonic(), respond)) {
    case PendingKeys::Place::behind:
      return;
    case PendingKeys::Place::conflict:
      return respond(render_error(matched->request, {ErrorCode::idempotency_mismatch,
                                                     "the key was used for another request"}));
    case PendingKeys::Place::first:
      break;
  }
  look_up(std::make_shared<const First>(First{services, matched, std::move(**key), std::move(name),
                                              status, std::move(respond), std::move(act)}));
}

}  // namespace millrace::http::orbit
