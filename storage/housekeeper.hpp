// The thread that makes log buckets ahead of their time and drops past ones. Deletes by age only
// while the clocks agree, and at most one bucket a minute, so that a wrong clock costs little
// before someone sees it.
#pragma once

#include "storage/log_buckets.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace millrace::storage {

/// One round, without a thread: what the housekeeper does every minute. Errors are logged.
void keep_house(LogBuckets& buckets, ClockAgreement& clocks, const Clock& clock);

class Housekeeper {
 public:
  /// `buckets` and `clock` outlive it. The first round is a minute after the start.
  Housekeeper(LogBuckets& buckets, const Clock& clock);
  ~Housekeeper();

 private:
  void run(const std::stop_token& stop);

  LogBuckets& buckets_;
  const Clock& clock_;
  ClockAgreement clocks_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // ends first
};

}  // namespace millrace::storage
