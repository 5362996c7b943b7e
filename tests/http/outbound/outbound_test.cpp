// Calls against a peer on loopback: what is sent, what comes back, and what is too much.
#include "tests/http/outbound/calls.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>
#include <zlib.h>

namespace millrace::http::test {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// Text that gzip makes about four times smaller, not a thousand times.
std::string varied_text(std::size_t size) {
  std::string text;
  for (std::uint32_t i = 0; text.size() < size; ++i)
    text += std::to_string(i * 2654435761u) + " word ";
  text.resize(size);
  return text;
}

class OutboundTest : public testing::Test {
 protected:
  Peer peer_;
  std::unique_ptr<Outbound> outbound_ = make_outbound(allowing("127.0.0.1/32"));
};

TEST_F(OutboundTest, SendsWhatTheCallSaysAndNothingOfItsOwn) {
  peer_.ok("/in", "");
  HttpCall call = get(peer_.url("/in"));
  call.method = "PATCH";
  call.headers = {
      {"Content-Type", "application/json"}, {"Idempotency-Key", "exec:n:1"}, {"X-Empty", ""}};
  call.body = std::string(2 * limits::mib, 'x');
  EXPECT_EQ(outcome(call_now(*outbound_, call)), "200");
  const std::string request = peer_.requests().at(0);
  EXPECT_TRUE(request.starts_with("PATCH /in HTTP/1.1\r\n"));
  EXPECT_NE(request.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(request.find("\r\nIdempotency-Key: exec:n:1\r\n"), std::string::npos);
  EXPECT_NE(request.find("\r\nX-Empty:"), std::string::npos);
  EXPECT_NE(request.find("\r\nUser-Agent: millrace\r\n"), std::string::npos);
  EXPECT_EQ(request.find("\r\nExpect:"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + call.body));
}

TEST_F(OutboundTest, EveryMethodIsSentAsItIs) {
  peer_.ok("/in", "");
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"}) {
    HttpCall call = get(peer_.url("/in"));
    call.method = method;
    EXPECT_EQ(outcome(call_now(*outbound_, call)), "200") << method;
    EXPECT_TRUE(peer_.requests().back().starts_with(std::string(method) + " /in ")) << method;
    EXPECT_EQ(peer_.requests().back().find("Content-Type"), std::string::npos) << method;
  }
}

TEST_F(OutboundTest, BringsBackStatusHeadersAndBody) {
  peer_.script("/x",
               "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 418 Tea\r\nX-Two: a\r\n"
               "x-two:  b \r\nContent-Length: 5\r\n\r\nhello");
  const auto result = call_now(*outbound_, get(peer_.url("/x")));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->status, 418);
  EXPECT_EQ(result->body, "hello");
  const HeaderList expected = {{"x-two", "a"}, {"x-two", "b"}, {"content-length", "5"}};
  EXPECT_EQ(result->headers, expected);
}

TEST_F(OutboundTest, TakesABodyOfExactlyTheBoundAndNotOneByteMore) {
  peer_.ok("/fits", std::string(1000, 'x'));
  peer_.ok("/over", std::string(1001, 'x'));
  HttpCall call = get(peer_.url("/fits"));
  call.response_bytes_max = 1000;
  EXPECT_EQ(outcome(call_now(*outbound_, call)), "200");
  call.url = peer_.url("/over");
  EXPECT_EQ(call_now(*outbound_, call).error().code, ErrorCode::too_large);
}

TEST_F(OutboundTest, TheBoundHoldsForAnswersWithoutALength) {
  peer_.script("/endless", "HTTP/1.1 200 OK\r\n\r\n" + std::string(6 * limits::mib, 'x'));
  EXPECT_EQ(call_now(*outbound_, get(peer_.url("/endless"))).error().code, ErrorCode::too_large);
}

TEST_F(OutboundTest, UnpacksWhatIsPackedAndCountsWhatComesOut) {
  const std::string text = varied_text(300'000);
  peer_.ok("/packed", gzip(text), "Content-Encoding: gzip\r\n");
  HttpCall call = get(peer_.url("/packed"));
  const auto whole = call_now(*outbound_, call);
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->body, text);
  call.response_bytes_max = 200'000;
  EXPECT_EQ(call_now(*outbound_, call).error().code, ErrorCode::too_large);
}

TEST_F(OutboundTest, RefusesABomb) {
  peer_.ok("/bomb", gzip(std::string(4 * limits::mib, '\0')), "Content-Encoding: gzip\r\n");
  const auto result = call_now(*outbound_, get(peer_.url("/bomb")));
  EXPECT_EQ(result.error().code, ErrorCode::too_large);
  EXPECT_NE(result.error().message.find("100 times"), std::string::npos);
}

TEST_F(OutboundTest, RefusesAnEndlessHeader) {
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 2000; ++i)
    bytes += "X-Field-" + std::to_string(i) + ": " + std::string(64, 'x') + "\r\n";
  peer_.script("/header", bytes + "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(call_now(*outbound_, get(peer_.url("/header"))).error().code, ErrorCode::too_large);
}

TEST_F(OutboundTest, FollowsFiveRedirectsAndNotSix) {
  peer_.ok("/hop0", "there");
  for (int i = 1; i <= 6; ++i) {
    peer_.redirect("/hop" + std::to_string(i), "/hop" + std::to_string(i - 1));
  }
  HttpCall call = get(peer_.url("/hop5"));
  call.follow_redirects = true;
  EXPECT_EQ(call_now(*outbound_, call)->body, "there");
  call.url = peer_.url("/hop6");
  EXPECT_EQ(outcome(call_now(*outbound_, call)), "redirect-limit");
  call.follow_redirects = false;
  EXPECT_EQ(outcome(call_now(*outbound_, call)), "302");
}

TEST_F(OutboundTest, RightsDoNotTravelToAnotherOrigin) {
  Peer other;
  other.ok("/in", "");
  peer_.redirect("/out", other.url("/in"), 307);
  HttpCall call = get(peer_.url("/out"));
  call.method = "POST";
  call.body = "body";
  call.headers = {{"Authorization", "Bearer secret"}, {"Cookie", "c=1"}, {"X-Plain", "stays"}};
  call.follow_redirects = true;
  EXPECT_EQ(outcome(call_now(*outbound_, call)), "200");
  EXPECT_NE(peer_.requests().at(0).find("Bearer secret"), std::string::npos);
  const std::string arrived = other.requests().at(0);
  EXPECT_EQ(arrived.find("secret"), std::string::npos);
  EXPECT_EQ(arrived.find("Cookie"), std::string::npos);
  EXPECT_NE(arrived.find("X-Plain: stays"), std::string::npos);
  EXPECT_TRUE(arrived.ends_with("\r\n\r\nbody"));
}

TEST_F(OutboundTest, ACallThatIsNotAnsweredTimesOut) {
  const auto result = call_now(*outbound_, get(peer_.url("/hang")), Duration(100));
  EXPECT_EQ(result.error().code, ErrorCode::timeout);
}

TEST_F(OutboundTest, ACallThatIsRefusedOrCutOffSaysSo) {
  peer_.script("/cut", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
  EXPECT_EQ(call_now(*outbound_, get(peer_.url("/cut"))).error().code, ErrorCode::communication);
  peer_.script("/garbage", "not http at all\r\n\r\n");
  EXPECT_EQ(call_now(*outbound_, get(peer_.url("/garbage"))).error().code,
            ErrorCode::communication);
  std::string gone;
  {
    const Peer closed;
    gone = closed.url("/");
  }
  EXPECT_EQ(call_now(*outbound_, get(gone)).error().code, ErrorCode::communication);
}

TEST_F(OutboundTest, ManyCallsAreUnderWayAtOnce) {
  peer_.ok("/in", "hello");
  std::vector<std::future<Result<CallReply>>> calls;
  for (int i = 0; i < 90; ++i) calls.push_back(begin_call(*outbound_, get(peer_.url("/in"))));
  for (auto& call : calls) EXPECT_EQ(outcome(wait_for(std::move(call))), "200");
}

TEST_F(OutboundTest, OpenCallsToOneHostAreBounded) {
  OutboundSettings settings = allowing("127.0.0.1/32");
  settings.calls_per_host_max = 1;
  const auto outbound = make_outbound(settings);
  auto open = begin_call(*outbound, get(peer_.url("/hang")), Duration(2'000));
  EXPECT_EQ(call_now(*outbound, get(peer_.url("/hang"))).error().code, ErrorCode::communication);
  EXPECT_EQ(wait_for(std::move(open)).error().code, ErrorCode::timeout);
}

TEST_F(OutboundTest, ShuttingDownAnswersWhatIsOpen) {
  auto open = begin_call(*outbound_, get(peer_.url("/hang")));
  outbound_.reset();
  EXPECT_EQ(wait_for(std::move(open)).error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace millrace::http::test
