// Reading JSON: what is kept, what is refused, and that the refusal names the place.
#include "runtime/base/json.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace millrace {
namespace {

TEST(JsonTest, KeepsTheKindOfEveryNumber) {
  const Json value = *parse_json(
      "[0,-1,9223372036854775807,9223372036854775808,18446744073709551615,1.0,0.1,1e3]");
  const JsonArray& items = value.as_array();
  EXPECT_EQ(items[0].as_int64(), 0);
  EXPECT_EQ(items[1].as_int64(), -1);
  EXPECT_EQ(items[2].as_int64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(items[3].as_uint64(), 9'223'372'036'854'775'808U);
  EXPECT_EQ(items[4].as_uint64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(items[5].as_double(), 1.0);
  EXPECT_EQ(items[6].as_double(), 0.1);
  EXPECT_EQ(items[7].as_double(), 1'000.0);
}

TEST(JsonTest, TheLastOfDuplicateKeysWins) {
  EXPECT_EQ(print_json(*parse_json(R"({"a":[1,2],"b":1,"a":{"c":3}})")), R"({"a":{"c":3},"b":1})");
}

TEST(JsonTest, ReadsEscapesAndKeepsNul) {
  const Json value = *parse_json(R"("\u0041\u00e9\ud83d\ude00\u0000\n")");
  EXPECT_EQ(std::string(value.as_string()), std::string("A\xc3\xa9\xf0\x9f\x98\x80\0\n", 9));
}

TEST(JsonTest, RefusalsNameLineAndColumn) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"", "invalid JSON at line 1, column 1: the text ends where a value is expected"},
      {"  ", "invalid JSON at line 1, column 3: the text ends where a value is expected"},
      {"{\"a\":\n  tru}", "invalid JSON at line 2, column 3: expected a value"},
      {"[1,2", "invalid JSON at line 1, column 5: expected ',' or ']'"},
      {"[1,]", "invalid JSON at line 1, column 4: expected a value"},
      {"{\"a\":1,}", "invalid JSON at line 1, column 8: expected a key in double quotes"},
      {"{\"a\" 1}", "invalid JSON at line 1, column 6: expected ':' after a key"},
      {"{} {}", "invalid JSON at line 1, column 4: unexpected text after the value"},
      {"[\"\xc3\xa9\xc3\xa9\", x]", "invalid JSON at line 1, column 8: expected a value"},
      {"[\"abc]", "invalid JSON at line 1, column 2: a string without closing quote"},
      {"[\"a\tb\"]",
       "invalid JSON at line 1, column 4: a control character inside a string; "
       "write it as \\u00XX"},
      {"[\"\xff\"]", "invalid JSON at line 1, column 3: bytes that are not UTF-8"},
      {"[\"\\x\"]", "invalid JSON at line 1, column 3: an escape that JSON does not have"},
      {"[\"\\ud800\"]", "invalid JSON at line 1, column 3: a lone surrogate"},
      {"[01]", "invalid JSON at line 1, column 2: a malformed number"},
      {"[-]", "invalid JSON at line 1, column 2: a malformed number"},
      {"[18446744073709551616]",
       "invalid JSON at line 1, column 2: an integer beyond 64 bits; "
       "send it as a string"},
      {"[1e400]", "invalid JSON at line 1, column 2: a number beyond double"},
  };
  for (const auto& [text, message] : cases) {
    const auto result = parse_json(text);
    ASSERT_TRUE(result.has_error()) << text;
    EXPECT_EQ(result.error().code, ErrorCode::invalid_json) << text;
    EXPECT_EQ(result.error().message, message);
  }
}

// json.invalid_unvisited: the whole text is validated, not only what somebody reads.
TEST(JsonTest, RefusesABadValueInAFieldThatNobodyReads) {
  EXPECT_TRUE(parse_document(R"({"used":1,"unused":{"deep":[nul]}})").has_error());
  EXPECT_TRUE(parse_document("{\"used\":1,\"unused\":\"\xc3\x28\"}").has_error());
  EXPECT_TRUE(parse_document(R"({"used":1,"unused":"\udc00"})").has_error());
}

TEST(JsonTest, ADocumentKeepsItsTextAndOutlivesItsMaker) {
  JsonDocumentPtr document;
  {
    const std::string text =
        R"( {"list":[1, 2.50, "three"], "name":"longer than what fits inside"} )";
    document = *parse_document(text);
    EXPECT_EQ(document->text, text);
  }
  EXPECT_EQ(print_json(document->root),
            R"({"list":[1,2.5,"three"],"name":"longer than what fits inside"})");
}

TEST(JsonTest, ACopyOfADocumentsValueOutlivesTheDocument) {
  Json copy;
  {
    const auto document =
        *parse_document(R"({"a":{"b":["some text that needs memory of its own"]}})");
    copy = *find_member(document->root, "a");
  }
  EXPECT_EQ(print_json(copy), R"({"b":["some text that needs memory of its own"]})");
}

TEST(JsonTest, AMadeDocumentHasItsText) {
  const auto document = make_document(Json{{"a", 1}});
  EXPECT_EQ(document->text, R"({"a":1})");
}

TEST(JsonTest, AParserIsGoodForTheNextTextAfterARefusal) {
  EXPECT_TRUE(parse_json("[1,").has_error());
  EXPECT_EQ(print_json(*parse_json("[1]")), "[1]");
}

TEST(JsonTest, MembersAreFoundOnlyInObjects) {
  const Json value = *parse_json(R"({"a":"x","b":1})");
  EXPECT_EQ(string_member(value, "a"), "x");
  EXPECT_EQ(string_member(value, "b"), "");
  EXPECT_EQ(string_member(value, "c"), "");
  EXPECT_EQ(find_member(Json(1), "a"), nullptr);
  EXPECT_EQ(find_member(Json(), "a"), nullptr);
}

}  // namespace
}  // namespace millrace
