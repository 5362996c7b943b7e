// The map that I/O threads read while the committer writes.
#include "storage/sharded_map.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace millrace::storage {
namespace {

TEST(ShardedMapTest, WhatIsPutIsFoundUntilItIsErased) {
  ShardedMap<int, std::string> map;
  EXPECT_FALSE(map.find(1));
  map.put(1, "a");
  map.put(1, "b");
  EXPECT_EQ(map.find(1), "b");
  map.erase(1);
  EXPECT_FALSE(map.find(1));
}

TEST(ShardedMapTest, ReadersSeeWholeValuesWhileOneWrites) {
  ShardedMap<int, std::vector<int>> map;
  std::atomic<bool> done{false};
  std::vector<std::jthread> readers;
  std::atomic<int> torn{0};
  for (int reader = 0; reader < 3; ++reader)
    readers.emplace_back([&] {
      for (int key = 0; !done; key = (key + 1) % 50)
        if (const auto value = map.find(key); value && value->front() != value->back()) ++torn;
    });
  for (int round = 0; round < 20'000; ++round) map.put(round % 50, std::vector<int>(8, round));
  done = true;
  readers.clear();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace millrace::storage
