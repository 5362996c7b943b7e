// One connection as a client meets it: order, HEAD, Expect, keep-alive, errors.
#include "tests/http/session_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::http::test {
namespace {

TEST_F(SessionTest, AnswersInTheOrderOfTheRequestsWhateverIsReadyFirst) {
  start();
  Client client(server_.port());
  client.send(get("/held/0") + get("/held/1") + get("/held/2"));
  held_.wait_for(3);
  held_.give(*server_.server, 2);
  held_.give(*server_.server, 1);
  held_.give(*server_.server, 0);
  EXPECT_EQ(client.read().body, "/held/0");
  EXPECT_EQ(client.read().body, "/held/1");
  EXPECT_EQ(client.read().body, "/held/2");
}

TEST_F(SessionTest, TakesNoMoreRequestsThanTheBoundWhileAnswersAreOpen) {
  start();
  Client client(server_.port());
  std::string many;
  for (int i = 0; i < 40; ++i) many += get("/held/" + std::to_string(i));
  client.send(many);
  held_.wait_for(limits::pipelined_responses_max);
  EXPECT_EQ(held_.count(), limits::pipelined_responses_max);
  // A second connection's round trip: whatever the first one could still take in would have been
  // taken by now.
  EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  EXPECT_EQ(held_.count(), limits::pipelined_responses_max);
  for (std::size_t i = 0; i < 40; ++i) {
    held_.wait_for(i + 1);
    held_.give(*server_.server, i);
    EXPECT_EQ(client.read().body, "/held/" + std::to_string(i));
  }
}

TEST_F(SessionTest, AnswersEachOfAHundredPipelinedRequests) {
  start();
  Client client(server_.port());
  std::string many;
  for (int i = 0; i < 100; ++i) many += post("/echo", "number " + std::to_string(i));
  client.send(many);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(client.read().body, "POST /echo number " + std::to_string(i));
  }
}

TEST_F(SessionTest, AnswersAnInternalErrorWhenAHandlerDropsItsRequest) {
  start();
  Client client(server_.port());
  client.send(get("/held/0"));
  held_.wait_for(1);
  held_.drop(0);
  EXPECT_EQ(client.read().status, 500);
}

TEST_F(SessionTest, AnswersAnInternalErrorWithoutDetailsWhenAHandlerThrows) {
  start();
  const Reply reply = server_.ask(get("/throws"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
}

TEST_F(SessionTest, AnswersUnknownPathsAndWrongMethods) {
  start();
  const Reply missing = server_.ask(get("/nowhere"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.header("content-type"), "application/problem+json");
  const Reply wrong = server_.ask("DELETE /echo HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "GET, HEAD, POST");
  EXPECT_NE(wrong.body.find("\"status\":405"), std::string::npos);
}

TEST_F(SessionTest, KeepsTheConnectionAfterA404WithoutABody) {
  start();
  Client client(server_.port());
  EXPECT_EQ(client.ask(get("/nowhere")).status, 404);
  EXPECT_EQ(client.ask(get("/echo")).status, 200);
}

TEST_F(SessionTest, ClosesAfterA404WhoseBodyWasNotRead) {
  start();
  Client client(server_.port());
  const Reply reply = client.ask(post("/nowhere", "GET /echo HTTP/1.1\r\nHost: here\r\n\r\n"));
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.header("connection"), "close");
  client.end();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(SessionTest, AnswersHeadAsGetWithoutTheBody) {
  start();
  Client client(server_.port());
  client.send("HEAD /echo HTTP/1.1\r\nHost: here\r\n\r\n" + get("/echo"));
  const Reply head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), std::to_string(std::string("HEAD /echo ").size()));
  EXPECT_EQ(client.read().body, "GET /echo ");
}

TEST_F(SessionTest, AsksForTheBodyThatAClientHoldsBack) {
  start();
  Client client(server_.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read().body, "POST /echo hello");
}

TEST_F(SessionTest, DoesNotAskForABodyThatItRefuses) {
  start();
  const Reply reply = server_.ask(
      "POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(reply.status, 413);
}

TEST_F(SessionTest, RefusesAnExpectationItDoesNotKnow) {
  start();
  const Reply reply =
      server_.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: tea\r\n\r\n");
  EXPECT_EQ(reply.status, 417);
}

TEST_F(SessionTest, HoldsOnToTheConnectionAsEachVersionSays) {
  struct Row {
    const char* request;
    bool stays;
    const char* connection;
  };
  start();
  for (const Row& row :
       {Row{"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", true, ""},
        Row{"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false, "close"},
        Row{"GET /echo HTTP/1.0\r\n\r\n", false, "close"},
        Row{"GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, "keep-alive"}}) {
    Client client(server_.port());
    const Reply first = client.ask(row.request);
    EXPECT_EQ(first.status, 200) << row.request;
    EXPECT_EQ(first.header("connection"), row.connection) << row.request;
    if (row.stays) {
      EXPECT_EQ(client.ask(row.request).status, 200) << row.request;
    } else {
      client.end();
      EXPECT_TRUE(client.is_closed()) << row.request;
    }
  }
}

TEST_F(SessionTest, AnswersAClientThatHasEndedItsSide) {
  start();
  Client client(server_.port());
  client.send(get("/held/0"));
  client.end();
  held_.wait_for(1);
  held_.give(*server_.server, 0);
  EXPECT_EQ(client.read().body, "/held/0");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(SessionTest, EveryResponseHasItsOwnRequestId) {
  start();
  Client client(server_.port());
  const std::string first = client.ask(get("/echo")).header("x-request-id");
  const std::string second = client.ask(get("/nowhere")).header("x-request-id");
  EXPECT_EQ(first.size(), 25u);
  EXPECT_TRUE(first.starts_with("req_"));
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace millrace::http::test
