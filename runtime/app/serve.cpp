// `millrace serve`: the house built, announced, and taken down in order.
#include "runtime/app/commands.hpp"
#include "runtime/app/wiring.hpp"
#include "runtime/base/log.hpp"

#include <cstdlib>
#include <iostream>
#include <sys/resource.h>

namespace millrace::app {
namespace {

constexpr Duration readiness_glance{5};
constexpr Duration a_while{3'600'000};

/// Every connection is a file: takes as many as the machine's hard limit gives.
void raise_open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

Stop wait_until_ready(House& house) {
  Stop stop = Stop::none;
  while (stop == Stop::none && !house.ready()) {
    stop = house.wait(readiness_glance);
  }
  return stop;
}

}  // namespace

int serve(const Config& config) {
  raise_open_files_limit();
  auto house = House::build(config);
  if (!house) {
    std::cerr << "millrace: " << house.error().message << '\n';
    return house.error().code == ErrorCode::configuration ? exit_misused : exit_failed;
  }
  Stop stop = wait_until_ready(**house);
  if (stop == Stop::none) {
    std::cout << "listening on " << (*house)->url() << '\n' << std::flush;
    log(LogLevel::info, "server.ready",
        {{"url", (*house)->url()},
         {"durability", config.durability},
         {"paused", config.actors.paused}});
  }
  while (stop == Stop::none) {
    stop = (*house)->wait(a_while);
  }
  if (stop == Stop::fatal) {
    // What an fsync that failed has lost, nobody knows: no orderly end may write over it.
    std::_Exit(exit_failed);
  }
  log(LogLevel::info, "server.draining");
  (*house)->drain();
  log(LogLevel::info, "server.stopped");
  return exit_done;
}

}  // namespace millrace::app
