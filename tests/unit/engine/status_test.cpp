// The names of states, which clients filter by.
#include "runtime/engine/status.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(StatusTest, ReadsBackEveryName) {
  for (int number = 1; number <= 6; ++number) {
    const auto status = static_cast<RunStatus>(number);
    EXPECT_EQ(parse_run_status(to_string(status)), status);
    EXPECT_EQ(has_ended(status), number >= 3);
  }
  EXPECT_FALSE(parse_run_status("waiting"));
  EXPECT_FALSE(parse_run_status(""));
  EXPECT_EQ(to_string(static_cast<RunStatus>(7)), "");
}

}  // namespace
}  // namespace millrace
