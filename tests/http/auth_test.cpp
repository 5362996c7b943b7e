// Every kind of row against every kind of key, and every trick with the path: what is not declared
// open is closed.
#include "http/auth.hpp"

#include "http/rate_limit.hpp"
#include "tests/http/harness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::http::test {
namespace {

using namespace std::chrono_literals;

std::string request(const std::string& method, const std::string& target,
                    const std::string& headers = {}) {
  return method + " " + target + " HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n";
}

class AuthTest : public testing::Test {
 protected:
  AuthTest() : AuthTest(quick_limits()) {}
  explicit AuthTest(const ServerLimits& limits) : server_(limits) {
    server_.archive.add("mr_reader", Dialect::native, static_cast<Scopes>(Scope::flows_read));
    server_.archive.add("mr_writer", Dialect::native, static_cast<Scopes>(Scope::flows_write));
    server_.archive.add("mr_revoked", Dialect::native, scopes_default, true);
    server_.archive.add("dv_live_sk_other", Dialect::orbit, scopes_default);
    server_.router.add(server_.echo("GET", "/open"));
    server_.router.add(server_.echo("GET", "/v1/flows", KeyAccess{Scope::flows_read}));
    server_.router.add(server_.echo("POST", "/v1/flows", KeyAccess{Scope::flows_write}));
    server_.router.add(server_.echo("GET", "/v1/flows/{id}", KeyAccess{Scope::flows_read}));
    server_.router.add(server_.echo("GET", "/v1/flows/configs", KeyAccess{Scope::flows_read}));
    server_.start();
  }
  int status(const std::string& bytes) { return server_.ask(bytes).status; }

  TestServer server_;
};

struct KeyRow {
  std::string headers;
  int status;
};

TEST_F(AuthTest, TakesTheRightKeyInEitherHeaderAndNothingElse) {
  const std::vector<KeyRow> rows = {
      {"", 401},
      {"X-API-Key: mr_reader\r\n", 200},
      {"x-api-key: mr_reader\r\n", 200},
      {"Authorization: Bearer mr_reader\r\n", 200},
      {"Authorization: bearer mr_reader\r\n", 200},
      {"Authorization: Basic mr_reader\r\n", 401},
      {"Authorization: mr_reader\r\n", 401},
      {"Authorization: Bearer\r\n", 401},
      {"X-API-Key:\r\n", 401},
      {"X-API-Key: mr_reade\r\n", 401},
      {"X-API-Key: mr_readerx\r\n", 401},
      {"X-API-Key: MR_READER\r\n", 401},
      {"X-API-Key: mr_revoked\r\n", 401},
      {"X-API-Key: mr_reader\r\nX-API-Key: mr_reader\r\n", 401},
      {"Authorization: Bearer x\r\nAuthorization: Bearer mr_reader\r\n", 401},
      {"Cookie: X-API-Key=mr_reader\r\n", 401},
      {"X-API-Key: mr_writer\r\n", 403},
      {"X-API-Key: dv_live_sk_other\r\n", 403},
  };
  int passed = 0;
  for (const KeyRow& row : rows) {
    EXPECT_EQ(status(request("GET", "/v1/flows", row.headers)), row.status) << row.headers;
    passed += row.status == 200 ? 1 : 0;
  }
  EXPECT_EQ(status(request("GET", "/v1/flows?api_key=mr_reader")), 401);
  EXPECT_EQ(server_.handled, passed);
}

TEST_F(AuthTest, EveryRouteRefusesEveryKeyThatIsNotItsOwn) {
  for (const Route& route : server_.router.routes()) {
    const bool open = std::holds_alternative<OpenAccess>(route.access);
    for (const char* key : {"", "X-API-Key: wrong\r\n", "X-API-Key: mr_revoked\r\n"}) {
      EXPECT_EQ(status(request(route.method, route.pattern, key)), open ? 200 : 401)
          << route.method << ' ' << route.pattern << ' ' << key;
    }
    EXPECT_EQ(status(request(route.method, route.pattern, "X-API-Key: dv_live_sk_other\r\n")),
              open ? 200 : 403);
  }
  EXPECT_EQ(server_.handled, 4);
}

TEST_F(AuthTest, NoSpellingOfAPathGetsPastItsKey) {
  for (const char* target : {"/v1/flows",
                             "/v1/flows/",
                             "/v1/flows/configs",
                             "/v1/flows/abc",
                             "/v1/flows/open",
                             "/v1/flows/abc;open",
                             "/v1/flows/configs?x=/open",
                             "/v1/flows?/open",
                             "/V1/flows",
                             "/v1//flows",
                             "//v1/flows",
                             "/open/../v1/flows",
                             "/open/%2e%2e/v1/flows",
                             "/v1%2fflows",
                             "/v1/flows%2fabc",
                             "/v1/flows;open",
                             "/open;/v1/flows",
                             "/open/v1/flows",
                             "/v1/flows/abc/configs",
                             "/v1/flows/abc%2fconfigs",
                             "/v1/flows/..%2fopen"}) {
    const int got = status(request("GET", target));
    EXPECT_TRUE(got == 401 || got == 404) << target << " gave " << got;
  }
  EXPECT_EQ(server_.handled, 0);
}

TEST_F(AuthTest, AHeadRequestNeedsTheKeyOfItsGet) {
  Client client(server_.port());
  client.send(request("HEAD", "/v1/flows"));
  EXPECT_EQ(client.read(true).status, 401);
  EXPECT_EQ(server_.handled, 0);
}

TEST_F(AuthTest, RefusesAKeyBeforeReadingItsBody) {
  Client client(server_.port());
  const Reply reply = client.ask(request("POST", "/v1/flows", "Content-Length: 4000000\r\n"));
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.header("www-authenticate"), "Bearer");
  EXPECT_EQ(reply.header("connection"), "close");
}

class GuessingTest : public AuthTest {
 protected:
  static ServerLimits strict() {
    ServerLimits limits = quick_limits();
    limits.auth_failures_max = 3;
    limits.auth_failures_per_second = 1;
    return limits;
  }
  GuessingTest() : AuthTest(strict()) {}
};

TEST_F(GuessingTest, IsSlowedDownWhileGoodKeysOfTheAddressGoOn) {
  const std::string wrong = request("GET", "/v1/flows", "X-API-Key: guess\r\n");
  const std::string good = request("GET", "/v1/flows", "X-API-Key: mr_reader\r\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(wrong), 401);
  const Reply slowed = server_.ask(wrong);
  EXPECT_EQ(slowed.status, 429);
  EXPECT_NE(slowed.header("retry-after"), "");
  EXPECT_EQ(status(good), 200);
  EXPECT_EQ(status(request("GET", "/v1/flows")), 401);
  server_.clock.advance(2s);
  EXPECT_EQ(status(wrong), 401);
}

TEST(AuthFailuresTest, CountsEachAddressForItselfAndForgives) {
  AuthFailures failures(2, 1);
  const MonotonicTime start{Duration(0)};
  EXPECT_FALSE(failures.count("a", start));
  EXPECT_FALSE(failures.count("a", start));
  EXPECT_TRUE(failures.count("a", start));
  EXPECT_FALSE(failures.count("b", start));
  EXPECT_FALSE(failures.count("a", start + 2s));
}

TEST(AuthFailuresTest, RemembersABoundedNumberOfAddresses) {
  AuthFailures failures(2, 1);
  for (int i = 0; i < 25'000; ++i) failures.count(std::to_string(i), MonotonicTime{});
  EXPECT_LE(failures.addresses(), AuthFailures::addresses_max);
}

}  // namespace
}  // namespace millrace::http::test
