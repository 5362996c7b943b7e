// Sends what workspaces asked to be told. Each endpoint reads the feed at its own pace: what it
// asked for becomes rows in one commit with how far it has come, then each is tried until it is
// delivered or dead, and what became of every attempt is on disk before the next.
#pragma once

#include "actors/house.hpp"
#include "actors/webhooks/endpoint.hpp"
#include "actors/webhooks/webhook_mail.hpp"

#include <deque>
#include <unordered_map>

namespace millrace::actors {

struct WebhookSenderState {
  static inline const char* name = "webhook_sender";
  explicit WebhookSenderState(webhook_sender_actor::pointer actor) : self(actor) {}

  void on_loaded(LoadedWebhooks& loaded);
  void on_news(const WebhookOutcome& news);
  void on_feed_grew(WorkspaceNumber workspace);
  void on_collected(Collected& collected);
  void on_noted(const Noted& noted);
  void on_body(LoadedBody& loaded);
  void on_done(const DeliveryDone& done);
  void on_tick(std::uint64_t tick_generation);

  webhook_sender_actor::pointer self;
  House* house = nullptr;
  std::shared_ptr<Bridge<webhook_sender_actor>> bridge;

 private:
  struct Attempt {
    WebhookId webhook;
    DeliveryId delivery;
  };
  void add(StoredWebhook stored);
  void forget(WebhookId id);
  void watch(WorkspaceNumber workspace);
  void put_in_line(Endpoint& endpoint, Delivery delivery);
  void collect(Endpoint& endpoint);
  void note(WebhookChange change);
  void note(std::shared_ptr<const WebhookChange> change);
  void on_noted_deliveries(const NoteDeliveries& note);
  void look(Endpoint& endpoint);
  void start(Endpoint& endpoint, Delivery delivery);
  void send(std::uint64_t ticket, Endpoint& endpoint, DeliveryText text);
  void judge(Endpoint& endpoint, const Delivery& delivery, const Result<CallReply>& outcome);
  void settle(const Endpoint& endpoint, Delivery delivery, bool disable = false);
  /// The attempt is over: its endpoint and what it tried, unless they have gone meanwhile.
  std::pair<Endpoint*, const Delivery*> close(std::uint64_t ticket);
  void look_at_the_next_in_line();
  void keep_up(Endpoint& endpoint, MonotonicTime now);
  void wake_at(WebhookId id, std::optional<Timestamp> at);
  void arm_tick();

  std::unordered_map<WebhookId, Endpoint> endpoints;
  /// Of workspaces with an active endpoint. What is in them is read from the feed, not taken here.
  std::map<WorkspaceNumber, std::shared_ptr<Subscription>> watches;
  std::unordered_map<std::uint64_t, Attempt> attempts;
  std::uint64_t tickets = 0;
  std::deque<WebhookId> lined_up;  ///< due, while attempts of all endpoints are their most
  std::size_t pending = 0;         ///< of all endpoints
  std::vector<std::shared_ptr<const WebhookChange>> refused;  ///< notes to be made again
  bool reload = false;                                        ///< a read failed
  std::unordered_map<WebhookId, Timestamp> wake_times;
  std::set<std::pair<Timestamp, WebhookId>> wakes;
  std::uint64_t generation = 0;
  std::optional<MonotonicTime> tick_at;
};

webhook_sender_actor::behavior_type webhook_sender(
    webhook_sender_actor::stateful_pointer<WebhookSenderState> self, House* house);

}  // namespace millrace::actors
