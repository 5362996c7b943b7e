// The framing table of the reliability contract, over real sockets and split at every byte. Each
// bad request gets exactly one answer and the connection closes; the canary behind it is never
// answered.
#include "tests/http/framing_cases.hpp"
#include "tests/http/harness.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::http::test {
namespace {

class BadFramingTest : public testing::TestWithParam<FramingCase> {
 protected:
  BadFramingTest() {
    server_.router.add(server_.echo("POST", "/echo"));
    server_.router.add(server_.echo("GET", "/echo"));
    server_.router.add(server_.echo("GET", "/canary"));
    server_.start();
  }

  /// What came back, all of it.
  std::string exchange(std::string_view first, std::string_view second) {
    Client client(server_.port());
    client.send(first);
    client.send(second);
    return client.read_rest();
  }

  static void expect_one_refusal(const std::string& answer, std::size_t split) {
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << "split at " << split << ": " << answer;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "split at " << split;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(answer.find("\r\nX-Request-Id: req_"), std::string::npos);
  }

  TestServer server_;
};

TEST_P(BadFramingTest, GetsOneRefusalAndACloseWhereverItIsSplit) {
  const std::string bytes = GetParam().bytes + canary;
  for (std::size_t split = 1; split < bytes.size(); ++split) {
    expect_one_refusal(exchange(bytes.substr(0, split), bytes.substr(split)), split);
    if (HasFailure()) return;
  }
  EXPECT_EQ(server_.handled, 0);
}

TEST_P(BadFramingTest, GetsOneRefusalByteByByte) {
  Client client(server_.port());
  for (const char c : GetParam().bytes + canary) {
    if (!client.send({&c, 1})) break;
  }
  expect_one_refusal(client.read_rest(), 0);
  EXPECT_EQ(server_.handled, 0);
}

INSTANTIATE_TEST_SUITE_P(Framing, BadFramingTest, testing::ValuesIn(bad_requests()),
                         [](const auto& row) { return std::string(row.param.name); });

class GoodFramingTest : public testing::TestWithParam<FramingCase> {};

TEST_P(GoodFramingTest, IsReadTheSameWhereverItIsSplit) {
  TestServer server;
  server.router.add(server.echo("POST", "/echo"));
  server.router.add(server.echo("GET", "/canary"));
  server.start();
  const std::string bytes = GetParam().bytes + canary;
  for (std::size_t split = 1; split < bytes.size(); ++split) {
    Client client(server.port());
    client.send(bytes.substr(0, split));
    client.send(bytes.substr(split));
    EXPECT_EQ(client.read().body, "POST /echo hello") << "split at " << split;
    EXPECT_EQ(client.read().body, "GET /canary ") << "split at " << split;
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Framing, GoodFramingTest, testing::ValuesIn(good_requests()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(AbsoluteFormTest, IsTakenWhenItNamesUs) {
  TestServer server;
  server.router.add(server.echo("GET", "/echo"));
  server.start();
  const std::string here = server.server->address();
  const Reply reply =
      server.ask("GET http://" + here + "/echo?a=1 HTTP/1.1\r\nHost: " + here + "\r\n\r\n");
  EXPECT_EQ(reply.body, "GET /echo?a=1 ");
}

TEST(AbsoluteFormTest, IsRefusedWhenTheHostFieldDisagrees) {
  TestServer server;
  server.router.add(server.echo("GET", "/echo"));
  server.start();
  const std::string here = server.server->address();
  EXPECT_EQ(server.ask("GET http://" + here + "/echo HTTP/1.1\r\nHost: elsewhere\r\n\r\n").status,
            400);
}

}  // namespace
}  // namespace millrace::http::test
