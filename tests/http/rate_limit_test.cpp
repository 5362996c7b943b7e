// What a key may ask in a minute, by a clock that the tests move, and what its clients are told.
#include "http/rate_limit.hpp"

#include "tests/http/session_fixture.hpp"

namespace millrace::http::test {
namespace {

constexpr MonotonicTime start{Duration(5'000)};
constexpr Timestamp wall{Duration(1'770'000'000'000)};

KeyId key_number(std::uint64_t number) { return KeyId{Id::make(1, Partition{0}, number)}; }

TEST(KeyRatesTest, WithoutABoundNothingIsCounted) {
  KeyRates rates(0);
  EXPECT_FALSE(rates.count(key_number(1), start, wall));
  EXPECT_EQ(rates.keys(), 0u);
}

TEST(KeyRatesTest, AMinutesWorthAtOnceAndThenOneAtATime) {
  KeyRates rates(60);
  for (std::uint32_t i = 0; i < 60; ++i) {
    const auto quota = rates.count(key_number(1), start, wall);
    ASSERT_TRUE(quota);
    EXPECT_EQ(quota->retry_after, 0);
    EXPECT_EQ(quota->limit, 60u);
    EXPECT_EQ(quota->remaining, 59 - i);
    EXPECT_EQ(quota->reset, 1'770'000'000 + i + 1);
  }
  const auto refused = rates.count(key_number(1), start, wall);
  EXPECT_EQ(refused->retry_after, 1);
  EXPECT_EQ(refused->remaining, 0u);
  EXPECT_EQ(refused->reset, 1'770'000'060);
  EXPECT_EQ(rates.count(key_number(1), start + Duration(999), wall)->retry_after, 1);
  EXPECT_EQ(rates.count(key_number(1), start + Duration(1'000), wall)->retry_after, 0);
  EXPECT_EQ(rates.count(key_number(1), start + Duration(1'000), wall)->retry_after, 1);
}

TEST(KeyRatesTest, RetryAfterIsWhenTheNextRequestPasses) {
  for (const std::uint32_t limit : {1u, 3u, 7u, 60u, 1'000u}) {
    KeyRates rates(limit);
    for (std::uint32_t i = 0; i < limit; ++i) rates.count(key_number(1), start, wall);
    const auto refused = rates.count(key_number(1), start, wall);
    ASSERT_GT(refused->retry_after, 0) << limit;
    const auto then = start + std::chrono::seconds(refused->retry_after);
    EXPECT_EQ(rates.count(key_number(1), then, wall)->retry_after, 0) << limit;
  }
}

TEST(KeyRatesTest, OverALongTimeNoMorePassesThanTheRateAndAMinutesWorth) {
  KeyRates rates(120);
  int passed = 0;
  for (int tick = 0; tick <= 600'000; tick += 50) {
    const auto quota = rates.count(key_number(1), start + Duration(tick), wall);
    passed += quota->retry_after == 0 ? 1 : 0;
  }
  EXPECT_GE(passed, 1'319);
  EXPECT_LE(passed, 1'320);
}

TEST(KeyRatesTest, OneKeyDoesNotCountForAnother) {
  KeyRates rates(1);
  EXPECT_EQ(rates.count(key_number(1), start, wall)->retry_after, 0);
  EXPECT_EQ(rates.count(key_number(2), start, wall)->retry_after, 0);
  EXPECT_EQ(rates.count(key_number(1), start, wall)->retry_after, 60);
}

TEST(KeyRatesTest, RemembersABoundedNumberOfKeysAndForgetsTheIdleOnesFirst) {
  KeyRates rates(60);
  for (int i = 0; i < 60; ++i) rates.count(key_number(0), start, wall);
  for (std::uint64_t i = 1; i < limits::rated_keys_max; ++i) {
    rates.count(key_number(i), start, wall);
  }
  EXPECT_EQ(rates.keys(), limits::rated_keys_max);
  rates.count(key_number(1'000'000), start + Duration(30'000), wall);
  EXPECT_EQ(rates.keys(), 2u);
  EXPECT_EQ(rates.count(key_number(0), start + Duration(30'000), wall)->remaining, 29u);
}

class KeyLimitTest : public testing::Test {
 protected:
  static ServerLimits limits_of(std::uint32_t per_minute) {
    ServerLimits limits = quick_limits();
    limits.key_requests_per_minute = per_minute;
    return limits;
  }
  void start(std::uint32_t per_minute) {
    server_.emplace(limits_of(per_minute));
    server_->archive.add("mr_good", Dialect::native, static_cast<Scopes>(Scope::flows_read));
    server_->archive.add("mr_other", Dialect::native, static_cast<Scopes>(Scope::flows_read));
    server_->router.add(server_->echo("GET", "/open"));
    server_->router.add(server_->echo("GET", "/keyed", KeyAccess{Scope::flows_read}));
    server_->router.add(server_->echo("GET", "/written", KeyAccess{Scope::flows_write}));
    server_->start();
  }
  Reply ask(const std::string& target, const std::string& key) {
    return server_->ask("GET " + target + " HTTP/1.1\r\nHost: here\r\nX-API-Key: " + key +
                        "\r\n\r\n");
  }
  std::optional<TestServer> server_;
};

TEST_F(KeyLimitTest, EveryAnswerToAKeySaysWhatIsLeftAlsoARefusal) {
  start(3);
  const Reply first = ask("/keyed", "mr_good");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("x-ratelimit-limit"), "3");
  EXPECT_EQ(first.header("x-ratelimit-remaining"), "2");
  EXPECT_EQ(first.header("x-ratelimit-reset"), "1770000020");
  const Reply forbidden = ask("/written", "mr_good");
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(forbidden.header("x-ratelimit-remaining"), "1");
  EXPECT_EQ(ask("/open", "mr_good").header("x-ratelimit-limit"), "");
  EXPECT_EQ(ask("/keyed", "mr_wrong").header("x-ratelimit-limit"), "");
}

TEST_F(KeyLimitTest, WhoAsksTooOftenIsRefusedUntilTimeHasPassedAndNobodyElseIs) {
  start(2);
  EXPECT_EQ(ask("/keyed", "mr_good").status, 200);
  EXPECT_EQ(ask("/keyed", "mr_good").status, 200);
  const Reply refused = ask("/keyed", "mr_good");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("retry-after"), "30");
  EXPECT_EQ(refused.header("x-ratelimit-remaining"), "0");
  EXPECT_EQ(ask("/keyed", "mr_other").status, 200);
  EXPECT_EQ(ask("/open", "mr_good").status, 200);
  server_->clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(ask("/keyed", "mr_good").status, 200);
  EXPECT_EQ(server_->handled, 5);
}

TEST_F(KeyLimitTest, WithoutABoundNothingIsSaid) {
  start(0);
  const Reply reply = ask("/keyed", "mr_good");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-ratelimit-limit"), "");
}

}  // namespace
}  // namespace millrace::http::test
