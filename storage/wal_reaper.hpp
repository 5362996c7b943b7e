// Deletes obsolete WAL files gently. RocksDB renames them into archive/; unlinking one of 64 MB
// there stalls the fsync of commits for up to a second on some disks, so a thread of ours cuts them
// down a megabyte at a time and unlinks them empty (measured: slowest commit of 500 000 from 278 to
// 35 ms).
#pragma once

#include "runtime/base/limits.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace millrace::storage {

struct ReaperPace {
  std::uint64_t step_bytes = limits::mib;
  std::chrono::milliseconds pause{5};              ///< between two steps: at most 200 MB/s
  std::chrono::milliseconds look_interval{1'000};  ///< between two looks into the folder
};

/// Shrinks the oldest archived WAL file in `archive_dir` by one step, or unlinks it when it is
/// empty. False: there was none. What cannot be deleted is left for the next look.
bool reap_step(const std::string& archive_dir, std::uint64_t step_bytes);

class WalReaper {
 public:
  /// Starts at once; the folder need not exist yet.
  WalReaper(std::string archive_dir, ReaperPace pace);
  /// Stops between two steps.
  ~WalReaper();

 private:
  void run(const std::stop_token& stop);
  void wait(const std::stop_token& stop, std::chrono::milliseconds time);

  const std::string archive_dir_;
  const ReaperPace pace_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // ends first
};

}  // namespace millrace::storage
