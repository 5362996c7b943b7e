// respond, end, fail, log, note, group, join, parallel, trigger.
#include "runtime/base/error.hpp"
#include "tests/unit/nodes/bench.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::Bench;
using testing::errors_of;
using testing::json_of;
using testing::problems_of;
using testing::shown;

Answer answer_of(std::string_view data, std::string_view roots = "{}") {
  return std::get<Finish>(Bench("respond", data, roots).run()).answer.value();
}

TEST(RespondTest, AnswersWithJsonOrWithTheStringAsItIs) {
  const Answer json = answer_of(R"({"body":{"n":"{{vars.n}}"}})", R"({"vars":{"n":1}})");
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, "application/json");
  EXPECT_EQ(json.body, R"({"n":1})");
  const Answer text = answer_of(R"({"status":"{{200 + 1}}","body":"hi"})");
  EXPECT_EQ(text.status, 201);
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(text.body, "hi");
  EXPECT_EQ(answer_of(R"({"status":204})").body, "");
  EXPECT_EQ(answer_of(R"({"body":"<a/>","content_type":"text/xml"})").content_type, "text/xml");
}

TEST(RespondTest, AContentTypeAmongTheHeadersIsTheContentType) {
  const Answer answer =
      answer_of(R"({"headers":{"Content-Type":"text/csv","X-A":"1"},"body":"a,b"})");
  EXPECT_EQ(answer.content_type, "text/csv");
  EXPECT_EQ(answer.headers, (HeaderList{{"X-A", "1"}}));
}

TEST(RespondTest, TheOutputShowsWhatWasAnswered) {
  EXPECT_EQ(shown(Bench("respond", R"({"status":404,"body":{"a":1}})").run()),
            R"(default {"status":404,"body":{"a":1}})");
}

TEST(RespondTest, NothingThatAnExpressionMakesCanBreakTheAnswersHead) {
  const std::string_view roots = R"({"vars":{"bad":"a\r\nX: y","h":{"Content-Length":"0"}}})";
  for (const auto* data : {R"({"headers":{"X-A":"{{vars.bad}}"}})", R"({"headers":"{{vars.h}}"})",
                           R"({"content_type":"{{vars.bad}}"})", R"({"status":"{{100 + 1}}"})",
                           R"({"status":"{{vars.bad}}"})"}) {
    EXPECT_EQ(shown(Bench("respond", data, roots).run()), "error VALIDATION validation") << data;
  }
}

TEST(RespondTest, RefusesBadStatusesAndHeadersAtPublish) {
  EXPECT_EQ(errors_of("respond", R"({"status":99,"headers":{"a b":"c","Connection":"close"}})"),
            (std::vector<std::string>{".status INVALID_VALUE", ".headers['a b'] INVALID_VALUE",
                                      ".headers.Connection INVALID_VALUE"}));
  EXPECT_EQ(errors_of("respond", R"({"status":"ok"})"),
            std::vector<std::string>{".status INVALID_TYPE"});
}

TEST(EndTest, EndsThePathOrAllPathsWithItsOutput) {
  EXPECT_EQ(shown(Bench("end", "{}").run()), "end null");
  EXPECT_EQ(shown(Bench("end", R"({"output":{"n":"{{vars.n}}"}})", R"({"vars":{"n":1}})").run()),
            R"(end {"n":1})");
  EXPECT_EQ(shown(Bench("end", R"({"status":"cancelled","terminate":true})").run()),
            "end cancelled terminate null");
  EXPECT_EQ(shown(Bench("end", R"({"output":"{{1 / 0}}"})").run()), "error EXPRESSION expression");
  EXPECT_EQ(errors_of("end", R"({"status":"failed","terminate":"yes"})"),
            (std::vector<std::string>{".status INVALID_VALUE", ".terminate INVALID_TYPE"}));
}

TEST(FailTest, FailsWithTheFlowsOwnErrorWhichIsNeverRepeated) {
  Bench bench("fail", R"({"code":"NO_STOCK","message":"{{vars.m}}","details":{"a":1}})",
              R"({"vars":{"m":"empty"}})");
  const Decision decision = bench.run();
  EXPECT_EQ(shown(decision), "error NO_STOCK runtime");
  EXPECT_EQ(std::get<NodeError>(decision).message, "empty");
  EXPECT_EQ(std::get<NodeError>(decision).details, json_of(R"({"a":1})"));
  EXPECT_EQ(shown(Bench("fail", "{}").run()), "error FLOW_FAILED runtime");
}

TEST(LogTest, WritesALineAndNeverFails) {
  Bench bench("log", R"({"level":"warn","message":"n={{vars.n}}"})", R"({"vars":{"n":1}})");
  const Decision decision = bench.run();
  EXPECT_EQ(shown(decision), R"(default {"level":"warn","message":"n=1"})");
  EXPECT_EQ(std::get<Finish>(decision).log->level, "warn");
  EXPECT_EQ(std::get<Finish>(decision).log->message, "n=1");
  EXPECT_TRUE(std::holds_alternative<Finish>(Bench("log", R"({"message":"{{1 / 0}}"})").run()));
  EXPECT_EQ(errors_of("log", R"({"level":"loud"})"),
            (std::vector<std::string>{".message MISSING_REQUIRED_FIELD", ".level INVALID_VALUE"}));
}

TEST(JoinTest, MergesWhatItsPathsCarry) {
  const auto merged = [](std::string_view data) {
    Bench bench("join", data);
    bench.inputs({{"b", json_of("2")}, {"a", json_of(R"({"x":1})")}});
    return shown(bench.run());
  };
  EXPECT_EQ(merged("{}"), R"(default {"b":2,"a":{"x":1}})");
  EXPECT_EQ(merged(R"({"merge":"array"})"), R"(default [2,{"x":1}])");
  EXPECT_EQ(merged(R"({"merge":"first"})"), "default 2");
  EXPECT_EQ(shown(Bench("join", R"({"merge":"first"})").run()), "default null");
}

TEST(JoinTest, RefusesACountThatIsNone) {
  const std::vector<std::pair<std::string_view, std::vector<std::string>>> rows{
      {R"({"mode":"n"})", {".n MISSING_REQUIRED_FIELD"}},
      {R"({"mode":"n","n":0})", {".n INVALID_VALUE"}},
      {R"({"mode":"n","n":1.5})", {".n INVALID_TYPE"}},
      {R"({"mode":"n","n":"2"})", {".n INVALID_TYPE"}},
      {R"({"n":2})", {".n INVALID_VALUE"}},
      {R"({"mode":"some"})", {".mode INVALID_VALUE"}},
      {R"({"join":"any"})", {".join INVALID_VALUE"}},
      {R"({"merge":"sum"})", {".merge INVALID_VALUE"}},
      {R"({"timeout":"PT1M"})", {".timeout UNSUPPORTED_OPTION"}},
  };
  for (const auto& [data, errors] : rows) EXPECT_EQ(errors_of("join", data), errors) << data;
}

TEST(ParallelTest, LeavesByEveryBranch) {
  EXPECT_EQ(shown(Bench("parallel", R"({"branches":[{"id":"a"},{"id":"b"}]})").run()),
            R"(a,b {"branches":["a","b"]})");
  const std::vector<std::pair<std::string_view, std::vector<std::string>>> rows{
      {"{}", {".branches MISSING_REQUIRED_FIELD"}},
      {R"({"branches":[]})", {".branches INVALID_VALUE"}},
      {R"({"branches":[{"id":"a"},{},{"id":"a"},"b"]})",
       {".branches[1].id MISSING_REQUIRED_FIELD", ".branches[2].id DUPLICATE_ID",
        ".branches[3].id MISSING_REQUIRED_FIELD"}},
      {R"({"branches":[{"id":"a"}],"mode":"race"})", {".mode UNSUPPORTED_OPTION"}},
      {R"({"branches":[{"id":"a"}],"mode":"none"})", {".mode INVALID_VALUE"}},
  };
  for (const auto& [data, errors] : rows) EXPECT_EQ(errors_of("parallel", data), errors) << data;
}

TEST(CanvasTest, NotesAndGroupsTakeAnything) {
  for (const auto* type : {"note", "group"}) {
    const Problems problems = problems_of(type, R"({"text":5,"colour":"red","retry":7})");
    EXPECT_TRUE(problems.errors.empty());
    EXPECT_TRUE(problems.warnings.empty());
  }
}

TEST(TriggerTest, ChecksOnlyWhatEveryNodeHas) {
  EXPECT_EQ(shown(Bench("trigger", R"({"channel":"sms"})").run()), "default null");
  EXPECT_EQ(errors_of("trigger", R"({"on_error":"x"})"),
            std::vector<std::string>{".on_error INVALID_VALUE"});
}

TEST(NodeErrorTest, ClassesReadBackAsTheyPrint) {
  for (int number = 1; number <= 11; ++number) {
    const auto error_class = static_cast<ErrorClass>(number);
    EXPECT_FALSE(to_string(error_class).empty());
    EXPECT_EQ(parse_error_class(to_string(error_class)), error_class);
  }
  EXPECT_EQ(parse_error_class("5xx"), std::nullopt);
}

TEST(NodeErrorTest, ThePrintedErrorHasEveryKeyOfTheContract) {
  NodeError error = status_error(503, json_of(R"({"a":1})"));
  error.node_id = "charge";
  error.attempt = 2;
  EXPECT_EQ(print_json(to_json(error)),
            R"({"node_id":"charge","code":"HTTP_STATUS","message":"The peer answered with )"
            R"(status 503.","class":"communication","retryable":true,"attempt":2,"status":503,)"
            R"("details":{"status":503,"body":{"a":1}}})");
  EXPECT_TRUE(to_json(NodeError{}).at("status").is_null());
}

TEST(NodeErrorTest, ErrorsOfTheHouseKeepTheirNameAndSayWhetherARepeatMayHelp) {
  const std::vector<std::tuple<ErrorCode, std::string_view, ErrorClass, bool>> rows{
      {ErrorCode::egress_refused, "EGRESS_REFUSED", ErrorClass::configuration, false},
      {ErrorCode::timeout, "TIMEOUT", ErrorClass::timeout, true},
      {ErrorCode::communication, "COMMUNICATION", ErrorClass::communication, true},
      {ErrorCode::too_large, "TOO_LARGE", ErrorClass::validation, false},
      {ErrorCode::cancelled, "CANCELLED", ErrorClass::cancelled, false},
      {ErrorCode::configuration, "CONFIGURATION", ErrorClass::configuration, false},
      {ErrorCode::expression, "EXPRESSION", ErrorClass::expression, false},
      {ErrorCode::internal, "INTERNAL", ErrorClass::runtime, false},
  };
  for (const auto& [code, name, error_class, retryable] : rows) {
    const NodeError error = to_node_error(Error{code, "why", "url"});
    EXPECT_EQ(error.code, name);
    EXPECT_EQ(error.error_class, error_class) << name;
    EXPECT_EQ(error.retryable, retryable) << name;
    EXPECT_EQ(error.message, "why");
    EXPECT_EQ(error.details.at("path"), "url");
  }
}

}  // namespace
}  // namespace millrace
