// set, transform, condition, switch, delay: data and scope in, decision out.
#include "tests/unit/nodes/bench.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::Bench;
using testing::errors_of;
using testing::shown;

struct Row {
  std::string_view type;
  std::string_view data;
  std::string_view roots;
  std::string_view decision;
};

void expect_decisions(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(shown(Bench(row.type, row.data, row.roots).run()), row.decision) << row.data;
  }
}

struct ErrorRow {
  std::string_view type;
  std::string_view data;
  std::vector<std::string> errors;
};

void expect_errors(const std::vector<ErrorRow>& rows) {
  for (const ErrorRow& row : rows) EXPECT_EQ(errors_of(row.type, row.data), row.errors) << row.data;
}

TEST(SetTest, TheOutputShowsTheValuesThatWereEvaluated) {
  expect_decisions({
      {"set", R"({"name":"a","value":"{{trigger.n}}"})", R"({"trigger":{"n":5}})",
       R"(default {"a":5})"},
      {"set", R"({"name":"a","value":null})", "{}", R"(default {"a":null})"},
      {"set_variable", R"({"name":"a","value":"Hi {{trigger.n}}"})", R"({"trigger":{"n":"Bo"}})",
       R"(default {"a":"Hi Bo"})"},
      {"set",
       R"({"assignments":[{"name":"a","value":{"b":["{{vars.x}}"]}},
                          {"name":"list","value":2,"mode":"append"},
                          {"name":"o","value":{"k":1},"mode":"merge"},
                          {"name":"n","value":3,"mode":"increment"},
                          {"name":"gone","mode":"unset"}]})",
       R"({"vars":{"x":1,"list":[1],"o":{},"n":1.5}})",
       R"(default {"a":{"b":[1]},"list":2,"o":{"k":1},"n":3,"gone":null})"},
      {"set", R"({"name":"n","mode":"increment"})", "{}", R"(default {"n":1})"},
  });
}

TEST(SetTest, AssignmentsCarryTheirModes) {
  Bench bench("set", R"({"assignments":[{"name":"a","value":1,"scope":"execution"},
      {"name":"b","value":1,"mode":"append"},{"name":"c","value":{},"mode":"merge"},
      {"name":"d","mode":"increment"},{"name":"e","mode":"unset"}]})");
  const auto finish = std::get<Finish>(bench.run());
  using Mode = Assignment::Mode;
  const std::vector<Mode> modes{Mode::set, Mode::append, Mode::merge, Mode::increment, Mode::unset};
  ASSERT_EQ(finish.assignments.size(), modes.size());
  for (std::size_t index = 0; index < modes.size(); ++index) {
    EXPECT_EQ(finish.assignments[index].mode, modes[index]);
  }
  EXPECT_EQ(finish.assignments[3].value, 1);
  EXPECT_FALSE(finish.needs_edge);
}

TEST(SetTest, AModeThatDoesNotFitTheVariableIsAnError) {
  const std::string_view roots = R"({"vars":{"text":"x","list":[],"object":{}}})";
  expect_decisions({
      {"set", R"({"name":"text","value":1,"mode":"append"})", roots, "error EXPRESSION expression"},
      {"set", R"({"name":"list","value":{},"mode":"merge"})", roots, "error EXPRESSION expression"},
      {"set", R"({"name":"object","value":1,"mode":"merge"})", roots,
       "error EXPRESSION expression"},
      {"set", R"({"name":"text","value":1,"mode":"increment"})", roots,
       "error EXPRESSION expression"},
      {"set", R"({"name":"new","value":"1","mode":"increment"})", roots,
       "error EXPRESSION expression"},
      {"set", R"({"name":"new","value":"{{1 / 0}}"})", roots, "error EXPRESSION expression"},
  });
}

TEST(SetTest, RefusesWhatItCannotAssign) {
  expect_errors({
      {"set", "{}", {".assignments MISSING_REQUIRED_FIELD"}},
      {"set", R"({"assignments":[]})", {".assignments INVALID_VALUE"}},
      {"set", R"({"assignments":{}})", {".assignments INVALID_TYPE"}},
      {"set",
       R"({"assignments":[1,{"value":1},{"name":"a"},{"name":"a.b","value":1}]})",
       {".assignments[0] INVALID_TYPE", ".assignments[1].name MISSING_REQUIRED_FIELD",
        ".assignments[2].value MISSING_REQUIRED_FIELD", ".assignments[3].name INVALID_VALUE"}},
      {"set",
       R"({"assignments":[{"name":"a","value":1,"scope":"contact"},
                                 {"name":"b","value":1,"scope":"moon"},
                                 {"name":"c","value":1,"mode":"xor"},
                                 {"name":5,"value":"{{secrets.x}}"}]})",
       {".assignments[0].scope UNSUPPORTED_OPTION", ".assignments[1].scope INVALID_VALUE",
        ".assignments[2].mode INVALID_VALUE", ".assignments[3].name INVALID_TYPE",
        ".assignments[3].value SECRETS_NOT_AVAILABLE"}},
      {"set", R"({"name":"a","value":1,"scope":"conversation"})", {".scope UNSUPPORTED_OPTION"}},
      {"set", R"({"name":"a","assignments":[]})", {".name INVALID_VALUE"}},
      {"set", R"({"name":"a"})", {".value MISSING_REQUIRED_FIELD"}},
  });
}

TEST(TransformTest, MakesAnObjectATypedValueOrAText) {
  const std::string_view roots = R"({"vars":{"n":2,"o":{"k":[1]}}})";
  expect_decisions({
      {"transform", R"({"fields":{"double":"{{vars.n * 2}}","fixed":true}})", roots,
       R"(default {"double":4,"fixed":true})"},
      {"transform", R"({"mode":"object","expression":"{{vars.o}}"})", roots,
       R"(default {"k":[1]})"},
      {"transform", R"({"mode":"template","expression":"{{vars.n}}"})", roots, R"(default "2")"},
      {"transform", R"({"mode":"template","expression":"n={{vars.n}} {{vars.none}}!"})", roots,
       R"(default "n=2 !")"},
      {"transform", R"({"expression":"{{1 / 0}}"})", roots, "error EXPRESSION expression"},
  });
}

TEST(TransformTest, RefusesWhatIsNotBuiltOrUnclear) {
  expect_errors({
      {"transform", "{}", {".expression MISSING_REQUIRED_FIELD"}},
      {"transform", R"({"fields":{},"expression":"a"})", {".expression INVALID_VALUE"}},
      {"transform", R"({"mode":"template","fields":{}})", {".fields INVALID_VALUE"}},
      {"transform", R"({"mode":"jmespath","expression":"a"})", {".mode UNSUPPORTED_OPTION"}},
      {"transform", R"({"mode":"jsonata","expression":"a"})", {".mode UNSUPPORTED_OPTION"}},
      {"transform", R"({"mode":"xslt","expression":"a"})", {".mode INVALID_VALUE"}},
      {"transform",
       R"({"expression":"a","input":"b","output_schema":{}})",
       {".input UNSUPPORTED_OPTION", ".output_schema UNSUPPORTED_OPTION"}},
  });
}

TEST(ConditionTest, LeavesByTrueOrFalse) {
  const std::string_view group =
      R"({"conditions":{"op":"and",
          "rules":[{"field":"{{trigger.n}}","operator":"gt","value":3}]}})";
  expect_decisions({
      {"condition", group, R"({"trigger":{"n":4}})", R"(true {"result":true})"},
      {"branch", group, R"({"trigger":{"n":3}})", R"(false {"result":false})"},
      {"if", group, R"({"trigger":{}})", R"(false {"result":false})"},
      {"condition", R"({"expression":"trigger.n > 3"})", R"({"trigger":{"n":4}})",
       R"(true {"result":true})"},
      {"condition", R"({"expression":"{{trigger.n > 3}}"})", R"({"trigger":{"n":1}})",
       R"(false {"result":false})"},
      {"condition", R"({"conditions":"trigger.ok"})", R"({"trigger":{"ok":true}})",
       R"(true {"result":true})"},
  });
}

TEST(ConditionTest, AResultWithoutAnEdgeFailsUnlessItMayFallThrough) {
  EXPECT_TRUE(std::get<Finish>(Bench("condition", R"({"expression":"1 > 2"})").run()).needs_edge);
  EXPECT_FALSE(
      std::get<Finish>(Bench("condition", R"({"expression":"1 > 2","fallthrough":"end"})").run())
          .needs_edge);
}

TEST(ConditionTest, NeedsExactlyOneCondition) {
  expect_errors({
      {"condition", "{}", {".conditions MISSING_REQUIRED_FIELD"}},
      {"condition",
       R"({"conditions":"vars.a","expression":"vars.b"})",
       {".expression INVALID_VALUE"}},
      {"condition", R"({"conditions":[]})", {".conditions INVALID_TYPE"}},
      {"condition", R"({"expression":{}})", {".expression INVALID_TYPE"}},
      {"condition",
       R"({"expression":"vars.a","fallthrough":"on"})",
       {".fallthrough INVALID_VALUE"}},
  });
}

TEST(SwitchTest, LeavesByTheFirstOrByAllCasesThatMatch) {
  const std::string_view by_value =
      R"({"value":"{{trigger.n}}","cases":[{"id":"one","value":1},
          {"id":"small","operator":"lt","value":10},{"id":"set","operator":"is_set"}]})";
  const std::string_view all =
      R"({"value":"{{trigger.n}}","mode":"all","cases":[{"id":"one","value":1},
          {"id":"small","operator":"lt","value":"{{vars.bound}}"}]})";
  const std::string_view by_when =
      R"({"cases":[{"id":"big","when":"trigger.n > 100"},
          {"id":"odd",
           "when":{"rules":[{"field":"{{trigger.n % 2}}","operator":"eq","value":1}]}}]})";
  expect_decisions({
      {"switch", by_value, R"({"trigger":{"n":1}})", R"(one {"matched":["one"]})"},
      {"split", by_value, R"({"trigger":{"n":5}})", R"(small {"matched":["small"]})"},
      {"switch", by_value, R"({"trigger":{"n":50}})", R"(set {"matched":["set"]})"},
      {"switch", by_value, R"({"trigger":{}})", R"(default {"matched":[]})"},
      {"switch", all, R"({"trigger":{"n":1},"vars":{"bound":5}})",
       R"(one,small {"matched":["one","small"]})"},
      {"switch", by_when, R"({"trigger":{"n":7}})", R"(odd {"matched":["odd"]})"},
      {"switch", by_when, R"({"trigger":{"n":8}})", R"(default {"matched":[]})"},
  });
}

TEST(SwitchTest, RefusesCasesThatCannotBeDecided) {
  expect_errors({
      {"switch", R"({"value":1})", {".cases MISSING_REQUIRED_FIELD"}},
      {"switch", R"({"value":1,"cases":[]})", {".cases INVALID_VALUE"}},
      {"switch",
       R"({"value":1,"cases":[1,{"value":1},{"id":"a","value":1},{"id":"a","value":2}]})",
       {".cases[0] INVALID_TYPE", ".cases[1].id MISSING_REQUIRED_FIELD",
        ".cases[3].id DUPLICATE_ID"}},
      {"switch",
       R"({"value":1,"cases":[{"id":"default","value":1},{"id":"error","value":1}]})",
       {".cases[0].id INVALID_VALUE", ".cases[1].id INVALID_VALUE"}},
      {"switch",
       R"({"value":1,"cases":[{"id":"a","operator":"like","value":1},{"id":"b"},
                     {"id":"c","when":"vars.x","value":1},{"id":"d","when":4},
                     {"id":"e","operator":"matches","value":"("}]})",
       {".cases[0].operator INVALID_VALUE", ".cases[1].value MISSING_REQUIRED_FIELD",
        ".cases[2] INVALID_VALUE", ".cases[3].when INVALID_TYPE", ".cases[4].value INVALID_VALUE"}},
      {"switch", R"({"cases":[{"id":"a","value":1}]})", {".value MISSING_REQUIRED_FIELD"}},
      {"switch",
       R"({"mode":"any","value":1,"cases":[{"id":"a","value":1}]})",
       {".mode INVALID_VALUE"}},
      {"switch",
       R"({"cases":[{"id":"a","when":"secrets.x"},{"id":"b","when":"1 +"}]})",
       {".cases[0].when SECRETS_NOT_AVAILABLE", ".cases[1].when INVALID_EXPRESSION"}},
  });
}

TEST(DelayTest, SleepsUntilTheInstantAndNotAtAllWhenItIsPast) {
  expect_decisions({
      {"delay", R"({"seconds":90})", "{}", "sleep 2026-05-09T10:01:30.000Z"},
      {"wait", R"({"seconds":0.5})", "{}", "sleep 2026-05-09T10:00:00.500Z"},
      {"delay", R"({"duration":"P1DT2H"})", "{}", "sleep 2026-05-10T12:00:00.000Z"},
      {"delay", R"({"duration":"{{vars.d}}"})", R"({"vars":{"d":"PT1M"}})",
       "sleep 2026-05-09T10:01:00.000Z"},
      {"delay", R"({"until":"2026-05-09T13:00:00+02:00"})", "{}", "sleep 2026-05-09T11:00:00.000Z"},
      {"delay", R"({"until":"{{trigger.at}}"})", R"({"trigger":{"at":"2026-05-09T10:00:01Z"}})",
       "sleep 2026-05-09T10:00:01.000Z"},
      {"delay", R"({"until":"2020-01-01T00:00:00Z"})", "{}",
       R"(default {"waited_until":"2026-05-09T10:00:00.000Z"})"},
      {"delay", R"({"seconds":0})", "{}", R"(default {"waited_until":"2026-05-09T10:00:00.000Z"})"},
      {"delay", R"({"until":"{{vars.none}}"})", "{}", "error VALIDATION validation"},
      {"delay", R"({"seconds":"{{vars.n}}"})", R"({"vars":{"n":-1}})",
       "error VALIDATION validation"},
      {"delay", R"({"seconds":"{{vars.n}}"})", R"({"vars":{"n":1e300}})",
       "error VALIDATION validation"},
      {"delay", R"({"duration":"{{vars.d}}"})", R"({"vars":{"d":"P1M"}})",
       "error VALIDATION validation"},
      {"delay", R"({"until":"2199-01-01T00:00:00Z"})", "{}", "error VALIDATION validation"},
  });
}

TEST(DelayTest, GoesOnWhenItWakes) {
  EXPECT_EQ(shown(Bench("delay", R"({"seconds":5})").wake()),
            R"(default {"waited_until":"2026-05-09T10:00:00.000Z"})");
}

TEST(DelayTest, NeedsExactlyOneWayToSayHowLong) {
  expect_errors({
      {"delay", "{}", {".duration MISSING_REQUIRED_FIELD"}},
      {"delay", R"({"seconds":1,"until":"2026-05-09T10:00:00Z"})", {".until INVALID_VALUE"}},
      {"delay", R"({"window":{"days":[1]}})", {".window UNSUPPORTED_OPTION"}},
      {"delay", R"({"duration":"P1Y"})", {".duration INVALID_TYPE"}},
      {"delay", R"({"seconds":-1})", {".seconds INVALID_VALUE"}},
      {"delay", R"({"seconds":"5"})", {".seconds INVALID_TYPE"}},
      {"delay", R"({"until":"tomorrow"})", {".until INVALID_VALUE"}},
  });
}

}  // namespace
}  // namespace millrace
