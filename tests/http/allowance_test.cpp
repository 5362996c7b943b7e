// So many times a window, per key, whatever the moment at which the window is looked at.
#include "http/allowance.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

using std::chrono::seconds;

KeyId key(std::uint64_t number) { return {Id::make(1, Partition{0}, number)}; }
MonotonicTime at(std::int64_t milliseconds) { return MonotonicTime(Duration(milliseconds)); }

TEST(AllowanceTest, LetsNoMoreThanTheCountThroughInAnyWindow) {
  Allowance allowance(3, seconds{60});
  EXPECT_FALSE(allowance.take(key(1), at(0)));
  EXPECT_FALSE(allowance.take(key(1), at(30'000)));
  EXPECT_FALSE(allowance.take(key(1), at(40'000)));
  EXPECT_EQ(allowance.take(key(1), at(40'001)), seconds{20});
  EXPECT_EQ(allowance.take(key(1), at(59'999)), seconds{1});
  EXPECT_FALSE(allowance.take(key(1), at(60'000)));
  EXPECT_EQ(allowance.take(key(1), at(60'000)), seconds{30});
}

TEST(AllowanceTest, CountsEveryKeyForItself) {
  Allowance allowance(1, seconds{60});
  EXPECT_FALSE(allowance.take(key(1), at(0)));
  EXPECT_FALSE(allowance.take(key(2), at(0)));
  EXPECT_TRUE(allowance.take(key(1), at(1)));
}

TEST(AllowanceTest, ForgetsKeysThatAreIdle) {
  Allowance allowance(1, seconds{60});
  for (std::uint64_t i = 0; i < 100; ++i) allowance.take(key(i), at(1'000));
  EXPECT_EQ(allowance.keys(), 100u);
  allowance.take(key(7), at(130'000));
  EXPECT_EQ(allowance.keys(), 1u);
}

}  // namespace
}  // namespace millrace::http
