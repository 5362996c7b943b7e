// Rings that nobody holds any more are swept with the next commit.
#include "actors/event_hub.hpp"

#include "actors/guard.hpp"

#include <caf/send.hpp>

namespace millrace::actors {
namespace {

class RingSubscription : public Subscription {
 public:
  RingSubscription(RingPtr ring, std::shared_ptr<std::atomic<std::size_t>> subscribers)
      : ring_(std::move(ring)), subscribers_(std::move(subscribers)) {
    subscribers_->fetch_add(1);
  }
  ~RingSubscription() override {
    ring_->silence();
    subscribers_->fetch_sub(1);
  }

  std::vector<FeedTurn> take(std::size_t count_max, bool& lagged) override {
    return ring_->take(count_max, lagged);
  }
  bool is_live() const override { return ring_->is_live(); }
  std::uint64_t seen() const override { return ring_->seen(); }

 private:
  RingPtr ring_;
  std::shared_ptr<std::atomic<std::size_t>> subscribers_;
};

}  // namespace

void EventHubState::subscribe(const RingPtr& ring) {
  rings.push_back(ring);
  ring->go_live();
}

void EventHubState::publish(const FeedBatch& feed) {
  std::erase_if(rings, [](const auto& ring) { return ring.expired(); });
  for (const auto& weak : rings) {
    const RingPtr ring = weak.lock();
    if (!ring) continue;
    for (const auto& turn : feed.turns) {
      if (turn->summary.workspace == ring->workspace()) ring->put(turn);
    }
    ring->see(feed.commit);
  }
}

std::shared_ptr<Subscription> Feed::subscribe(WorkspaceNumber workspace,
                                              std::function<void()> wake) {
  auto ring = std::make_shared<Ring>(workspace, limits::feed_events_per_subscriber_max,
                                     limits::feed_bytes_per_subscriber_max, std::move(wake));
  auto subscription = std::make_shared<RingSubscription>(ring, house_.subscribers);
  if (house_.hub) caf::anon_send(house_.hub, std::move(ring));
  return subscription;
}

event_hub_actor::behavior_type event_hub(event_hub_actor::stateful_pointer<EventHubState> self,
                                         House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  return {
      [self](const RingPtr& ring) { self->state.subscribe(ring); },
      [self](const FeedBatchPtr& feed) { self->state.publish(*feed); },
  };
}

}  // namespace millrace::actors
