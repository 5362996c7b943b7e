// The server on a disk whose syncs take 4 ms, with a small gate: `slow_server serve --data-dir D …`
// takes the options that a crash test passes to the real one.
#include "runtime/app/commands.hpp"
#include "tests/support/slow_disk.hpp"

#include <rocksdb/env.h>

#include <iostream>
#include <string>
#include <vector>

int main(int count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + count);
  if (given.size() != 5 || given[1] != "--data-dir" || given[3] != "--listen") {
    std::cerr << "usage: slow_server serve --data-dir DIR --listen HOST:PORT\n";
    return 2;
  }
  const auto disk = millrace::testing::make_slow_disk(std::chrono::milliseconds(4));
  millrace::app::Config config;
  config.storage.data_dir = given[2];
  config.storage.env = disk.get();
  config.listen = given[4];
  config.actors.gate_triggers_max = 100;
  return millrace::app::serve(config);
}
