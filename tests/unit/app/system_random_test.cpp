// The real random source: fresh numbers, from any thread.
#include "runtime/app/system_random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace millrace::app {
namespace {

TEST(SystemRandomTest, GivesEveryThreadNumbersOfItsOwn) {
  SystemRandom random;
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 1'000;
  std::vector<std::vector<std::uint64_t>> drawn(threads);
  std::vector<std::thread> running;
  for (auto& numbers : drawn) {
    running.emplace_back([&] {
      for (std::size_t i = 0; i < each; ++i) {
        numbers.push_back(random.next());
      }
    });
  }
  std::set<std::uint64_t> distinct;
  for (std::size_t i = 0; i < threads; ++i) {
    running[i].join();
    distinct.insert(drawn[i].begin(), drawn[i].end());
  }
  EXPECT_EQ(distinct.size(), threads * each);
}

}  // namespace
}  // namespace millrace::app
