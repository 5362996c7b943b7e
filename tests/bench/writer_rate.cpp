// The writer: actors and storage with sync on, a closed loop of so many runs at once.
#include "tests/bench/house.hpp"
#include "tests/bench/measures.hpp"

#include <iostream>

namespace millrace::bench {

void writer_rate(const std::string& data_dir, std::size_t live, std::size_t count) {
  BenchHouse house(data_dir, live);
  const ProgramPtr program = house.publish(pure_flow());
  house.begin_runs(program, count / 10 + 1, live);
  const double taken = house.begin_runs(program, count, live);
  std::cout << "{\"live\":" << live << ",\"records_per_second\":"
            << static_cast<std::size_t>(static_cast<double>(count) / taken) << "}\n";
}

}  // namespace millrace::bench
