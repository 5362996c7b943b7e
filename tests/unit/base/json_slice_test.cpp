// Parts of a JSON text are cut out verbatim, whatever stands in strings and between the parts.
#include "runtime/base/json_slice.hpp"

#include "runtime/base/json.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(JsonSliceTest, MembersComeInOrderWithTheirTextAsItWas) {
  const auto members =
      member_texts(" { \"a\" : 1.50 , \"b\\u0041\":{ \"c\":[1, 2] }, \"a\":\"}, \\\"x\\\" [\" } ");
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].key, "a");
  EXPECT_EQ(members[0].value, "1.50");
  EXPECT_EQ(members[1].key, "bA");
  EXPECT_EQ(members[1].value, "{ \"c\":[1, 2] }");
  EXPECT_EQ(members[2].value, "\"}, \\\"x\\\" [\"");
}

TEST(JsonSliceTest, EmptyContainersHaveNoParts) {
  EXPECT_TRUE(member_texts("{ }").empty());
  EXPECT_TRUE(item_texts(" [ ]").empty());
}

TEST(JsonSliceTest, ItemsComeAsTheyWere) {
  EXPECT_EQ(item_texts("[1, [2,3] ,{\"a\":\"]\"},null]"),
            (std::vector<std::string_view>{"1", "[2,3]", "{\"a\":\"]\"}", "null"}));
}

TEST(JsonSliceTest, AMemberIsFoundAsTheParserWouldTakeIt) {
  const std::string_view text = R"({"a":1,"b":2,"a":{"x":3}})";
  EXPECT_EQ(member_text(text, "a"), "{\"x\":3}");
  EXPECT_EQ(member_text(text, "b"), "2");
  EXPECT_FALSE(member_text(text, "c"));
}

TEST(JsonSliceTest, ATextStaysOneValueUnlessItCanEndAndGoOn) {
  for (const char* text : {"1", "\"a,b\"", "{\"a\":1}", " [1,2] ", "\"\\\"],\""}) {
    EXPECT_TRUE(stays_one_value(text)) << text;
  }
  for (const char* text : {"1,2", "{}{}", "[1],[2]", "]", "}", "[", "\"open", "{} x"}) {
    EXPECT_FALSE(stays_one_value(text)) << text;
  }
}

}  // namespace
}  // namespace millrace
