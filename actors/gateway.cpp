// Room first, then stamps, then mail.
#include "actors/gateway.hpp"

#include "actors/defaults.hpp"
#include "actors/messages.hpp"
#include "runtime/base/ingress_limits.hpp"

#include <caf/send.hpp>

namespace millrace::actors {
namespace {

/// Beyond the definition's text nothing of a change is large.
std::size_t bytes_of(const CatalogChange& change) {
  std::size_t bytes = defaults::trigger_overhead_bytes;
  if (const auto* create = std::get_if<CreateFlow>(&change.what)) {
    bytes += create->version.definition.size();
  } else if (const auto* update = std::get_if<UpdateFlow>(&change.what)) {
    bytes += update->definition ? update->definition->size() : 0;
  } else if (const auto* event = std::get_if<DebounceEvent>(&change.what)) {
    bytes += event->payload.size();
  }
  return bytes;
}

}  // namespace

Partition partition_of(const Trigger& trigger, const std::optional<TriggerKey>& key,
                       std::uint16_t partitions, Random& chance) {
  const auto workspace = static_cast<std::uint64_t>(trigger.workspace);
  std::uint64_t number = 0;
  if (!trigger.contact.empty()) {
    number = stable_hash(trigger.contact, workspace);
  } else if (key) {
    number = stable_hash(key->key, workspace);
  } else {
    number = chance.next();
  }
  return Partition(number % partitions);
}

std::optional<Error> submit(House& house, Trigger trigger, std::optional<TriggerKey> key,
                            ResponseMode mode, Reply<TriggerOutcome> reply) {
  const std::size_t payload = trigger.payload ? trigger.payload->text.size() : 0;
  auto ticket = house.gate.enter(payload + defaults::trigger_overhead_bytes);
  if (!ticket) return ticket.error();
  const Surroundings& outside = house.outside;
  const Partition partition =
      trigger.replay_of ? trigger.replay_of->id.partition()
                        : partition_of(trigger, key, house.settings.partitions, outside.random);
  trigger.execution = ExecutionId{outside.ids.next(partition)};
  trigger.accepted_at = outside.clock.now();
  auto admission = std::make_shared<Admission>();
  admission->trigger = std::make_shared<const Trigger>(std::move(trigger));
  admission->key = std::move(key);
  admission->mode = mode;
  admission->answer_deadline = outside.clock.monotonic();
  // Nobody is made to wait for a run that does not begin.
  if (!house.paused.load()) admission->answer_deadline += house.settings.sync_answer_deadline;
  admission->ticket = std::move(*ticket);
  admission->caller = Caller<TriggerOutcome>(std::move(reply));
  caf::anon_send(house.supervisors[static_cast<std::size_t>(partition)], std::move(admission));
  return std::nullopt;
}

std::optional<Error> control(House& house, WorkspaceNumber workspace, ExecutionId execution,
                             Control what, Reply<ControlOutcome> reply) {
  const auto partition = static_cast<std::size_t>(execution.id.partition());
  if (partition >= house.supervisors.size()) return Error{ErrorCode::not_found, "no such run"};
  auto ticket = house.gate.enter(defaults::trigger_overhead_bytes);
  if (!ticket) return ticket.error();
  auto request = std::make_shared<ControlRequest>();
  request->id = execution;
  request->workspace = workspace;
  request->what = what;
  request->answer.ticket = std::move(*ticket);
  request->answer.caller = Caller<ControlOutcome>(std::move(reply));
  caf::anon_send<caf::message_priority::high>(house.supervisors[partition], std::move(request));
  return std::nullopt;
}

std::optional<Error> Door::change(CatalogChange change, Reply<ChangeOutcome> reply) {
  if (std::holds_alternative<DebounceEvent>(change.what) &&
      house_.debounce_windows.load() >= limits::debounce_windows_max) {
    return Error{ErrorCode::busy, "too many events wait for a pause; try again later"};
  }
  auto ticket = house_.gate.enter(bytes_of(change));
  if (!ticket) return ticket.error();
  auto request = std::make_shared<ChangeRequest>();
  request->change = std::move(change);
  request->ticket = std::move(*ticket);
  request->caller = Caller<ChangeOutcome>(std::move(reply));
  caf::anon_send(house_.writer, std::move(request));
  return std::nullopt;
}

}  // namespace millrace::actors
