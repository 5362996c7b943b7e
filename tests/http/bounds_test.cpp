// Bounds of a request: line, header, fields, body; and of connections.
#include "tests/http/session_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace millrace::http::test {
namespace {

using BoundsTest = SessionTest;

TEST_F(BoundsTest, RefusesALargeBodyByItsAnnouncementWithoutReadingIt) {
  start();
  Client client(server_.port());
  const Reply reply =
      client.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.header("connection"), "close");
  client.end();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server_.handled, 0);
}

TEST_F(BoundsTest, TakesABodyOfExactlyTheBound) {
  start();
  EXPECT_EQ(server_.ask(post("/echo", std::string(1000, 'x'))).status, 200);
}

TEST_F(BoundsTest, RefusesChunksThatAddUpToMoreThanTheBound) {
  start();
  std::string bytes = "POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 3; ++i) bytes += "190\r\n" + std::string(400, 'x') + "\r\n";
  EXPECT_EQ(server_.ask(bytes).status, 413);
  EXPECT_EQ(server_.handled, 0);
}

struct HeadLimit {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const HeadLimit& one, std::ostream* out) { *out << one.name; }

class HeadLimitTest : public testing::TestWithParam<HeadLimit> {};

TEST_P(HeadLimitTest, IsAnsweredAndClosed) {
  TestServer server;
  server.router.add(server.echo("GET", "/{rest...}"));
  server.start();
  Client client(server.port());
  client.send(GetParam().bytes);
  const Reply reply = client.read();
  EXPECT_EQ(reply.status, GetParam().status);
  if (reply.status == 200) return;
  EXPECT_EQ(reply.header("connection"), "close");
  client.end();
  EXPECT_TRUE(client.is_closed());
}

std::string with_fields(int count) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: here\r\n";
  for (int i = 1; i < count; ++i) bytes += "X-" + std::to_string(i) + ": y\r\n";
  return bytes + "\r\n";
}

std::string with_line(std::size_t length) {
  const std::string end = " HTTP/1.1";
  return "GET /" + std::string(length - 5 - end.size(), 'a') + end + "\r\nHost: here\r\n\r\n";
}

std::string with_header(std::size_t length) {
  const std::string host = "Host: here\r\n";
  return "GET / HTTP/1.1\r\n" + host + "X: " + std::string(length - host.size() - 5, 'a') +
         "\r\n\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Session, HeadLimitTest,
    testing::Values(HeadLimit{"LargestRequestLine", with_line(8 * limits::kib), 200},
                    HeadLimit{"RequestLineTooLong", with_line(8 * limits::kib + 1), 414},
                    HeadLimit{"LargestHeader", with_header(32 * limits::kib), 200},
                    HeadLimit{"HeaderTooLarge", with_header(32 * limits::kib + 1), 431},
                    HeadLimit{"MostFields", with_fields(100), 200},
                    HeadLimit{"TooManyFields", with_fields(101), 431},
                    HeadLimit{"EndlessRequestLine", std::string(64 * limits::kib, 'A'), 414}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ConnectionCapTest, TurnsAwayWhoComesOverTheTotal) {
  ServerLimits limits = quick_limits();
  limits.connections_max = 2;
  TestServer server(limits);
  server.router.add(server.echo("GET", "/echo"));
  server.start();
  Client first(server.port());
  Client second(server.port());
  EXPECT_EQ(first.ask(get("/echo")).status, 200);
  EXPECT_EQ(second.ask(get("/echo")).status, 200);
  Client third(server.port());
  const Reply refused = third.read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.header("retry-after"), "");
  EXPECT_EQ(first.ask(get("/echo")).status, 200);
}

TEST(BodyTotalTest, RefusesWhatComesOverTheTotalAndRecovers) {
  ServerLimits limits = quick_limits();
  limits.body_bytes_total_max = 1500;
  TestServer server(limits);
  server.router.add(server.echo("POST", "/echo"));
  server.router.add(server.echo("GET", "/echo"));
  server.start();
  const std::string part =
      "POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\n\r\n" + std::string(1000, 'x');
  Client first(server.port());
  first.send(part);
  EXPECT_EQ(server.ask(get("/echo")).status, 200);
  Client second(server.port());
  second.send(part);
  const Reply refused = second.read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.header("retry-after"), "");
  EXPECT_EQ(first.ask("x").status, 200);
  EXPECT_EQ(server.ask(part + "x").status, 200);
}

TEST(UnsentTotalTest, CutsOffWhoDoesNotRead) {
  ServerLimits bounds = quick_limits();
  bounds.unsent_bytes_total_max = limits::mib;
  TestServer server(bounds);
  server.router.add(server.echo("GET", "/echo"));
  Route large = server.echo("GET", "/large");
  large.handler = [](const MatchedPtr&, const Respond& respond) {
    respond({200, {}, "text/plain", std::string(32 * limits::mib, 'x')});
  };
  server.router.add(std::move(large));
  server.start();
  Client client(server.port());
  client.send(get("/large"));
  EXPECT_EQ(server.ask(get("/echo")).status, 200);
  EXPECT_LT(client.read_rest().size(), 32 * limits::mib);
}

TEST(ConnectionCapTest, CountsAnAddressUntilItShowsAGoodKey) {
  ServerLimits limits = quick_limits();
  limits.connections_per_address_max = 1;
  limits.loopback_exempt = false;
  TestServer server(limits);
  server.archive.add("mr_good", Dialect::native, scopes_default);
  server.router.add(server.echo("GET", "/echo", KeyAccess{Scope::flows_read}));
  server.start();
  Client first(server.port());
  EXPECT_EQ(first.ask(get("/echo")).status, 401);
  EXPECT_EQ(Client(server.port()).read().status, 503);
  EXPECT_EQ(Client(server.port(), "127.0.0.2").ask(get("/echo")).status, 401);
  EXPECT_EQ(first.ask("GET /echo HTTP/1.1\r\nHost: a\r\nX-API-Key: mr_good\r\n\r\n").status, 200);
  EXPECT_EQ(Client(server.port()).ask(get("/echo")).status, 401);
}

TEST(ConnectionCapTest, ManyConnectionsThatSendAByteAreAllHeldAndAllEnded) {
  TestServer server;
  server.router.add(server.echo("GET", "/echo"));
  server.start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    ASSERT_TRUE(clients.back()->send("G"));
  }
  EXPECT_EQ(server.ask(get("/echo")).status, 200);
  server.clock.advance(11s);
  for (const auto& client : clients) EXPECT_EQ(client->read().status, 408);
}

}  // namespace
}  // namespace millrace::http::test
