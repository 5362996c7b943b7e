// Reads for the sender what is on disk: the feed, and the turns that bodies are made of. A thread
// of its own, so that webhooks never hold up the waking of runs.
#pragma once

#include "actors/house.hpp"
#include "actors/webhooks/webhook_mail.hpp"

namespace millrace::actors {

struct WebhookReaderState {
  static inline const char* name = "webhook_reader";
  explicit WebhookReaderState(webhook_reader_actor::pointer actor) : self(actor) {}

  void load();
  void collect(const CollectRequest& request);
  void make_body(const BodyRequest& request);

  webhook_reader_actor::pointer self;
  House* house = nullptr;
};

/// `detached` in production: it blocks in the disk. Pooled under the test scheduler.
webhook_reader_actor::behavior_type webhook_reader(
    webhook_reader_actor::stateful_pointer<WebhookReaderState> self, House* house);

}  // namespace millrace::actors
