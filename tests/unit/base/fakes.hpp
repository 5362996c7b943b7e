// A clock that stands where a test put it, and chance that repeats.
#pragma once

#include "runtime/base/random.hpp"
#include "runtime/base/time.hpp"

#include <cstdint>
#include <random>

namespace millrace::test {

class SetClock : public Clock {
 public:
  explicit SetClock(std::int64_t milliseconds) : now_(Duration(milliseconds)) {}
  void set(std::int64_t milliseconds) { now_ = Timestamp(Duration(milliseconds)); }
  Timestamp now() const override { return now_; }
  MonotonicTime monotonic() const override { return MonotonicTime(now_.time_since_epoch()); }

 private:
  Timestamp now_;
};

class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace millrace::test
