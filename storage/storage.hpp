// The door of this room: opens a data directory and answers the ports Journal and Archive with it.
// The wiring and its tests need no other header of ours, and no header of RocksDB.
#pragma once

#include "runtime/base/random.hpp"
#include "runtime/base/redaction.hpp"
#include "runtime/base/time.hpp"
#include "runtime/ports/archive.hpp"
#include "runtime/ports/journal.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace millrace::storage {

/// What «acknowledged» means.
enum class Durability : std::uint8_t {
  synced,  ///< on stable storage: survives the power going off. The default
  wal,     ///< handed to the operating system: survives the process, not the power
};

struct Settings {
  std::string data_dir;  ///< made when missing
  Durability durability = Durability::synced;
  /// Fixed when the directory is made; opening it with another count is an error (configuration).
  std::uint16_t partitions = limits::partitions_default;
  /// How long turn records are kept of workspaces that have no retention of their own: 1, 7, 30,
  /// 90, 180, 365 or 730 days. May change between starts.
  std::uint16_t retention_days = 90;
  std::size_t block_cache_bytes = 256 * limits::mib;
  std::size_t wal_bytes_max = 256 * limits::mib;  ///< older families are flushed above it
  /// Threads of ours: buckets made ahead and dropped, obsolete WAL files reaped. Off: the caller
  /// steps.
  bool background = true;
  /// Opens a directory whose write-ahead log is damaged in its middle, up to the damage: what was
  /// acknowledged behind it is lost. Without it such a directory is refused (corrupt).
  bool accept_damaged_log = false;
  /// Opens what was sealed in records, and tells which headers nobody may see.
  std::shared_ptr<const Redaction> redaction = std::make_shared<const Redaction>();
  rocksdb::Env* env = nullptr;  ///< for tests: another file system; outlives the store
};

/// One open data directory, or one MemoryDisk. Thread-safe as the ports say; ends with close() or
/// its end.
class Store {
 public:
  virtual ~Store() = default;

  /// Errors of commit(): `unavailable`: no space; nothing was written, probe() may heal it.
  /// `storage`: the disk failed otherwise (fsync_failed() tells): stop acknowledging and exit for
  /// restart, never go on. Turns that were written are numbered from 0 within their commit, in
  /// batch order: a feed position's `n`.
  virtual Journal& journal() = 0;
  /// Errors: not_found (missing, foreign, or its records are purged: the message says `purged`),
  /// storage, corrupt.
  virtual const Archive& archive() const = 0;

  virtual std::uint16_t partitions() const = 0;
  /// The latest millisecond in any id that was committed: where IdGenerator starts.
  virtual std::uint64_t last_milliseconds() const = 0;
  virtual const std::string& cursor_secret() const = 0;  ///< 32 bytes, made with the directory
  virtual const std::string& instance_id()
      const = 0;  ///< 32 hexadecimal digits, made with the directory
  /// An fsync has failed since opening: what it covered is lost or not, nobody knows. Restart.
  virtual bool fsync_failed() const = 0;

  /// Makes the log bucket of `now` and the next one. The background thread does this by itself.
  virtual Result<void> prepare_buckets(Timestamp now) = 0;
  /// Drops the log buckets whose whole time lies more than their retention before `now`; how many.
  virtual Result<std::size_t> drop_past_buckets(Timestamp now) = 0;

  /// Ends the threads and closes the files. No call may be running; nothing may be called after it.
  virtual void close() = 0;
};

/// Errors: configuration (held by another process, other partition count, a format newer than ours,
/// a retention that is none of the list), storage, corrupt. `clock` and `random` outlive the store.
Result<std::unique_ptr<Store>> open(const Settings& settings, const Clock& clock, Random& random);

}  // namespace millrace::storage
