// Templates: what keeps its type, what becomes text, and that data is never evaluated.
#include "tests/unit/expr/scope.hpp"

#include <gtest/gtest.h>

namespace millrace::expr {
namespace {

const test::ObjectScope scope(R"({
  "trigger": {"body": {"x": 5, "name": "Ada", "list": [1, {"a": null}], "price": 2.50}},
  "attack": "{{secrets.key}}", "braces": "}} {{ 1 + 1 }}", "secrets": {"key": "hunter2"}
})");

TEST(TemplateTest, AFieldThatIsOneExpressionKeepsItsType) {
  const std::pair<const char*, const char*> cases[] = {
      {"{{trigger.body.x}}", "5"},
      {"  {{ trigger.body.x }}\n", "5"},
      {"{{trigger.body.list}}", R"([1,{"a":null}])"},
      {"{{trigger.body.price}}", "2.5"},
      {"{{trigger.body.nothing}}", "null"},
      {"{{1 == 1}}", "true"},
      {"{{ '}}' }}", "\"}}\""},
  };
  for (const auto& [field, result] : cases) EXPECT_EQ(test::fill(field, scope), result) << field;
}

TEST(TemplateTest, EverythingElseBecomesText) {
  const std::pair<const char*, const char*> cases[] = {
      {"Hello {{trigger.body.name}}!", R"("Hello Ada!")"},
      {"{{trigger.body.x}}{{trigger.body.x}}", R"("55")"},
      {"{{trigger.body.x}} {{trigger.body.x}}", R"("5 5")"},
      {"<{{trigger.body.nothing}}>", R"("<>")"},
      {"<{{trigger.body.list}}>", R"("<[1,{\"a\":null}]>")"},
      {"<{{true}},{{2.5}},{{null}}>", R"("<true,2.5,>")"},
      {"{{ \"{{\" }}x{{ '}}' }}", R"("{{x}}")"},
  };
  for (const auto& [field, result] : cases) EXPECT_EQ(test::fill(field, scope), result) << field;
}

TEST(TemplateTest, BracesThatOpenNothingAreText) {
  for (const char* text :
       {"", "plain", "{", "}", "{ {x} }", "}}", "a }} b", "${name}", "{x}", "{%x%}"}) {
    EXPECT_EQ(test::fill(text, scope), print_json(Json(text)));
  }
}

TEST(TemplateTest, StructuresAreFilledInPlaceAndKeysAreLeftAlone) {
  const Json value = *parse_json(R"({
    "{{trigger.body.x}}": "{{trigger.body.x}}",
    "list": [1, "{{trigger.body.name}}", {"deep": ["x{{trigger.body.x}}"]}],
    "constant": {"a": [true, null, 1.5]}
  })");
  EXPECT_EQ(test::fill(value, scope), R"({"{{trigger.body.x}}":5,"list":[1,"Ada",{"deep":["x5"]}],)"
                                      R"("constant":{"a":[true,null,1.5]}})");
}

// template.no_second_pass: what an expression yields is data.
TEST(TemplateTest, DataIsNeverEvaluated) {
  EXPECT_EQ(test::fill("{{attack}}", scope), R"("{{secrets.key}}")");
  EXPECT_EQ(test::fill("say {{attack}}", scope), R"("say {{secrets.key}}")");
  EXPECT_EQ(test::fill("{{braces}}{{attack}}", scope), R"("}} {{ 1 + 1 }}{{secrets.key}}")");
  EXPECT_EQ(test::fill("{{ '{{' + 'secrets.key' + '}}' }}", scope), R"("{{secrets.key}}")");
  EXPECT_EQ(test::fill("{{ attack | split: '.' | join: '.' }}", scope), R"("{{secrets.key}}")");
  EXPECT_EQ(test::fill("{{ trigger[attack] }}", scope), "null");
}

TEST(TemplateTest, ErrorsNameTheFieldAndThePosition) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a":"x {{ 1 + }}"})", "error: unexpected '}}' at position 10 in $.a"},
      {R"({"a":[0,"{{b"]})", "error: '{{' without closing '}}' at position 1 in $.a[1]"},
      {R"({"a":"ok {{b}} {{c"})", "error: '{{' without closing '}}' at position 10 in $.a"},
      {R"({"a":"{{ }}"})", "error: expected an expression at position 4 in $.a"},
      {R"({"a":"{{{{x}}}}"})",
       "error: unexpected '{'; write {{ \"{{\" }} for literal braces at position 3 in $.a"},
      {R"({"a":"{{{x}}}"})",
       "error: unexpected '{'; write {{ \"{{\" }} for literal braces at position 3 in $.a"},
      {R"({"a":{"b":["{{ 'x }}"]}})",
       "error: a string without closing quote at position 4 in $.a.b[0]"},
      {R"({"a":{"b":[0,"{{ 1 / trigger.zero }}"]}})",
       "error: cannot divide a number and null; give the missing one a value with `| default: 0` "
       "at position 6 in $.a.b[1]"},
  };
  for (const auto& [value, result] : cases) {
    EXPECT_EQ(test::fill(*parse_json(value), scope), result) << value;
  }
}

TEST(TemplateTest, PathsOfCompileErrorsBeginWhereTheyAreToldTo) {
  const auto result = Template::compile(Json{{"url", "{{"}}, "$.nodes[2].data");
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().path, "$.nodes[2].data.url");
  EXPECT_EQ(result.error().code, ErrorCode::expression);
}

TEST(TemplateTest, OnlyWhatHasNoExpressionIsConstant) {
  EXPECT_TRUE(Template::compile(*parse_json(R"({"a":[1,"x }} y"],"{{k}}":2})"))->is_constant());
  EXPECT_TRUE(Template::compile(Json())->is_constant());
  EXPECT_FALSE(Template::compile(*parse_json(R"({"a":[1,"{{x}}"]})"))->is_constant());
}

TEST(TemplateTest, RootsOfAllFieldsAreListedOnce) {
  const auto compiled =
      Template::compile(*parse_json(R"(["{{vars.a}} {{secrets.b}}", {"x": "{{vars.c}}"}])"));
  EXPECT_EQ(compiled->roots(), (std::vector<std::string>{"vars", "secrets"}));
}

TEST(TemplateTest, AResultOutlivesItsScopeAndItsTemplate) {
  Json result;
  {
    const test::ObjectScope local(
        R"({"a": {"b": ["a text that is longer than any small buffer"]}})");
    const auto compiled = Template::compile("{{a.b}}");
    Budget budget;
    result = *compiled->evaluate(local, budget);
  }
  EXPECT_EQ(print_json(result), R"(["a text that is longer than any small buffer"])");
}

TEST(TemplateTest, TextFormAndTruthOfEveryType) {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"null", "", false}, {"false", "false", false}, {"true", "true", true},
      {"0", "0", false},   {"0.0", "0.0", false},     {"-3", "-3", true},
      {"\"\"", "", false}, {"\"0\"", "0", true},      {"[]", "[]", false},
      {"{}", "{}", false}, {"[0]", "[0]", true},      {"{\"a\":null}", "{\"a\":null}", true},
  };
  for (const auto& [text, shown, truth] : cases) {
    const Json value = *parse_json(text);
    EXPECT_EQ(to_text(value), shown) << text;
    EXPECT_EQ(truthy(value), truth) << text;
  }
}

}  // namespace
}  // namespace millrace::expr
