// The port Gateway: the gate, the stamps, and one message to the partition's supervisor or to the
// writer. Thread-safe, nothing blocks; not an actor, so that «no room» is said on the caller's own
// thread.
#pragma once

#include "actors/house.hpp"

namespace millrace::actors {

/// Gateway::submit, for actors of the house too.
std::optional<Error> submit(House& house, Trigger trigger, std::optional<TriggerKey> key,
                            ResponseMode mode, Reply<TriggerOutcome> reply);

/// Gateway::control, for actors of the house too.
std::optional<Error> control(House& house, WorkspaceNumber workspace, ExecutionId execution,
                             Control what, Reply<ControlOutcome> reply);

class Door : public Gateway {
 public:
  explicit Door(House& house) : house_(house) {}

  std::optional<Error> submit(Trigger trigger, std::optional<TriggerKey> key, ResponseMode mode,
                              Reply<TriggerOutcome> reply) override {
    return actors::submit(house_, std::move(trigger), std::move(key), mode, std::move(reply));
  }
  std::optional<Error> change(CatalogChange change, Reply<ChangeOutcome> reply) override;
  std::optional<Error> control(WorkspaceNumber workspace, ExecutionId execution, Control what,
                               Reply<ControlOutcome> reply) override {
    return actors::control(house_, workspace, execution, what, std::move(reply));
  }
  bool ready(std::string* reason) const override { return house_.gate.ready(reason); }
  bool paused() const override { return house_.paused.load(); }

 private:
  House& house_;
};

/// A contact's runs share a partition, so that one supervisor keeps their order; so do the triggers
/// of one idempotency key. All others are spread by `chance`.
Partition partition_of(const Trigger& trigger, const std::optional<TriggerKey>& key,
                       std::uint16_t partitions, Random& chance);

}  // namespace millrace::actors
