// Forwards everything to the coordinator's own clock but the cancellation for actors that armed
// nothing. Delayed messages are not among what an ending actor cancels, so they need not be
// remembered.
#include "actors/quiet_clock.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <atomic>
#include <mutex>
#include <unordered_set>

namespace millrace::actors {
namespace {

using Clock = caf::detail::thread_safe_actor_clock;

class QuietClock : public Clock {
 public:
  explicit QuietClock(Clock& clock) : clock_(clock) {}

  void set_ordinary_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override {
    remember(self);
    clock_.set_ordinary_timeout(due, self, type, id);
  }
  void set_multi_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override {
    remember(self);
    clock_.set_multi_timeout(due, self, type, id);
  }
  void set_request_timeout(time_point due, caf::abstract_actor* self, caf::message_id id) override {
    remember(self);
    clock_.set_request_timeout(due, self, id);
  }
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    clock_.cancel_ordinary_timeout(self, type);
  }
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
    clock_.cancel_request_timeout(self, id);
  }
  void cancel_timeouts(caf::abstract_actor* self) override {
    if (forget(self)) clock_.cancel_timeouts(self);
  }
  void schedule_message(time_point due, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override {
    clock_.schedule_message(due, std::move(receiver), std::move(content));
  }
  void schedule_message(time_point due, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override {
    clock_.schedule_message(due, std::move(target), std::move(sender), std::move(content));
  }
  void cancel_all() override { clock_.cancel_all(); }

 private:
  void remember(caf::abstract_actor* self) {
    const std::lock_guard lock(mutex_);
    any_.store(true);
    armed_.insert(self->id());
  }
  bool forget(caf::abstract_actor* self) {
    if (!any_.load()) return false;
    const std::lock_guard lock(mutex_);
    return armed_.erase(self->id()) > 0;
  }

  Clock& clock_;
  std::atomic<bool> any_{false};  ///< so that nobody locks while nobody ever armed
  std::mutex mutex_;
  std::unordered_set<caf::actor_id> armed_;
};

class QuietCoordinator : public caf::scheduler::coordinator<caf::policy::work_sharing> {
 public:
  explicit QuietCoordinator(caf::actor_system& system)
      : coordinator(system), quiet_(coordinator::clock()) {}

 protected:
  Clock& clock() noexcept override { return quiet_; }

 private:
  QuietClock quiet_;
};

}  // namespace

caf::actor_system::module* make_quiet_coordinator(caf::actor_system& system) {
  return new QuietCoordinator(system);
}

}  // namespace millrace::actors
