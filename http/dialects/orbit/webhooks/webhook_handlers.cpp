// Webhooks: create, list, read, update, delete, and their secrets, which are shown once.
#include "http/dialects/orbit/webhooks/webhook_handlers.hpp"

#include "http/dialects/orbit/changes.hpp"
#include "http/dialects/orbit/webhooks/webhook_answers.hpp"
#include "http/dialects/orbit/webhooks/webhook_requests.hpp"
#include "runtime/base/crypto.hpp"

namespace millrace::http::orbit {
namespace {

constexpr std::size_t secret_bytes = 32;

std::string new_secret(Random& random) {
  std::string bytes;
  while (bytes.size() < secret_bytes) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 8; ++i, bits >>= 8) bytes.push_back(static_cast<char>(bits & 0xff));
  }
  return "whsec_" + to_base64(bytes);
}

std::string seal(const Services& services, WebhookId id, const std::string& secret) {
  return services.vault->seal(secret, secret_context(id), Vault::draw_nonce(*services.random));
}

ChangeWish wish(const MatchedPtr& matched, WebhookChange change, int status, std::string secret) {
  ChangeWish made;
  made.what = std::move(change);
  made.status = status;
  made.shows_secret = !secret.empty();
  made.render = [meta = meta_of(matched->request),
                 secret = std::move(secret)](const ChangeOutcome& outcome) {
    return webhook_answer(outcome.webhook->webhook, secret, meta);
  };
  made.refuse = [matched](const Error& error, Respond respond) {
    refuse_webhook_change(matched, error, respond);
  };
  return made;
}

Response webhooks_page(const Services& services, const Matched& matched, const FlowsQuery& query) {
  auto all = services.archive->webhooks(matched.key->workspace);
  if (!all) return render_error(matched.request, all.error());
  if (query.after) {
    std::erase_if(*all, [&](const Webhook& webhook) { return webhook.id.id >= query.after->id; });
  }
  const CursorKeeper keeper{services.cursor_secret, matched.key->workspace};
  std::string cursor;
  if (const auto limit = static_cast<std::size_t>(query.limit); all->size() > limit) {
    all->resize(limit);
    cursor = next_cursor(keeper, query.filter, all->back().id.id);
  }
  Response response;
  response.body = webhooks_answer(*all, cursor, meta_of(matched.request));
  return response;
}

Response one_webhook(const Services& services, const Matched& matched, WebhookId id) {
  const auto webhook = services.archive->webhook(matched.key->workspace, id);
  if (!webhook && webhook.error().code == ErrorCode::not_found) {
    return render_missing_webhook(matched.request);
  }
  if (!webhook) return render_error(matched.request, webhook.error());
  Response response;
  response.body = webhook_answer(*webhook, {}, meta_of(matched.request));
  return response;
}

}  // namespace

Response render_missing_webhook(const Request& request) {
  return render(request, OrbitError{404, "NOT_FOUND", "no such webhook or delivery"});
}

void refuse_webhook_change(const MatchedPtr& matched, const Error& error, const Respond& respond) {
  if (error.code == ErrorCode::not_found) return respond(render_missing_webhook(matched->request));
  if (error.code == ErrorCode::version_conflict) {
    return respond(render(matched->request, OrbitError{409, "DELIVERY_PENDING", error.message}));
  }
  respond(render_error(matched->request, error));
}

void create_webhook(const Services& services, const MatchedPtr& matched, Respond respond) {
  auto draft = read_webhook(matched->request.body, services.egress);
  if (!draft) return respond(render(matched->request, draft.error()));
  std::string secret = draft->secret ? std::move(*draft->secret) : new_secret(*services.random);
  Webhook webhook;
  webhook.id = WebhookId{services.ids->next(Partition{0})};
  webhook.workspace = matched->key->workspace;
  webhook.url = std::move(draft->url);
  webhook.description = std::move(draft->description);
  webhook.events = draft->events;
  webhook.secret = seal(services, webhook.id, secret);
  webhook.created = webhook.updated = matched->request.received;
  submit_change(services, matched,
                wish(matched, CreateWebhook{std::move(webhook)}, 201, std::move(secret)),
                std::move(respond));
}

void list_webhooks(const Services& services, const MatchedPtr& matched, Respond respond) {
  const CursorKeeper keeper{services.cursor_secret, matched->key->workspace};
  FlowsQuery query;
  query.filter = "orbit/webhooks";
  const auto page = read_page(matched->request, keeper, query.filter);
  if (!page) return respond(render(matched->request, page.error()));
  query.limit = page->limit;
  if (page->after) query.after = FlowId{*page->after};
  services.read(
      matched, [&services, matched, query] { return webhooks_page(services, *matched, query); },
      std::move(respond));
}

void read_one_webhook(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  services.read(
      matched, [&services, matched, id] { return one_webhook(services, *matched, *id); },
      std::move(respond));
}

void update_webhook(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  auto changes = read_webhook_changes(matched->request.body, services.egress);
  if (!changes) return respond(render(matched->request, changes.error()));
  UpdateWebhook update;
  update.workspace = matched->key->workspace;
  update.webhook = *id;
  update.url = std::move(changes->url);
  update.description = std::move(changes->description);
  update.events = changes->events;
  update.active = changes->active;
  update.at = matched->request.received;
  submit_change(services, matched, wish(matched, std::move(update), 200, {}), std::move(respond));
}

void delete_webhook(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  auto gone = wish(matched, DeleteWebhook{matched->key->workspace, *id}, 204, {});
  gone.render = [](const ChangeOutcome&) { return std::string(); };
  submit_change(services, matched, std::move(gone), std::move(respond));
}

void rotate_webhook_secret(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = read_webhook_id(matched->capture("id"));
  if (!id) return respond(render_missing_webhook(matched->request));
  auto rotation = read_rotation(matched->request.body);
  if (!rotation) return respond(render(matched->request, rotation.error()));
  std::string secret =
      rotation->secret ? std::move(*rotation->secret) : new_secret(*services.random);
  RotateWebhookSecret rotate;
  rotate.workspace = matched->key->workspace;
  rotate.webhook = *id;
  rotate.secret = seal(services, *id, secret);
  rotate.previous_expires = matched->request.received + rotation->overlap;
  rotate.at = matched->request.received;
  submit_change(services, matched, wish(matched, std::move(rotate), 200, std::move(secret)),
                std::move(respond));
}

}  // namespace millrace::http::orbit
