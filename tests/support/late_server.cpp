// The real command line on a wall clock that is LATE_DAYS days ahead: what a test of retention
// starts where the real binary would have to wait for months.
#include "runtime/app/cli.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr long seconds_per_day = 86'400;

long seconds_ahead() {
  const char* text = std::getenv("LATE_DAYS");
  long days = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), days);
  return days * seconds_per_day;
}

}  // namespace

/// Stands before the C library's.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const long done = ::syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += seconds_ahead();
  return static_cast<int>(done);
}

int main(int count, char** arguments) { return millrace::app::run_command_line(count, arguments); }
