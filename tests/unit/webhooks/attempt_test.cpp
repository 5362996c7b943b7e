// The retry schedule: what each answer means, and when the next attempt is.
#include "runtime/webhooks/attempt.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace millrace {
namespace {

using namespace std::chrono_literals;

const Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 9}};

Result<CallReply> answered(int status, std::string retry_after = "") {
  CallReply reply;
  reply.status = status;
  if (!retry_after.empty()) reply.headers.emplace_back("retry-after", retry_after);
  return reply;
}

Delivery after_attempts(std::uint32_t count) {
  Delivery delivery;
  delivery.attempts = count;
  delivery.due = start;
  return delivery;
}

TEST(AttemptTest, FollowsThePublishedScheduleAndThenGivesUp) {
  Delivery delivery = after_attempts(0);
  std::vector<Duration> pauses;
  while (delivery.status == DeliveryStatus::pending) {
    delivery = after_attempt(delivery, answered(500), start, 0).delivery;
    if (delivery.due) pauses.push_back(*delivery.due - start);
  }
  EXPECT_EQ(pauses, (std::vector<Duration>{1min, 5min, 30min, 2h, 8h, 24h}));
  EXPECT_EQ(delivery.attempts, 7u);
  EXPECT_EQ(delivery.status, DeliveryStatus::dead);
  EXPECT_FALSE(delivery.due);
  EXPECT_EQ(delivery.error, "the endpoint answered 500");
}

TEST(AttemptTest, EveryAnswerMeansOneThing) {
  struct Row {
    int status;
    DeliveryStatus after;
    bool disables;
  };
  for (const Row& row :
       {Row{200, DeliveryStatus::delivered, false}, Row{204, DeliveryStatus::delivered, false},
        Row{299, DeliveryStatus::delivered, false}, Row{199, DeliveryStatus::pending, false},
        Row{302, DeliveryStatus::pending, false}, Row{404, DeliveryStatus::pending, false},
        Row{410, DeliveryStatus::dead, true}, Row{429, DeliveryStatus::pending, false},
        Row{503, DeliveryStatus::pending, false}}) {
    const auto verdict = after_attempt(after_attempts(0), answered(row.status), start, 0);
    EXPECT_EQ(verdict.delivery.status, row.after) << row.status;
    EXPECT_EQ(verdict.disables_endpoint, row.disables) << row.status;
    EXPECT_EQ(verdict.delivery.response_status, row.status);
    EXPECT_EQ(verdict.delivery.error.empty(), row.after == DeliveryStatus::delivered);
    EXPECT_EQ(verdict.delivery.due.has_value(), row.after == DeliveryStatus::pending);
    EXPECT_EQ(verdict.delivery.attempted, start);
  }
}

TEST(AttemptTest, WithoutAnAnswerItIsTriedAgainAndSaysWhy) {
  const auto verdict =
      after_attempt(after_attempts(0), Error{ErrorCode::timeout, "no answer"}, start, 0);
  EXPECT_EQ(verdict.delivery.status, DeliveryStatus::pending);
  EXPECT_EQ(verdict.delivery.response_status, 0);
  EXPECT_EQ(verdict.delivery.error, "no answer");
}

TEST(AttemptTest, RetryAfterMakesAPauseLongerWithinReason) {
  struct Row {
    int status;
    std::string retry_after;
    Duration pause;
  };
  for (const Row& row : {Row{429, "600", 10min}, Row{503, "600", 10min}, Row{429, "5", 1min},
                         Row{500, "600", 1min}, Row{429, "99999999", 24h}, Row{429, "-7", 1min},
                         Row{429, "tomorrow", 1min}, Row{429, "99999999999999999999", 1min}}) {
    const auto verdict =
        after_attempt(after_attempts(0), answered(row.status, row.retry_after), start, 0);
    EXPECT_EQ(*verdict.delivery.due - start, row.pause) << row.status << ' ' << row.retry_after;
  }
}

RC_GTEST_PROP(AttemptTest, ChanceAddsUpToATenth, ()) {
  const auto attempts = *rc::gen::inRange<std::uint32_t>(0, retry_pauses.size());
  const double jitter = *rc::gen::inRange(0, 1'000'000) / 1e6;
  const auto verdict = after_attempt(after_attempts(attempts), answered(500), start, jitter);
  const Duration pause = *verdict.delivery.due - start;
  RC_ASSERT(pause >= retry_pauses[attempts]);
  RC_ASSERT(pause * 10 <= retry_pauses[attempts] * 11);
}

}  // namespace
}  // namespace millrace
