// The round of the housekeeper, and the thread that walks it.
#include "storage/housekeeper.hpp"

#include "runtime/base/log.hpp"

namespace millrace::storage {

void keep_house(LogBuckets& buckets, ClockAgreement& clocks, const Clock& clock) {
  const Timestamp now = clock.now();
  if (auto made = buckets.prepare(now); !made)
    log(LogLevel::error, "storage.bucket_not_made", {{"reason", made.error().message}});
  if (!clocks.agrees()) return;
  const auto dropped = buckets.drop_past(now, 1);
  if (!dropped)
    log(LogLevel::error, "storage.bucket_not_dropped", {{"reason", dropped.error().message}});
  else if (*dropped != 0)
    log(LogLevel::info, "storage.bucket_dropped");
}

Housekeeper::Housekeeper(LogBuckets& buckets, const Clock& clock)
    : buckets_(buckets),
      clock_(clock),
      clocks_(clock),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Housekeeper::~Housekeeper() = default;

void Housekeeper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, stop, std::chrono::minutes(1),
                            [&] { return stop.stop_requested(); }))
    keep_house(buckets_, clocks_, clock_);
}

}  // namespace millrace::storage
