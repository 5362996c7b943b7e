// Resident memory of many runs that wait.
#include "tests/bench/house.hpp"
#include "tests/bench/measures.hpp"

#include <chrono>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <string>
#include <thread>

namespace millrace::bench {
namespace {

constexpr std::size_t at_once = 2'000;

std::size_t resident_bytes() {
  ::malloc_trim(0);
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * 4'096;
}

std::string sleeping_flow() {
  return R"({"nodes":[{"id":"hook","type":"trigger","data":{"path":"bench"}},
    {"id":"wait","type":"delay","data":{"seconds":864000}},{"id":"end","type":"end","data":{}}],
   "edges":[{"source":"hook","target":"wait"},{"source":"wait","target":"end"}]})";
}

std::string calling_flow() {
  return R"({"nodes":[{"id":"hook","type":"trigger","data":{"path":"bench"}},
    {"id":"call","type":"http_request","data":{"url":"http://example.com/","timeout_ms":120000}},
    {"id":"end","type":"end","data":{}}],
   "edges":[{"source":"hook","target":"call"},{"source":"call","target":"end"}]})";
}

void print(const std::string& name, std::size_t before, std::size_t after, std::size_t count) {
  const std::size_t grown = after > before ? after - before : 0;
  std::cout << "{\"" << name << "\":" << count << ",\"resident_growth_bytes\":" << grown
            << ",\"resident_bytes\":" << after << "}\n";
}

/// Waits until the runs hold no actor.
void settle(const BenchHouse& house) {
  while (house.system->live_runs() > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

void parked_memory(const std::string& data_dir, std::size_t count) {
  BenchHouse house(data_dir, at_once);
  const ProgramPtr program = house.publish(sleeping_flow());
  house.begin_runs(program, 1'000, at_once);
  settle(house);
  const std::size_t before = resident_bytes();
  house.begin_runs(program, count, at_once);
  settle(house);
  print("parked", before, resident_bytes(), count);
}

void opened_memory(const std::string& data_dir) {
  BenchHouse house(data_dir, at_once);
  print("opened", 0, resident_bytes(), 1);
}

void live_memory(const std::string& data_dir, std::size_t count) {
  BenchHouse house(data_dir, count);
  const ProgramPtr program = house.publish(calling_flow());
  house.begin_runs(program, 100, at_once);
  const std::size_t before = resident_bytes();
  house.begin_runs(program, count, at_once);
  print("live", before, resident_bytes(), count);
}

}  // namespace millrace::bench
