// Filters as tables.
#include "tests/unit/expr/scope.hpp"

#include <gtest/gtest.h>

namespace millrace::expr {
namespace {

const test::ObjectScope scope(R"({
  "empty": "", "zero": 0, "no": false, "name": "  Ada L\u00f6velace\n", "emoji": "a\ud83d\ude00b",
  "list": ["x", 2, null, true, ["n"]], "none": [], "object": {"a": 1, "b": [1.0]},
  "at": "2026-05-09T12:04:02.007+02:00"
})");

struct Case {
  const char* expression;
  const char* result;
};

void expect(const std::vector<Case>& cases) {
  for (const auto& [expression, result] : cases) {
    EXPECT_EQ(test::evaluate(expression, scope), result) << expression;
  }
}

TEST(FilterTest, DefaultStandsInForNullAndEmptyText) {
  expect({{"missing | default: 'x'", "\"x\""},
          {"empty | default: 'x'", "\"x\""},
          {"zero | default: 1", "0"},
          {"no | default: true", "false"},
          {"none | default: 1", "[]"},
          {"missing | default: object.b", "[1.0]"},
          {"missing | default: -1", "-1"},
          {"missing | upper | trim | first | default: 'x'", "\"x\""},
          {"'a,b' | split | default: 1", R"(["a","b"])"},
          {"x | default", "error: filter 'default' needs an argument after ':' at position 5"}});
}

TEST(FilterTest, CaseIsChangedWithoutALocale) {
  expect({{"name | trim | upper", "\"ADA L\xc3\x96VELACE\""},
          {"name | trim | lower", "\"ada l\xc3\xb6velace\""},
          {"'\xc3\xbf\xc3\xb7\xc3\x9f' | upper", "\"\xc3\xbf\xc3\xb7\xc3\x9f\""},
          {"'\xce\xb1\xcf\x83\xcf\x82 \xd0\xb6\xd1\x91 \xc4\x8d' | upper",
           "\"\xce\x91\xce\xa3\xcf\x82 \xd0\x96\xd0\x81 \xc4\x8c\""},
          {"'\xe2\x82\xac\xf0\x9f\x98\x80' | lower", "\"\xe2\x82\xac\xf0\x9f\x98\x80\""},
          {"12.5 | upper", "\"12.5\""},
          {"true | upper", "\"TRUE\""},
          {"missing | upper", "null"},
          {"list | upper", "error: filter 'upper' expects text, not a list at position 8"}});
}

TEST(FilterTest, TrimTakesBlanksOffTheEnds) {
  expect({{"name | trim", "\"Ada L\xc3\xb6velace\""},
          {"'  ' | trim", "\"\""},
          {"'a b' | trim", "\"a b\""}});
}

TEST(FilterTest, LengthCountsCharactersItemsAndMembers) {
  expect(
      {{"emoji | length", "3"},
       {"empty | length", "0"},
       {"list | length", "5"},
       {"object | length", "2"},
       {"missing | length", "0"},
       {"zero | length",
        "error: filter 'length' expects text, a list or an object, not a number at position 8"}});
}

TEST(FilterTest, JoinAndSplitAreInverse) {
  expect({{"list | join", R"("x, 2, , true, [\"n\"]")"},
          {"list | join: '-'", R"("x-2--true-[\"n\"]")"},
          {"none | join", "\"\""},
          {"missing | join", "null"},
          {"'a,b,,c' | split", R"(["a","b","","c"])"},
          {"'a--b' | split: '--'", R"(["a","b"])"},
          {"'abc' | split: 'x'", R"(["abc"])"},
          {"'' | split", R"([""])"},
          {"emoji | split: ''", "[\"a\",\"\xf0\x9f\x98\x80\",\"b\"]"},
          {"'' | split: ''", "[]"},
          {"102 | split: '0'", R"(["1","2"])"},
          {"'a b c' | split: ' ' | join: '+'", "\"a+b+c\""},
          {"empty | join", "error: filter 'join' expects a list, not text at position 9"},
          {"list | join: 1", "error: filter 'join' expects text as its argument at position 8"},
          {"object | split", "error: filter 'split' expects text, not an object at position 10"}});
}

TEST(FilterTest, FirstAndLast) {
  expect(
      {{"list | first", "\"x\""},
       {"list | last", R"(["n"])"},
       {"list | last | first", "\"n\""},
       {"none | first", "null"},
       {"none | last", "null"},
       {"emoji | first", "\"a\""},
       {"'a\xf0\x9f\x98\x80' | last", "\"\xf0\x9f\x98\x80\""},
       {"empty | first", "\"\""},
       {"empty | last", "\"\""},
       {"missing | last", "null"},
       {"'b a' | split: ' ' | last", "\"a\""},
       {"1 | first", "error: filter 'first' expects a list or text, not a number at position 5"}});
}

TEST(FilterTest, RoundIsHalfAwayFromZero) {
  expect({{"2.5 | round", "3"},
          {"-2.5 | round", "-3"},
          {"2.4 | round", "2"},
          {"7 | round", "7"},
          {"7 | round: 2", "7"},
          {"3.14159 | round: 2", "3.14"},
          {"1.005e2 | round: 0", "101"},
          {"'2.7' | round", "3"},
          {"1e300 | round", "1e+300"},
          {"1e300 | round: 5", "1e+300"},
          {"0.1 | round: 15", "0.1"},
          {"missing | round", "null"},
          {"2.5 | round: 16",
           "error: filter 'round' expects an integer from 0 to 15 as its argument at position 7"},
          {"2.5 | round: -1",
           "error: filter 'round' expects an integer from 0 to 15 as its argument at position 7"},
          {"'two' | round", "error: filter 'round' expects a number, not text at position 9"}});
}

TEST(FilterTest, JsonPrintsAnyValue) {
  expect({{"object | json", R"("{\"a\":1,\"b\":[1.0]}")"},
          {"'q\"' | json", R"("\"q\\\"\"")"},
          {"missing | json", "\"null\""}});
}

TEST(FilterTest, DateIsInUtc) {
  expect({{"at | date", "\"2026-05-09T10:04:02.007Z\""},
          {"at | date: '%Y-%m-%d %H:%M:%S.%L'", "\"2026-05-09 10:04:02.007\""},
          {"at | date: '%A %a %d. %B %b %y, day %j, 100%%'",
           "\"Saturday Sat 09. May May 26, day 129, 100%\""},
          {"at | date: '%F|%T|%s'", "\"2026-05-09|10:04:02|1778321042\""},
          {"0 | date", "\"1970-01-01T00:00:00.000Z\""},
          {"-1 | date", "\"1969-12-31T23:59:59.999Z\""},
          {"missing | date", "null"},
          {"'yesterday' | date",
           "error: filter 'date' expects an RFC 3339 text or milliseconds "
           "since 1970 at position 15"},
          {"9223372036854775807 | date",
           "error: filter 'date' expects an RFC 3339 text or "
           "milliseconds since 1970 at position 23"},
          {"at | date: '%Q'",
           "error: filter 'date' expects a format of %Y %m %d %H %M %S and the "
           "like as its argument at position 6"},
          {"at | date: '%'",
           "error: filter 'date' expects a format of %Y %m %d %H %M %S and the "
           "like as its argument at position 6"}});
}

TEST(FilterTest, AnUnknownFilterIsNamedWithTheKnownOnes) {
  expect({{"at | shout",
           "error: unknown filter 'shout'; there are default, upper, lower, trim, length, join, "
           "split, first, last, round, json, date at position 6"},
          {"at |",
           "error: unknown filter ''; there are default, upper, lower, trim, length, join, "
           "split, first, last, round, json, date at position 5"},
          {"at | upper: 1", "error: unexpected ':' at position 11"}});
}

}  // namespace
}  // namespace millrace::expr
