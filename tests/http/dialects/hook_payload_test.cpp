// The payload of a webhook: around the body's own bytes, and never open to forgery from inside the
// body.
#include "http/ingress/hook_payload.hpp"

#include "runtime/base/crypto.hpp"
#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

const HeaderList json_type{{"content-type", "application/json; charset=utf-8"}};
const HeaderList form_type{{"content-type", "application/x-www-form-urlencoded"}};

Result<JsonDocumentPtr> payload_of(std::string body, HeaderList headers) {
  return make_hook_payload(test::request("POST", "/hooks/f", std::move(body), std::move(headers)));
}

std::string body_of(std::string body, HeaderList headers) {
  const auto payload = payload_of(std::move(body), std::move(headers));
  EXPECT_TRUE(payload.has_value());
  return payload ? print_json((*payload)->root.at("body")) : std::string();
}

TEST(HookPayloadTest, HoldsMethodHeadersQueryBodyAndHash) {
  Request request = test::request("PUT", "/hooks/f", R"({"n":1})", json_type);
  request.headers.emplace_back("x-one", "1");
  request.query = {{"q", "a b"}};
  const auto payload = make_hook_payload(request);
  ASSERT_TRUE(payload.has_value());
  const Json& root = (*payload)->root;
  EXPECT_EQ(root.at("method"), "PUT");
  EXPECT_EQ(root.at("headers").at("x-one"), "1");
  EXPECT_EQ(root.at("query").at("q"), "a b");
  EXPECT_EQ(root.at("body").at("n"), 1);
  const Sha256 hash = sha256(request.body);
  EXPECT_EQ(std::string_view(root.at("raw_sha256").get_string()),
            to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  EXPECT_EQ(root.get_object().size(), 5u);
}

TEST(HookPayloadTest, KeepsTheBytesOfAJsonBody) {
  const auto payload = payload_of("\n{ \"n\": 1.50e1, \"n2\":[ 1 ] } ", json_type);
  ASSERT_TRUE(payload.has_value());
  EXPECT_NE((*payload)->text.find("{ \"n\": 1.50e1, \"n2\":[ 1 ] }"), std::string::npos);
}

TEST(HookPayloadTest, MasksWhatAuthenticatesTheSender) {
  const auto payload = payload_of("", {{"authorization", "Bearer s3cret"},
                                       {"cookie", "s3cret"},
                                       {"x-api-key", "s3cret"},
                                       {"accept", "*/*"}});
  ASSERT_TRUE(payload.has_value());
  EXPECT_EQ((*payload)->text.find("s3cret"), std::string::npos);
  EXPECT_EQ((*payload)->root.at("headers").at("authorization"), "***");
  EXPECT_EQ((*payload)->root.at("headers").at("accept"), "*/*");
}

TEST(HookPayloadTest, MasksWhatTheFlowsOwnAuthNames) {
  const std::vector<std::string> masked{"x-token"};
  const auto payload = make_hook_payload(
      test::request("POST", "/hooks/f", "", {{"x-token", "s3cret"}, {"x-other", "1"}}), masked);
  ASSERT_TRUE(payload.has_value());
  EXPECT_EQ(print_json((*payload)->root.at("headers")), R"({"x-token":"***","x-other":"1"})");
}

TEST(HookPayloadTest, CannotBeForgedFromInsideTheBody) {
  for (const std::string body :
       {R"(1,"method":"DELETE")", R"({}, "headers":{})", R"(1})", R"(1},{"a":1)", R"(,)", R"({}}{)",
        R"("a","method":"GET")", R"([1],"query":{"admin":"1"})", R"(1 2)", R"(")", R"("\")",
        R"({"a":1)", R"(])", R"([}])", R"(// x)", "\\"}) {
    const auto payload = payload_of(body, json_type);
    ASSERT_FALSE(payload.has_value()) << body << " became " << (*payload)->text;
    EXPECT_EQ(payload.error().code, ErrorCode::invalid_json) << body;
  }
}

TEST(HookPayloadTest, TakesEveryKindOfJsonValue) {
  for (const std::string body : {"1", "-2.5", "true", "null", R"("a,}{")", R"([1,[2,{"a":3}]])",
                                 R"({"a":"\"}","b":"\\"})", R"({"method":"GET"})", " [ ] "}) {
    EXPECT_TRUE(payload_of(body, json_type).has_value()) << body;
  }
}

TEST(HookPayloadTest, RefusesABodyThatIsLabelledJsonAndIsNot) {
  for (const std::string body :
       {"{", "{\"a\":\"\xff\"}", "nope", "{\"a\":01}", "{\"a\":\"\x01\"}"}) {
    EXPECT_FALSE(payload_of(body, json_type).has_value()) << body;
  }
}

TEST(HookPayloadTest, AllowsABodyAsDeepAsJsonMayBe) {
  const auto nested = [](int depth) {
    const auto count = static_cast<std::size_t>(depth);
    return std::string(count, '[') + std::string(count, ']');
  };
  EXPECT_TRUE(payload_of(nested(limits::json_depth_max), json_type).has_value());
  EXPECT_FALSE(payload_of(nested(limits::json_depth_max + 1), json_type).has_value());
}

TEST(HookPayloadTest, TellsOtherBodiesByTheirLabel) {
  struct Row {
    std::string body;
    HeaderList headers;
    std::string told;
  };
  const Row rows[] = {
      {"", {}, "null"},
      {"", json_type, "null"},
      {R"({"a":1})", {}, R"({"a":1})"},
      {"plain, text", {}, R"("plain, text")"},
      {"{not json", {}, R"("{not json")"},
      {R"({"a":1})", {{"content-type", "text/plain"}}, R"("{\"a\":1}")"},
      {R"({"a":1})", {{"content-type", "Application/CloudEvents+JSON"}}, R"({"a":1})"},
      {"a=1&b=x+y&a=%7B2", form_type, R"({"a":["1","{2"],"b":"x y"})"},
      {"flag&&n=", form_type, R"({"flag":"","n":""})"},
      {R"({"a":1})", form_type, R"({"a":1})"},
      {R"({"a":1)", form_type, R"({"{\"a\":1":""})"},
      {"a=%zz", form_type, R"("a=%zz")"},
      {"\xff\xfe", {{"content-type", "image/png"}}, R"("//4=")"},
  };
  for (const auto& row : rows) EXPECT_EQ(body_of(row.body, row.headers), row.told) << row.body;
}

TEST(HookPayloadTest, SaysWhenABodyIsBase64) {
  const auto binary = payload_of("\xff", {{"content-type", "image/png"}});
  ASSERT_TRUE(binary.has_value());
  EXPECT_EQ((*binary)->root.at("body_encoding"), "base64");
  EXPECT_EQ((*binary)->root.at("body_type"), "image/png");
  EXPECT_EQ((*binary)->root.at("body_bytes"), 1);
  const auto text = payload_of("a", {{"content-type", "text/plain"}});
  EXPECT_EQ(find_member((*text)->root, "body_encoding"), nullptr);
}

TEST(HookPayloadTest, JoinsHeadersAndQueryNamesThatComeTwice) {
  Request request = test::request("POST", "/hooks/f", "", {{"a", "1"}, {"b", "2"}, {"a", "3"}});
  request.query = {{"k", "1"}, {"k", "2"}};
  const auto payload = make_hook_payload(request);
  ASSERT_TRUE(payload.has_value());
  EXPECT_EQ(print_json((*payload)->root.at("headers")), R"({"a":"1, 3","b":"2"})");
  EXPECT_EQ(print_json((*payload)->root.at("query")), R"({"k":"1, 2"})");
}

}  // namespace
}  // namespace millrace::http
