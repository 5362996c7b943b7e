// What the actors share: settings, ports, the gate, and each other's handles. Filled before the
// first mail, constant afterwards. It outlives the actors; they hold a plain pointer.
#pragma once

#include "actors/gate.hpp"
#include "actors/interfaces.hpp"
#include "actors/live_runs.hpp"
#include "actors/system.hpp"
#include "runtime/ports/reply.hpp"

#include <atomic>
#include <memory>
#include <mutex>

namespace millrace::actors {

/// The way back from the thread of the outside. Whoever calls back late, after the house has ended,
/// is ignored; so a call that is still open keeps no actor and no actor system alive.
class Bridge {
 public:
  explicit Bridge(node_worker_actor worker) : worker_(std::move(worker)) {}
  void deliver(CallDone done);
  void close();

 private:
  std::mutex mutex_;
  node_worker_actor worker_;
};

/// For actors that submit: what is answered here turns into mail.
class MailSink final : public ReplySink {
 public:
  void post(std::vector<std::function<void()>> answers) override {
    for (const auto& answer : answers) answer();
  }
};

struct House {
  House(Settings given, const Surroundings& surroundings);

  Settings settings;
  Surroundings outside;
  Gate gate;
  LiveRuns live;
  /// Shared with the subscriptions, which may outlive the house.
  std::shared_ptr<std::atomic<std::size_t>> subscribers =
      std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::size_t> partitions_starting;
  std::atomic<bool> paused;  ///< nothing is begun; turns false once at most
  std::atomic<std::size_t> debounce_windows{0};  ///< open ones, as the debouncer counts them
  std::function<void()> on_drained;
  MailSink mail_sink;

  std::vector<supervisor_actor> supervisors;  ///< by partition
  std::vector<timer_keeper_actor> keepers;    ///< by partition
  std::vector<store_reader_actor> readers;
  store_writer_actor writer;
  node_worker_actor http_worker;
  node_worker_actor channel_worker;
  event_hub_actor hub;
  cron_actor cron;
  debouncer_actor debouncer;
  steward_actor steward;

  const supervisor_actor& supervisor_of(const ExecutionId& id) const {
    return supervisors[static_cast<std::size_t>(id.id.partition())];
  }
  const timer_keeper_actor& keeper_of(const ExecutionId& id) const {
    return keepers[static_cast<std::size_t>(id.id.partition())];
  }
  const store_reader_actor& reader_of(Partition partition) const {
    return readers[static_cast<std::size_t>(partition) % readers.size()];
  }

  /// Nothing can be believed any more: the gate closes for good, and the process is asked to exit.
  void fail(const Error& error);
  /// Lets go of every handle: no actor may outlive the actor system.
  void clear();

 private:
  std::atomic<bool> failed_{false};
};

}  // namespace millrace::actors
