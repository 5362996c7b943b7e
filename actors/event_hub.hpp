// Hands the turns of each commit to the rings of those who subscribed. Without subscribers the
// writer does not even send them here.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"
#include "actors/ring.hpp"

namespace millrace::actors {

struct EventHubState {
  static inline const char* name = "event_hub";

  /// What is committed after this ring has come in is put into it; the rest is on disk.
  void subscribe(const RingPtr& ring);
  /// In the order of commits: the one committer sends, one mailbox receives.
  void publish(const FeedBatch& feed);

  std::vector<std::weak_ptr<Ring>> rings;
};

event_hub_actor::behavior_type event_hub(event_hub_actor::stateful_pointer<EventHubState> self,
                                         House* house);

/// The port. The ring is held by the subscriber alone: when it goes, the subscription has ended.
class Feed : public EventFeed {
 public:
  explicit Feed(House& house) : house_(house) {}
  std::shared_ptr<Subscription> subscribe(WorkspaceNumber workspace,
                                          std::function<void()> wake) override;

 private:
  House& house_;
};

}  // namespace millrace::actors
