// Slow clients and the server's end. Time passes when the test says so.
#include "tests/http/session_fixture.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace millrace::http::test {
namespace {

using DeadlineTest = SessionTest;

TEST_F(DeadlineTest, EndsAConnectionThatNeverSpeaks) {
  start();
  Client client(server_.port());
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  server_.clock.advance(11s);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(DeadlineTest, EndsAHeadThatTricklesIn) {
  start();
  Client client(server_.port());
  EXPECT_EQ(client.ask(get("/echo")).status, 200);
  client.send("GET /echo HT");
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  server_.clock.advance(9s);
  client.send("TP/1.1\r\n");
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  server_.clock.advance(2s);
  const Reply reply = client.read();
  EXPECT_EQ(reply.status, 408);
  client.end();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(DeadlineTest, EndsABodyThatComesBelowTheMinimumRate) {
  start();
  Client client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 900\r\n\r\nhello");
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  server_.clock.advance(4s);
  client.send("more");
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  server_.clock.advance(2s);
  EXPECT_EQ(client.read().status, 408);
  client.end();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server_.handled, 2);  // the other connection's
}

TEST_F(DeadlineTest, EndsAnIdleConnectionButNotOneThatWaitsForItsAnswer) {
  start();
  Client idle(server_.port());
  EXPECT_EQ(idle.ask(get("/echo")).status, 200);
  Client waiting(server_.port());
  waiting.send(get("/held/0"));
  held_.wait_for(1);
  server_.clock.advance(61s);
  EXPECT_TRUE(idle.is_closed());
  held_.give(*server_.server, 0);
  EXPECT_EQ(waiting.read().body, "/held/0");
}

TEST_F(DeadlineTest, EndsAClientThatNeverReadsALargeAnswer) {
  start();
  Client silent(
      server_.port());  // the oldest connection: looked at last, so its end tells that all were
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  Client client(server_.port());
  client.send(get("/large"));
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  server_.clock.advance(31s);
  EXPECT_TRUE(silent.is_closed());
  EXPECT_LT(client.read_rest().size(), 32 * limits::mib);
}

TEST_F(DeadlineTest, GivesALargeAnswerWholeToAClientThatReads) {
  start();
  Client client(server_.port());
  EXPECT_EQ(client.ask(get("/large")).body.size(), 32 * limits::mib);
  EXPECT_EQ(client.ask(get("/echo")).status, 200);
}

TEST_F(DeadlineTest, DrainsWithoutLosingAnAnswer) {
  start();
  Client busy(server_.port());
  busy.send(get("/held/0"));
  held_.wait_for(1);
  Client idle(server_.port());
  EXPECT_EQ(idle.ask(get("/echo")).status, 200);
  std::thread drain([&] { EXPECT_TRUE(server_.server->drain(20s)); });
  while (Client(server_.port()).can_connect()) {
  }
  const Reply last = idle.ask(get("/echo"));
  EXPECT_EQ(last.status, 200);
  idle.end();
  held_.give(*server_.server, 0);
  const Reply answer = busy.read();
  EXPECT_EQ(answer.body, "/held/0");
  EXPECT_EQ(answer.header("connection"), "close");
  busy.end();
  drain.join();
  EXPECT_FALSE(Client(server_.port()).can_connect());
}

TEST_F(DeadlineTest, ADrainEndsIdleConnectionsAfterTheirGrace) {
  start();
  Client idle(server_.port());
  EXPECT_EQ(idle.ask(get("/echo")).status, 200);
  std::thread drain([&] { EXPECT_TRUE(server_.server->drain(20s)); });
  while (Client(server_.port()).can_connect()) {
  }
  server_.clock.advance(2s);
  EXPECT_TRUE(idle.is_closed());
  idle.end();
  drain.join();
}

TEST_F(DeadlineTest, StopsWithConnectionsOpenAndAnswersOutstanding) {
  start();
  Client busy(server_.port());
  busy.send(get("/held/0"));
  held_.wait_for(1);
  server_.server->stop();
  EXPECT_TRUE(busy.is_closed());
  held_.drop(0);
}

TEST(ListenTest, SaysWhatIsWrongWithAnAddress) {
  TestServer taken;
  ServerSettings settings;
  settings.port = taken.port();
  Server second(settings, taken.router, taken.archive, taken.clock, taken.random);
  EXPECT_EQ(second.listen().error().code, ErrorCode::configuration);
  settings.host = "not an address";
  Server third(settings, taken.router, taken.archive, taken.clock, taken.random);
  EXPECT_EQ(third.listen().error().code, ErrorCode::configuration);
}

}  // namespace
}  // namespace millrace::http::test
