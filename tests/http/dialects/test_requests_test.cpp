// The body of a dry run.
#include "http/dialects/orbit/test_requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http::orbit {
namespace {

TEST(TestRequestsTest, NothingAtAllIsAWish) {
  for (const std::string_view body : {"", "{}"}) {
    const auto wish = read_test(body);
    ASSERT_TRUE(wish.has_value());
    EXPECT_FALSE(wish->version.has_value());
    EXPECT_EQ(wish->input, "");
    EXPECT_TRUE(wish->pinned.empty());
  }
}

TEST(TestRequestsTest, TheInputIsKeptAsItWasSent) {
  const auto wish = read_test(R"({"version":2,"input":{ "n": 1.50 },"pinned":{"a":null,"b":[1]}})");
  ASSERT_TRUE(wish.has_value());
  EXPECT_EQ(wish->version, 2u);
  EXPECT_EQ(wish->input, R"({ "n": 1.50 })");
  EXPECT_EQ(wish->pinned.size(), 2u);
}

TEST(TestRequestsTest, WhatIsNoWishIsRefusedByItsField) {
  for (const auto& [body, field] :
       std::initializer_list<std::pair<const char*, const char*>>{{R"({"version":0})", "version"},
                                                                  {R"({"version":"2"})", "version"},
                                                                  {R"({"input":[]})", "input"},
                                                                  {R"({"pinned":[]})", "pinned"},
                                                                  {R"({"inputs":{}})", "inputs"}}) {
    const auto wish = read_test(body);
    ASSERT_TRUE(wish.has_error()) << body;
    EXPECT_EQ(wish.error().status, 422);
    EXPECT_NE(wish.error().details.find(field), std::string::npos) << wish.error().details;
  }
}

}  // namespace
}  // namespace millrace::http::orbit
