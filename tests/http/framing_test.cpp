// The framing table of the reliability contract, over real sockets and split at every byte. Each
// bad request gets exactly one answer and the connection closes; the canary behind it is never
// answered.
#include "tests/http/harness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::http::test {
namespace {

struct BadRequest {
  const char* name;
  std::string bytes;
};

const std::string canary = "GET /canary HTTP/1.1\r\nHost: here\r\n\r\n";

std::vector<BadRequest> bad_requests() {
  const std::string post = "POST /echo HTTP/1.1\r\nHost: here\r\n";
  const std::string chunk = "5\r\nhello\r\n0\r\n\r\n";
  return {
      {"LengthThenChunked",
       post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk},
      {"ChunkedThenLength",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunk},
      {"GzipThenLength", post + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"},
      {"GzipAlone", post + "Transfer-Encoding: gzip\r\n\r\nhello"},
      {"XchunkedAndLength", post + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nhello"},
      {"ChunkedTwiceInOne", post + "Transfer-Encoding: chunked, chunked\r\n\r\n" + chunk},
      {"ChunkedTwice",
       post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk},
      {"GzipChunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk},
      {"IdentityEncoding", post + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"},
      {"EmptyEncoding", post + "Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nhello"},
      {"ChunkedOnOldVersion",
       "POST /echo HTTP/1.0\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk},
      {"LengthTwiceEqual", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {"LengthTwiceDifferent", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      {"LengthList", post + "Content-Length: 5, 5\r\n\r\nhello"},
      {"LengthPlus", post + "Content-Length: +5\r\n\r\nhello"},
      {"LengthMinus", post + "Content-Length: -5\r\n\r\nhello"},
      {"LengthHex", post + "Content-Length: 0x5\r\n\r\nhello"},
      {"LengthEmpty", post + "Content-Length:\r\n\r\nhello"},
      {"LengthOverflow", post + "Content-Length: 18446744073709551621\r\n\r\nhello"},
      {"FoldedHeader", post + "X-Long: a\r\n b\r\nContent-Length: 5\r\n\r\nhello"},
      {"FoldedEncoding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunk},
      {"NoHost", "GET /echo HTTP/1.1\r\n\r\n"},
      {"TwoHosts", "GET /echo HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n"},
      {"EmptyHost", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n"},
      {"HostWithPath", "GET /echo HTTP/1.1\r\nHost: here/there\r\n\r\n"},
      {"AbsoluteForm", "GET http://elsewhere/echo HTTP/1.1\r\nHost: elsewhere\r\n\r\n"},
      {"AuthorityForm", "CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n"},
      {"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"SpaceBeforeColon", post + "Content-Length : 5\r\n\r\nhello"},
      {"BareLineFeed", "GET /echo HTTP/1.1\nHost: here\n\n"},
      {"BareLineFeedInHeader", "GET /echo HTTP/1.1\r\nHost: here\nX: y\r\n\r\n"},
      {"BareCarriageReturn", "GET /echo HTTP/1.1\r\nHost: he\rre\r\n\r\n"},
      {"NulInHeader", std::string("GET /echo HTTP/1.1\r\nHost: here\r\nX: a\0b\r\n\r\n", 47)},
      {"NulInTarget", std::string("GET /ec\0ho HTTP/1.1\r\nHost: here\r\n\r\n", 37)},
      {"Fragment", "GET /echo#x HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"LatinTarget", "GET /\xe9 HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"BlankLineFirst", "\r\nGET /echo HTTP/1.1\r\nHost: here\r\n\r\n"},
      {"NoVersion", "GET /echo\r\nHost: here\r\n\r\n"},
      {"VersionTwo", "GET /echo HTTP/2.0\r\nHost: here\r\n\r\n"},
      {"EmptyName", "GET /echo HTTP/1.1\r\nHost: here\r\n: x\r\n\r\n"},
      {"ChunkWithoutEnd", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n"},
      {"ChunkSizeNegative", post + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"},
      {"ChunkSizeHexPrefix", post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"},
      {"ChunkSizeOverflow",
       post + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"ChunkBareLineFeed", post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"},
      {"ChunkExtensionLong", post + "Transfer-Encoding: chunked\r\n\r\n5;x=" +
                                 std::string(300, 'y') + "\r\nhello\r\n0\r\n\r\n"},
      {"TrailerLength",
       post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"},
      {"TrailerEncoding",
       post + "Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"},
  };
}

class BadFramingTest : public testing::TestWithParam<BadRequest> {
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

class GoodFramingTest : public testing::TestWithParam<BadRequest> {};

std::vector<BadRequest> good_requests() {
  const std::string post = "POST /echo HTTP/1.1\r\nHost: here\r\n";
  return {
      {"Length", post + "Content-Length: 5\r\n\r\nhello"},
      {"LeadingZeros", post + "Content-Length: 0005\r\n\r\nhello"},
      {"Chunked", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
      {"ChunkedUpperCase", post + "Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
      {"ManyChunks",
       post + "Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n3\r\nell\r\n1\r\no\r\n0\r\n\r\n"},
      {"ShortExtension",
       post + "Transfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n"},
      {"Trailer", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"},
  };
}

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
