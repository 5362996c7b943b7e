// The shared state's few verbs.
#include "actors/house.hpp"

#include "actors/messages.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {

void Bridge::deliver(CallDone done) {
  const std::lock_guard lock(mutex_);
  if (worker_) caf::anon_send(worker_, std::move(done));
}

void Bridge::close() {
  const std::lock_guard lock(mutex_);
  worker_ = nullptr;
}

House::House(Settings given, const Surroundings& surroundings)
    : settings(std::move(given)),
      outside(surroundings),
      gate(settings.gate_triggers_max, settings.gate_bytes_max,
           [this] { caf::anon_send(steward, atom::settle::value); }),
      live(
          settings.live_runs_max, settings.partitions,
          [this](Partition partition) {
            caf::anon_send(supervisors[static_cast<std::size_t>(partition)], atom::room::value);
          },
          [this] {
            if (gate.draining()) caf::anon_send(steward, atom::settle::value);
          }),
      partitions_starting(settings.partitions),
      paused(settings.paused) {}

void House::fail(const Error& error) {
  gate.disk_failed();
  if (failed_.exchange(true)) return;
  log(LogLevel::error, "house.failed", {{"message", error.message}});
  if (settings.on_fatal) settings.on_fatal(error);
}

void House::clear() {
  supervisors.clear();
  keepers.clear();
  readers.clear();
  writer = nullptr;
  http_worker = nullptr;
  channel_worker = nullptr;
  hub = nullptr;
  cron = nullptr;
  debouncer = nullptr;
  steward = nullptr;
}

}  // namespace millrace::actors
