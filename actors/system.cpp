// Builds the house, starts its actors in one order and ends them in the other.
#include "actors/system.hpp"

#include "actors/cron.hpp"
#include "actors/debouncer.hpp"
#include "actors/defaults.hpp"
#include "actors/event_hub.hpp"
#include "actors/gateway.hpp"
#include "actors/node_worker.hpp"
#include "actors/quiet_clock.hpp"
#include "actors/steward.hpp"
#include "actors/store_reader.hpp"
#include "actors/store_writer.hpp"
#include "actors/supervisor.hpp"
#include "actors/timer_keeper.hpp"
#include "runtime/base/assert.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <future>

namespace millrace::actors {
namespace {

/// Never parse(): it reads a caf-application.ini from wherever the process was started.
class Config : public caf::actor_system_config {
 public:
  explicit Config(const Settings& settings) {
    set("scheduler.max-throughput", defaults::mail_per_turn_max);
    if (settings.threads > 0) set("scheduler.max-threads", settings.threads);
    switch (settings.policy) {
      case SchedulerPolicy::sharing:
        module_factories.emplace_back(make_quiet_coordinator);
        break;
      case SchedulerPolicy::stealing:
        set("scheduler.policy", caf::atom("stealing"));
        break;
      case SchedulerPolicy::testing:
        set("scheduler.policy", caf::atom("testing"));
        break;
    }
  }
};

}  // namespace

struct System::State {
  State(Settings settings, const Surroundings& surroundings)
      : testing(settings.policy == SchedulerPolicy::testing),
        house(std::move(settings), surroundings),
        door(house),
        feed(house),
        config(house.settings),
        actors(config),
        drained(promise.get_future()) {
    house.on_drained = [this] { promise.set_value(); };
  }

  template <class Handle, class Function>
  Handle spawn_blocking(Function function) {
    if (testing) return actors.spawn(function, &house);
    return actors.spawn<caf::detached>(function, &house);
  }
  void spawn_all();
  void recover();
  void run_until_drained();
  bool is_drained() const {
    return drained.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  }

  const bool testing;
  House house;
  Door door;
  Feed feed;
  Config config;
  caf::actor_system actors;
  std::promise<void> promise;
  std::future<void> drained;
  bool asked_to_drain = false;
};

void System::State::spawn_all() {
  for (std::uint16_t i = 0; i < house.settings.partitions; ++i) {
    house.supervisors.push_back(actors.spawn(supervisor, &house, Partition{i}));
    house.keepers.push_back(actors.spawn(timer_keeper, &house, Partition{i}));
  }
  for (std::size_t i = 0; i < defaults::readers; ++i) {
    house.readers.push_back(spawn_blocking<store_reader_actor>(store_reader));
  }
  house.writer = spawn_blocking<store_writer_actor>(store_writer);
  house.http_worker = actors.spawn(node_worker, &house);
  house.channel_worker = actors.spawn(node_worker, &house);
  house.hub = actors.spawn(event_hub, &house);
  house.cron = actors.spawn(cron, &house);
  house.debouncer = actors.spawn(debouncer, &house);
  house.steward = actors.spawn(steward, &house);
}

void System::State::recover() {
  for (std::uint16_t i = 0; i < house.settings.partitions; ++i) {
    const Partition partition{i};
    caf::anon_send(house.reader_of(partition), partition);
    caf::anon_send(house.keepers[i], atom::tick::value, std::uint64_t{0});
  }
  caf::anon_send(house.readers.front(), SchedulesRequest{});
  caf::anon_send(house.readers.front(), DebouncesRequest{});
}

void System::State::run_until_drained() {
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(actors.scheduler());
  while (!is_drained()) {
    const bool moved = scheduler.try_run_once() || scheduler.trigger_timeout();
    MR_ASSERT(moved);
  }
  while (scheduler.try_run_once()) continue;
}

System::System(std::unique_ptr<State> state) : state_(std::move(state)) {}

std::unique_ptr<System> System::start(Settings settings, Surroundings surroundings) {
  MR_ASSERT(settings.partitions > 0 && settings.partitions <= limits::partitions_max);
  auto state = std::make_unique<State>(std::move(settings), surroundings);
  state->spawn_all();
  state->recover();
  return std::unique_ptr<System>(new System(std::move(state)));
}

System::~System() {
  if (!state_->asked_to_drain) request_drain(Duration{0});
  if (state_->testing) {
    state_->run_until_drained();
  } else {
    state_->drained.wait();
  }
  state_->actors.await_all_actors_done();
  state_->house.clear();
}

Gateway& System::gateway() { return state_->door; }
EventFeed& System::feed() { return state_->feed; }

bool System::resume() {
  House& house = state_->house;
  if (!house.paused.exchange(false)) return false;
  for (const auto& supervisor : house.supervisors) {
    caf::anon_send(supervisor, atom::resume::value);
  }
  caf::anon_send(house.cron, atom::resume::value);
  caf::anon_send(house.debouncer, atom::resume::value);
  return true;
}

void System::request_drain(Duration patience) {
  state_->asked_to_drain = true;
  state_->house.gate.close_for_drain();
  caf::anon_send(state_->house.steward, DrainRequest{patience});
}

void System::drain(Duration patience) {
  request_drain(patience);
  if (state_->testing) return state_->run_until_drained();
  state_->drained.wait();
}

bool System::drained() const { return state_->is_drained(); }
std::size_t System::live_runs() const { return state_->house.live.count(); }
std::size_t System::gate_triggers() const { return state_->house.gate.triggers(); }
caf::actor_system& System::internals() { return state_->actors; }

}  // namespace millrace::actors
