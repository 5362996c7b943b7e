// The same store without a disk: for tests of actors and for simulation. Journal, archive and
// catalogue are the very code that runs on RocksDB; only the tables below them are ordered maps.
#pragma once

#include "storage/storage.hpp"

#include <memory>
#include <optional>

namespace millrace::storage {

/// What would be on the disk. Outlives the stores opened on it: destroy the store and open another
/// one here, and that was a crash. Thread-safe.
class MemoryDisk {
 public:
  MemoryDisk();
  ~MemoryDisk();

  /// From now on every write fails with `error` and changes nothing; nothing given: writes work
  /// again.
  void fail_writes(std::optional<Error> error);

  struct Tables;
  Tables& tables() { return *tables_; }

 private:
  std::unique_ptr<Tables> tables_;
};

/// `settings.data_dir`, `env`, cache and WAL sizes are ignored; there are no threads. Errors as
/// open(). `disk`, `clock` and `random` outlive the store.
Result<std::unique_ptr<Store>> open_in_memory(const Settings& settings, MemoryDisk& disk,
                                              const Clock& clock, Random& random);

}  // namespace millrace::storage
