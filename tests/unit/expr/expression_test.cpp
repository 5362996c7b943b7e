// Expressions as tables: grammar, precedence, paths, types, and errors with their positions.
#include "tests/unit/expr/scope.hpp"

#include <gtest/gtest.h>

namespace millrace::expr {
namespace {

const test::ObjectScope scope(R"({
  "trigger": {"body": {"x": 5, "name": "Ada", "items": [{"id": "a"}, {"id": "b"}], "odd key": 1,
                       "and": 2, "constructor": "mine", "__proto__": "also mine"}},
  "vars": {"count": 3, "price": 2.5, "text": "7", "word": "seven", "empty": "", "flag": true,
           "list": [1, 2, 3], "key": "name", "index": 1, "big": 9223372036854775807,
           "nothing": null, "zero": 0}
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

TEST(ExpressionTest, LiteralsAreThemselves) {
  expect({{"1", "1"},
          {"-1", "-1"},
          {"--1", "1"},
          {"1.50", "1.5"},
          {"1e3", "1000.0"},
          {"2E-2", "0.02"},
          {"18446744073709551615", "18446744073709551615"},
          {"-9223372036854775808", "-9223372036854775808"},
          {"\"a'b\"", "\"a'b\""},
          {"'a\"b'", R"("a\"b")"},
          {R"("\u00e9\ud83d\ude00\n\\")", "\"\xc3\xa9\xf0\x9f\x98\x80\\n\\\\\""},
          {"true", "true"},
          {"false", "false"},
          {"null", "null"},
          {"[]", "[]"},
          {"[1, 'two', [null], trigger.body.x]", R"([1,"two",[null],5])"},
          {" \t\n1 ", "1"}});
}

TEST(ExpressionTest, PathsReachMembersAndItems) {
  expect({{"trigger.body.x", "5"},
          {"trigger['body'][\"x\"]", "5"},
          {"trigger.body['odd key']", "1"},
          {"trigger.body.items[1].id", "\"b\""},
          {"trigger.body.items.0.id", "\"a\""},
          {"trigger.body.items[vars.index].id", "\"b\""},
          {"trigger.body[vars.key]", "\"Ada\""},
          {"trigger.body.and", "2"},
          {"[10, 20][1]", "20"},
          {"(vars.list)[0]", "1"},
          {"[vars.list][0][2]", "3"},
          {"vars.list", "[1,2,3]"}});
}

TEST(ExpressionTest, WhatIsMissingIsNull) {
  expect({{"nowhere", "null"},
          {"nowhere.at.all[3]['x']", "null"},
          {"trigger.body.y", "null"},
          {"trigger.body.x.y", "null"},
          {"trigger.body.name.length", "null"},
          {"trigger.body.name[0]", "null"},
          {"vars.list[3]", "null"},
          {"vars.list[-1]", "null"},
          {"vars.list['0']", "null"},
          {"vars.list[true]", "null"},
          {"trigger[0]", "null"},
          {"[][0]", "null"}});
}

// expr.no_escape: names that mean something to a host language are plain keys here.
TEST(ExpressionTest, NoNameLeadsOutOfTheData) {
  expect({{"trigger.constructor", "null"},
          {"trigger.__proto__", "null"},
          {"trigger.body.constructor", "\"mine\""},
          {"trigger.body.__proto__", "\"also mine\""},
          {"trigger.constructor.constructor", "null"},
          {"this", "null"},
          {"globalThis.process", "null"},
          {"toString", "null"},
          {"trigger.constructor('return 1')", "error: unexpected '(' at position 20"},
          {"$json", "error: unexpected '$' at position 1"},
          {"`${1}`", "error: unexpected '`' at position 1"},
          {"a = 1", "error: unexpected '='; write `==` to compare at position 3"},
          {"() => 1", "error: unexpected ')' at position 2"}});
}

TEST(ExpressionTest, LooserOperatorsHoldTighterOnes) {
  expect({{"1 + 2 * 3", "7"},
          {"(1 + 2) * 3", "9"},
          {"10 - 4 - 3", "3"},
          {"24 / 4 / 2", "3"},
          {"7 % 4 * 2", "6"},
          {"-2 * -3", "6"},
          {"1 - -1", "2"},
          {"1 + 1 == 2", "true"},
          {"1 < 2 == true", "error: comparisons do not chain; join them with `and` at position 7"},
          {"not 1 == 2", "true"},
          {"not true or true", "true"},
          {"not (true or true)", "false"},
          {"not not 1", "true"},
          {"true or false and false", "true"},
          {"(true or false) and false", "false"},
          {"false and false or true", "true"},
          {"true || nowhere && false", "true"},
          {"1 < 2 ? 'yes' : 'no'", "\"yes\""},
          {"false ? 1 : true ? 2 : 3", "2"},
          {"true ? false ? 1 : 2 : 3", "2"},
          {"false or true ? 1 : 2", "1"},
          {"'a' + 'b' | upper", "\"aB\""},
          {"('a' + 'b') | upper", "\"AB\""},
          {"-vars.price | round", "-3"},
          {"2 * '3.4' | round", "6"},
          {"nowhere | default: 2 + 1", "3"},
          {"trigger.body.name | upper | lower", "\"ada\""},
          {"true ? 'a' | upper : 'b'", "\"A\""},
          {"[nowhere | default: 1, 2]", "[1,2]"}});
}

TEST(ExpressionTest, AndAndOrAreTrueOrFalseAndStopEarly) {
  expect({{"1 and 'x'", "true"},
          {"0 or ''", "false"},
          {"false and 1 / 0", "false"},
          {"true or 1 / 0", "true"},
          {"true ? 1 : 1 / 0", "1"},
          {"[] or null", "false"},
          {"[0] and {}",
           "error: unexpected '{'; write {{ \"{{\" }} for literal braces at position 9"}});
}

TEST(ExpressionTest, IntegersStayExact) {
  expect({{"vars.big + 0", "9223372036854775807"},
          {"vars.big + 1", "9223372036854775808"},
          {"vars.big * 2 + 1", "18446744073709551615"},
          {"vars.big * 2 + 2", "error: an integer beyond 64 bits at position 14"},
          {"0 - vars.big - 2", "error: an integer beyond 64 bits at position 14"},
          {"vars.big * vars.big", "error: an integer beyond 64 bits at position 10"},
          {"6 / 3", "2"},
          {"7 / 2", "3.5"},
          {"-7 % 3", "-1"},
          {"7.5 % 2", "1.5"},
          {"1 + 0.5", "1.5"},
          {"0.5 + 0.5", "1.0"},
          {"1e308 * 10", "error: a number beyond double at position 7"}});
}

TEST(ExpressionTest, PlusJoinsAsSoonAsOneSideIsText) {
  expect({{"'a' + 'b'", "\"ab\""},
          {"'n' + 1", "\"n1\""},
          {"1 + 2 + 'n'", "\"3n\""},
          {"'5' + 3", "\"53\""},
          {"'x' + null", "\"x\""},
          {"'x' + vars.list", "\"x[1,2,3]\""},
          {"'x' + true", "\"xtrue\""}});
}

TEST(ExpressionTest, ArithmeticOnOtherTypesIsAnErrorThatSaysWhatToDo) {
  expect({{"1 / 0", "error: division by zero at position 3"},
          {"1.0 / 0.0", "error: division by zero at position 5"},
          {"1 % 0", "error: division by zero at position 3"},
          {"nowhere + 1",
           "error: cannot add null and a number; give the missing one a value with "
           "`| default: 0` at position 9"},
          {"'5' - 3", "error: cannot subtract text and a number at position 5"},
          {"vars.list * 2", "error: cannot multiply a list and a number at position 11"},
          {"true / 2", "error: cannot divide true or false and a number at position 6"},
          {"-vars.word", "error: cannot negate text at position 1"}});
}

TEST(ExpressionTest, EqualityCoercesOnlyANumberAgainstANumericString) {
  expect({{"1 == 1.0", "true"},
          {"vars.text == 7", "true"},
          {"7.0 == vars.text", "true"},
          {"vars.word == 7", "false"},
          {"'7' == '7.0'", "false"},
          {"'007' == 7", "false"},
          {"' 7' == 7", "false"},
          {"true == 1", "false"},
          {"true == 'true'", "false"},
          {"nowhere == null", "true"},
          {"nowhere == ''", "false"},
          {"vars.zero == false", "false"},
          {"vars.list == [1, 2, 3.0]", "true"},
          {"[1] == ['1']", "false"},
          {"trigger.body.items == trigger.body.items", "true"},
          {"1 != 2", "true"},
          {"9223372036854775807 == 9223372036854775808.0", "false"},
          {"9007199254740993 == 9007199254740992.0", "false"}});
}

TEST(ExpressionTest, OrderIsOfNumbersOrOfTexts) {
  expect({{"2 < 10", "true"},
          {"'2' < '10'", "false"},
          {"'2' < 10", "true"},
          {"10 > '2'", "true"},
          {"'a' < 'b'", "true"},
          {"'Z' < 'a'", "true"},
          {"2 <= 2.0", "true"},
          {"2 >= 3", "false"},
          {"nowhere < 1", "false"},
          {"nowhere >= 1", "false"},
          {"nowhere <= null", "false"},
          {"'abc' > 1", "false"},
          {"true < 2", "false"},
          {"vars.list < 2", "false"},
          {"9223372036854775807 < 9223372036854775808.0", "true"}});
}

TEST(ExpressionTest, SyntaxErrorsNameTheirPosition) {
  expect({{"", "error: expected an expression at position 1"},
          {"   ", "error: expected an expression at position 4"},
          {"1 +", "error: the expression ends too early at position 4"},
          {"(1", "error: the expression ends too early where ')' is expected at position 3"},
          {"1 2", "error: unexpected '2' at position 3"},
          {"a..b", "error: unexpected '.' where a name is expected at position 3"},
          {"a.", "error: the expression ends too early where a name is expected at position 3"},
          {"a[1", "error: the expression ends too early where ']' is expected at position 4"},
          {"a ? b", "error: the expression ends too early where ':' is expected at position 6"},
          {"'abc", "error: a string without closing quote at position 1"},
          {"'a\\q'", "error: an unknown escape at position 3"},
          {"'\\u12'", "error: an escape that is not \\u and four hexadecimal digits at position 2"},
          {"'\\ud800'", "error: a lone surrogate at position 2"},
          {"1x", "error: a malformed number at position 1"},
          {"99999999999999999999", "error: a number out of range at position 1"},
          {"!a", "error: unexpected '!'; write `not` at position 1"},
          {"'\xc3\xa9\xc3\xa9' + #", "error: unexpected '#' at position 8"},
          {"}} 1", "error: unexpected '}}' at position 1"},
          {"1 }}", "error: unexpected '}}' at position 3"},
          {"and", "error: unexpected 'and' at position 1"}});
}

TEST(ExpressionTest, DepthIsBounded) {
  const auto repeat = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  for (const std::string& bomb :
       {repeat("(", 4'000) + "1" + repeat(")", 4'000), repeat("[", 8'000), repeat("-", 8'000) + "1",
        repeat("not ", 2'000) + "1", repeat("1+", 4'000) + "1", repeat("1?", 2'000) + "1",
        "a" + repeat("|upper", 1'000), repeat("a[", 2'000), "a" + repeat(" or a", 1'500)}) {
    const auto result = Expression::compile(bomb);
    ASSERT_TRUE(result.has_error()) << bomb.substr(0, 20);
    EXPECT_NE(result.error().message.find("nests too deeply"), std::string::npos)
        << result.error().message;
  }
  EXPECT_TRUE(Expression::compile(repeat("1+", 100) + "1").has_value());
  EXPECT_TRUE(Expression::compile("a" + repeat(".b", 4'000)).has_value());
}

TEST(ExpressionTest, AnExpressionHasAtMostEightKibibytes) {
  const std::string longest = "'" + std::string(limits::expression_bytes_max - 2, 'x') + "'";
  EXPECT_TRUE(Expression::compile(longest).has_value());
  const auto result = Expression::compile(longest + " ");
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().message, "an expression of more than 8192 bytes at position 1");
  EXPECT_EQ(result.error().code, ErrorCode::expression);
}

TEST(ExpressionTest, RootsAreListedOnceInOrder) {
  const auto compiled =
      Expression::compile("vars.a + trigger[nodes.x] | default: vars['b'] > secrets");
  ASSERT_TRUE(compiled.has_value());
  EXPECT_EQ(compiled->roots(), (std::vector<std::string>{"vars", "trigger", "nodes", "secrets"}));
}

}  // namespace
}  // namespace millrace::expr
