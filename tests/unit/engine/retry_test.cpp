// When a failed attempt is tried again.
#include "runtime/engine/retry.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

NodeError error_of(ErrorClass error_class, int attempt = 1, int status = 0) {
  NodeError error;
  error.code = "SOME_CODE";
  error.error_class = error_class;
  error.attempt = attempt;
  error.status = status;
  return error;
}

RetryPolicy policy_of(int attempts_max) {
  RetryPolicy policy;
  policy.attempts_max = attempts_max;
  policy.full_jitter = false;
  return policy;
}

TEST(RetryTest, WaitsLongerAfterEachAttemptUpToTheLargestDelay) {
  const RetryPolicy policy = policy_of(20);
  const std::int64_t delays[] = {1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 60'000, 60'000};
  for (int attempt = 1; attempt <= 8; ++attempt) {
    EXPECT_EQ(next_delay(policy, error_of(ErrorClass::timeout, attempt), 0.3),
              Duration(delays[attempt - 1]));
  }
}

TEST(RetryTest, CountsTheFirstAttemptToo) {
  EXPECT_FALSE(next_delay(policy_of(1), error_of(ErrorClass::timeout), 0.5));
  EXPECT_TRUE(next_delay(policy_of(3), error_of(ErrorClass::timeout, 2), 0.5));
  EXPECT_FALSE(next_delay(policy_of(3), error_of(ErrorClass::timeout, 3), 0.5));
}

TEST(RetryTest, SpreadsDelaysOverTheirWholeLengthWithFullJitter) {
  RetryPolicy policy = policy_of(3);
  policy.full_jitter = true;
  EXPECT_EQ(next_delay(policy, error_of(ErrorClass::timeout), 0.0), Duration(0));
  EXPECT_EQ(next_delay(policy, error_of(ErrorClass::timeout), 0.25), Duration(250));
}

TEST(RetryTest, NeverOverflowsWhateverTheRate) {
  RetryPolicy policy = policy_of(20);
  policy.backoff_rate = 1e30;
  EXPECT_EQ(next_delay(policy, error_of(ErrorClass::timeout, 19), 0.5), policy.delay_max);
}

TEST(RetryTest, RepeatsOnlyWhatThePolicyNames) {
  const struct {
    const char* reason;
    NodeError error;
    bool repeats;
  } cases[] = {
      {"timeout", error_of(ErrorClass::timeout), true},
      {"timeout", error_of(ErrorClass::communication), false},
      {"5xx", error_of(ErrorClass::runtime, 1, 503), true},
      {"5xx", error_of(ErrorClass::runtime, 1, 404), false},
      {"5xx", error_of(ErrorClass::runtime), false},
      {"429", error_of(ErrorClass::runtime, 1, 429), true},
      {"429", error_of(ErrorClass::runtime, 1, 428), false},
      {"SOME_CODE", error_of(ErrorClass::runtime), true},
  };
  for (const auto& [reason, error, repeats] : cases) {
    RetryPolicy policy = policy_of(3);
    policy.retry_on = {reason};
    EXPECT_EQ(next_delay(policy, error, 0.5).has_value(), repeats) << reason;
  }
}

TEST(RetryTest, RepeatsByDefaultWhatMayPass) {
  const RetryPolicy policy = policy_of(3);
  EXPECT_TRUE(next_delay(policy, error_of(ErrorClass::communication), 0.5));
  EXPECT_TRUE(next_delay(policy, error_of(ErrorClass::rate_limited), 0.5));
  EXPECT_TRUE(next_delay(policy, error_of(ErrorClass::runtime, 1, 500), 0.5));
  EXPECT_FALSE(next_delay(policy, error_of(ErrorClass::expression), 0.5));
  EXPECT_FALSE(next_delay(policy, error_of(ErrorClass::authorization, 1, 403), 0.5));
}

}  // namespace
}  // namespace millrace
