// A disk that fails on purpose: loses what was not synced when its power goes, runs out of space,
// breaks at a chosen operation, or fails one fsync. The files are real ones, so that what is left
// can be looked at.
#pragma once

#include <cstdint>
#include <memory>

namespace rocksdb {
class Env;
}

namespace millrace::testing {

enum class Fault : std::uint8_t { io_error, no_space };

/// Thread-safe. Outlives the stores that use its env().
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();

  rocksdb::Env* env() const;

  /// From now on nothing reaches the disk: every operation that would change it fails. Destroying
  /// the store then is what a crash of the machine leaves of a process.
  void power_off();
  /// The same in the middle of things: at the `n`-th operation that changes the disk, from 1 = the
  /// next one.
  void power_off_at(std::uint64_t n);
  /// Cuts every file down to what was synced and a prefix of the rest, by `seed`, and works again.
  void power_on(std::uint64_t seed);

  /// The operation number `n` that changes the disk, counted from 1 = the next one, fails once.
  void fail_operation(std::uint64_t n, Fault fault);
  bool fault_fired() const;

  /// Nothing can be appended or made until free_space(); what a file holds stays, and deleting
  /// works.
  void fill_up();
  void free_space();

  /// The next fsync fails, and what it should have kept is lost at the next crash even if a later
  /// one succeeds: so do the page caches of Linux.
  void fail_next_sync();

  struct State;

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace millrace::testing
