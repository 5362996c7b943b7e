// The egress guard from outside: what a flow may not call is refused before a packet leaves, by a
// rule with a name.
#include "tests/http/outbound/calls.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::http::test {
namespace {

struct Target {
  const char* url;  ///< `PORT` stands for a port where somebody listens on loopback
  const char* rule;
};

constexpr Target targets[] = {
    {"http://127.0.0.1:PORT/", "loopback"},
    {"http://127.0.0.1/", "loopback"},
    {"http://127.1:PORT/", "loopback"},
    {"http://127.0.1:PORT/", "loopback"},
    {"http://0x7f.1:PORT/", "loopback"},
    {"http://0x7f000001:PORT/", "loopback"},
    {"http://0177.0.0.1:PORT/", "loopback"},
    {"http://017700000001:PORT/", "loopback"},
    {"http://2130706433:PORT/", "loopback"},
    {"http://127.255.255.254:PORT/", "loopback"},
    {"http://localhost:PORT/", "loopback"},
    {"http://LOCALHOST:PORT/", "loopback"},
    {"http://0.0.0.0:PORT/", "this-network"},
    {"http://0:PORT/", "this-network"},
    {"http://0.1.2.3/", "this-network"},
    {"http://10.0.0.1/", "private-10"},
    {"http://10.255.255.255/", "private-10"},
    {"http://167772161/", "private-10"},
    {"http://012.0.0.1/", "private-10"},
    {"http://100.64.0.1/", "carrier-nat"},
    {"http://100.127.255.255/", "carrier-nat"},
    {"http://169.254.169.254/latest/meta-data/", "link-local"},
    {"http://0xa9fea9fe/", "link-local"},
    {"http://172.16.0.1/", "private-172"},
    {"http://172.31.255.255/", "private-172"},
    {"http://192.0.0.1/", "ietf-assignments"},
    {"http://192.0.2.1/", "documentation"},
    {"http://192.88.99.1/", "6to4-relay"},
    {"http://192.168.1.1/", "private-192"},
    {"http://198.18.0.1/", "benchmarking"},
    {"http://198.19.255.255/", "benchmarking"},
    {"http://198.51.100.1/", "documentation"},
    {"http://203.0.113.1/", "documentation"},
    {"http://224.0.0.1/", "multicast"},
    {"http://239.255.255.255/", "multicast"},
    {"http://240.0.0.1/", "reserved"},
    {"http://255.255.255.255/", "broadcast"},
    {"http://[::1]:PORT/", "loopback"},
    {"http://[::]:PORT/", "unspecified"},
    {"http://[0:0:0:0:0:0:0:1]:PORT/", "loopback"},
    {"http://[::ffff:7f00:1]:PORT/", "loopback"},
    {"http://[::ffff:10.0.0.1]/", "private-10"},
    {"http://[::ffff:169.254.169.254]/", "link-local"},
    {"http://[64:ff9b::7f00:1]/", "nat64"},
    {"http://[64:ff9b:1::1]/", "nat64"},
    {"http://[100::1]/", "discard"},
    {"http://[2001::1]/", "ietf-assignments"},
    {"http://[2001:db8::1]/", "documentation"},
    {"http://[2002:7f00:1::]/", "6to4"},
    {"http://[fc00::1]/", "unique-local"},
    {"http://[fd12:3456::1]/", "unique-local"},
    {"http://[fe80::1]/", "link-local"},
    {"http://[fec0::1]/", "site-local"},
    {"http://[ff02::1]/", "multicast"},
    {"http://8.8.8.8:22/", "port"},
    {"http://8.8.8.8:25/", "port"},
    {"https://8.8.8.8:6379/", "port"},
    {"file:///etc/passwd", "url-scheme"},
    {"ftp://8.8.8.8/", "url-scheme"},
    {"gopher://127.0.0.1:PORT/", "url-scheme"},
    {"dict://127.0.0.1:PORT/", "url-scheme"},
    {"unix:///run/x", "url-scheme"},
    {"javascript:alert(1)", "url-malformed"},
    {"//127.0.0.1:PORT/", "url-malformed"},
    {"127.0.0.1:PORT/", "url-malformed"},
    {"", "url-malformed"},
    {"http://", "url-malformed"},
    {"http:///127.0.0.1:PORT/", "url-malformed"},
    {"http://user@8.8.8.8/", "url-userinfo"},
    {"http://user:pass@127.0.0.1:PORT/", "url-userinfo"},
    {"http://8.8.8.8@127.0.0.1:PORT/", "url-userinfo"},
    {"http://@127.0.0.1:PORT/", "url-userinfo"},
    {"http://8.8.8.8\\@127.0.0.1:PORT/", "url-bytes"},
    {"http://8.8.8.8\\.example/", "url-bytes"},
    {"http://127.0.0.1:PORT/a b", "url-bytes"},
    {"http://127.0.0.1:PORT/\r\nX-Evil: 1", "url-bytes"},
    {"http://127.0.0.1\t:PORT/", "url-bytes"},
    {"http://127\xe3\x80\x82"
     "0.0.1:PORT/",
     "url-bytes"},
    {"http://\xe2\x91\xa0:PORT/", "url-bytes"},
    {"http://8.8.8.8:0/", "url-malformed"},
    {"http://8.8.8.8:99999/", "url-malformed"},
};

std::string with_port(std::string url, std::uint16_t port) {
  const std::size_t at = url.find("PORT");
  return at == std::string::npos ? url : url.replace(at, 4, std::to_string(port));
}

TEST(EgressGuardTest, RefusesEveryPrivateOrOddTargetByNameBeforeAPacketLeaves) {
  Peer listening;
  const auto outbound = make_outbound({});
  for (const Target& target : targets) {
    const std::string url = with_port(target.url, listening.port());
    EXPECT_EQ(outcome(call_now(*outbound, get(url))), target.rule) << url;
  }
  EXPECT_EQ(listening.connections(), 0);
}

TEST(EgressGuardTest, SaysWhichAddressTheNameLedTo) {
  const auto outbound = make_outbound({});
  const auto result = call_now(*outbound, get("http://localhost:8080/"));
  ASSERT_TRUE(result.has_error());
  EXPECT_TRUE(result.error().message.starts_with("refused by egress rule loopback: "));
  EXPECT_NE(result.error().message.find("(localhost)"), std::string::npos);
}

TEST(EgressGuardTest, AnAllowedAddressOpensItselfOnAnyPortAndNothingElse) {
  Peer allowed("127.0.0.1");
  Peer other("127.0.0.2");
  allowed.ok("/", "hello");
  other.ok("/", "hello");
  const auto outbound = make_outbound(allowing("127.0.0.1/32"));
  EXPECT_EQ(outcome(call_now(*outbound, get(allowed.url("/")))), "200");
  EXPECT_EQ(outcome(call_now(*outbound, get(other.url("/")))), "loopback");
  EXPECT_EQ(other.connections(), 0);
}

TEST(EgressGuardTest, ChecksEveryHopOfARedirect) {
  Peer peer;
  Peer inner("127.0.0.2");
  inner.ok("/", "secret");
  const auto outbound = make_outbound(allowing("127.0.0.1/32"));
  const std::pair<std::string, const char*> hops[] = {
      {inner.url("/"), "loopback"},
      {"//127.0.0.2:" + std::to_string(inner.port()) + "/", "loopback"},
      {"http://169.254.169.254/latest/", "link-local"},
      {"http://10.0.0.1/", "private-10"},
      {"http://[::ffff:10.0.0.1]/", "private-10"},
      {"http://8.8.8.8:22/", "port"},
      {"file:///etc/passwd", "url-scheme"},
      {"gopher://127.0.0.1/", "url-scheme"},
      {"http://user@127.0.0.1/", "url-userinfo"},
      {"http://127.0.0.1\\@8.8.8.8/", "url-bytes"},
  };
  for (std::size_t i = 0; i < std::size(hops); ++i) {
    peer.redirect("/" + std::to_string(i), "/chain" + std::to_string(i));
    peer.redirect("/chain" + std::to_string(i), hops[i].first);
  }
  for (std::size_t i = 0; i < std::size(hops); ++i) {
    HttpCall call = get(peer.url("/" + std::to_string(i)));
    call.follow_redirects = true;
    EXPECT_EQ(outcome(call_now(*outbound, call)), hops[i].second) << hops[i].first;
  }
  EXPECT_EQ(inner.connections(), 0);
}

TEST(EgressGuardTest, OurOwnListenerIsRefusedWhereverItIs) {
  OutboundSettings settings;
  settings.policy.own.push_back({parse_address("8.8.8.8"), 8080});
  const auto outbound = make_outbound(settings);
  EXPECT_EQ(outcome(call_now(*outbound, get("http://8.8.8.8:8080/"))), "own-listener");
}

TEST(EgressGuardTest, TheEnvironmentsProxyDoesNotLeadAroundIt) {
  Peer proxy;
  setenv("http_proxy", proxy.url("").c_str(), 1);
  setenv("ALL_PROXY", proxy.url("").c_str(), 1);
  const auto outbound = make_outbound({});
  EXPECT_EQ(outcome(call_now(*outbound, get("http://10.0.0.1/"))), "private-10");
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST(EgressGuardTest, RefusesHeadersAndMethodsThatReachIntoFraming) {
  struct Row {
    const char* name;
    const char* value;
    const char* rule;
  };
  const auto outbound = make_outbound({});
  for (const Row& row :
       {Row{"Host", "elsewhere", "framing-header"}, Row{"host", "elsewhere", "framing-header"},
        Row{"Content-Length", "5", "framing-header"},
        Row{"Transfer-Encoding", "chunked", "framing-header"},
        Row{"Connection", "upgrade", "framing-header"},
        Row{"X-A", "b\r\nX-Evil: 1", "header-bytes"}, Row{"X-A\r\nX-Evil", "1", "header-bytes"},
        Row{"X A", "1", "header-bytes"}, Row{"", "1", "header-bytes"}}) {
    HttpCall call = get("http://8.8.8.8/");
    call.headers.emplace_back(row.name, row.value);
    EXPECT_EQ(outcome(call_now(*outbound, call)), row.rule) << row.name;
  }
  for (const char* method : {"", "CONNECT", "TRACE", "GET /x HTTP/1.1\r\n", "G ET"}) {
    HttpCall call = get("http://8.8.8.8/");
    call.method = method;
    EXPECT_EQ(outcome(call_now(*outbound, call)), "method") << method;
  }
}

}  // namespace
}  // namespace millrace::http::test
