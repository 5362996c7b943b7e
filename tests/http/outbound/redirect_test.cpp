// What a redirect makes of a call, as a value.
#include "http/outbound/redirect.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

HttpCall post() {
  HttpCall call;
  call.method = "POST";
  call.body = "body";
  call.headers = {{"Authorization", "Bearer x"},  {"Cookie", "a=b"},        {"X-Api-Key", "k"},
                  {"webhook-signature", "v1,x"},  {"X-Hub-Signature", "s"}, {"X-Auth-Token", "t"},
                  {"Content-Type", "text/plain"}, {"X-Plain", "stays"}};
  return call;
}

Result<std::optional<Redirect>> follow(const HttpCall& call, const char* from, int status,
                                       std::string to) {
  CallReply reply;
  reply.status = status;
  reply.headers = {{"location", std::move(to)}};
  return redirect_of(call, check_url(from).value(), reply);
}

TEST(RedirectTest, DropsWhatCarriesRightsAtAnotherOrigin) {
  for (const char* to :
       {"https://other.example/x", "https://a.example:8443/x", "https://sub.a.example/x"}) {
    const auto next = follow(post(), "https://a.example/", 307, to);
    ASSERT_TRUE(next && *next) << to;
    const HeaderList expected = {{"Content-Type", "text/plain"}, {"X-Plain", "stays"}};
    EXPECT_EQ((*next)->call.headers, expected) << to;
    EXPECT_EQ((*next)->call.body, "body");
  }
}

TEST(RedirectTest, KeepsEverythingAtTheSameOrigin) {
  const auto next = follow(post(), "https://a.example/dir/page", 308, "other?x=1");
  ASSERT_TRUE(next && *next);
  EXPECT_EQ((*next)->url.url, "https://a.example/dir/other?x=1");
  EXPECT_EQ((*next)->call.headers, post().headers);
  EXPECT_EQ((*next)->call.method, "POST");
}

TEST(RedirectTest, BecomesAGetWithoutABodyWhereTheStatusSaysSo) {
  for (const int status : {301, 302, 303}) {
    const auto next = follow(post(), "https://a.example/", status, "/there");
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->call.method, "GET") << status;
    EXPECT_EQ((*next)->call.body, "") << status;
  }
  HttpCall put = post();
  put.method = "PUT";
  EXPECT_EQ((*follow(put, "https://a.example/", 302, "/there"))->call.method, "PUT");
}

TEST(RedirectTest, NeverGoesFromHttpsToHttp) {
  const auto next = follow(post(), "https://a.example/", 302, "http://a.example/");
  ASSERT_TRUE(next.has_error());
  EXPECT_NE(next.error().message.find("redirect-downgrade"), std::string::npos);
  EXPECT_TRUE(follow(post(), "http://a.example/", 302, "https://a.example/").has_value());
}

TEST(RedirectTest, IsNoneWithoutALocationOrWithAnotherStatus) {
  EXPECT_FALSE(*follow(post(), "https://a.example/", 200, "/there"));
  EXPECT_FALSE(*follow(post(), "https://a.example/", 304, "/there"));
  EXPECT_FALSE(*follow(post(), "https://a.example/", 302, ""));
}

}  // namespace
}  // namespace millrace::http
