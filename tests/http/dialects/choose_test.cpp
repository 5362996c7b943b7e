// Which dialect speaks where no row answers; and what an Idempotency-Key is bound to.
#include "http/dialects/choose.hpp"

#include "http/dialects/idempotency.hpp"
#include "tests/http/dialects/requests.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

TEST(ChooseDialectTest, GoesByPathThenMountThenKeyThenHeader) {
  struct Row {
    std::string path;
    HeaderList headers;
    Dialect dialect;
  };
  const Row rows[] = {
      {"/api/dev/v1/flows", {{"x-api-key", "dv_live_sk_1"}}, Dialect::sarufi},
      {"/orbit/api/v1/x", {}, Dialect::orbit},
      {"/orbit", {}, Dialect::orbit},
      {"/orbiter/v1", {}, Dialect::native},
      {"/tenex/api/v1/x", {{"x-api-key", "dv_live_sk_1"}}, Dialect::tenex},
      {"/ap/v1/x", {}, Dialect::activepieces},
      {"/sarufi/x", {}, Dialect::sarufi},
      {"/native/api/v1/x", {{"x-api-key", "dv_live_sk_1"}}, Dialect::native},
      {"/v1/x", {{"x-api-key", "dv_live_sk_1"}}, Dialect::orbit},
      {"/v1/x", {{"authorization", "Bearer dv_test_sk_1"}}, Dialect::orbit},
      {"/v1/x", {{"authorization", "Bearer tnx_12345678_1"}}, Dialect::tenex},
      {"/v1/x", {{"authorization", "Bearer sk-1"}}, Dialect::activepieces},
      {"/v1/x", {{"x-api-key", "mr_1"}}, Dialect::native},
      {"/v1/x", {{"x-api-key", "whatever"}}, Dialect::orbit},
      {"/v1/x", {}, Dialect::native},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(choose_dialect(test::request("GET", row.path, "", row.headers)), row.dialect)
        << row.path;
  }
}

TEST(ChooseDialectTest, AnswersInTheChosenVoice) {
  const Error error{ErrorCode::not_found, "no such thing"};
  const auto orbit = render_in_chosen_dialect(test::request("GET", "/orbit/x"), error, 418);
  EXPECT_EQ(orbit.content_type, "application/json");
  EXPECT_EQ(orbit.status, 418);
  const auto native = render_in_chosen_dialect(test::request("GET", "/x"), error, 418);
  EXPECT_EQ(native.content_type, "application/problem+json");
  EXPECT_EQ(native.status, 418);
}

Sha256 fingerprint(const Request& request, std::uint32_t workspace = 1,
                   Dialect dialect = Dialect::orbit) {
  const auto key = idempotency_key(request, WorkspaceNumber{workspace}, dialect);
  return key && *key ? (*key)->fingerprint : Sha256{};
}

TEST(IdempotencyTest, BindsTheKeyToTheWholeRequest) {
  const HeaderList headers{{"idempotency-key", "k"}};
  const Request request = test::request("POST", "/v1/flows", "{}", headers);
  const Sha256 first = fingerprint(request);
  EXPECT_EQ(first, fingerprint(request));
  EXPECT_NE(first, fingerprint(test::request("POST", "/v1/flows", "{ }", headers)));
  EXPECT_NE(first, fingerprint(test::request("POST", "/v1/flow", "{}", headers)));
  EXPECT_NE(first, fingerprint(test::request("PUT", "/v1/flows", "{}", headers)));
  EXPECT_NE(first, fingerprint(request, 2));
  EXPECT_NE(first, fingerprint(request, 1, Dialect::tenex));
}

TEST(IdempotencyTest, IsOptionalAndBounded) {
  const auto read = [](std::string key) {
    return idempotency_key(
        test::request("POST", "/v1/flows", "", {{"idempotency-key", std::move(key)}}),
        WorkspaceNumber{1}, Dialect::orbit);
  };
  EXPECT_FALSE(read("")->has_value());
  EXPECT_EQ((*read(std::string(255, 'k')))->key.size(), 255u);
  EXPECT_FALSE(read(std::string(256, 'k')).has_value());
}

TEST(IdempotencyTest, ReadsAnyMemoWithoutHarm) {
  const TriggerMemo memo = read_memo(to_memo({{"req_1", "2026"}, 9}));
  EXPECT_EQ(memo.meta.request_id, "req_1");
  EXPECT_EQ(memo.meta.timestamp, "2026");
  EXPECT_EQ(memo.flow_version, 9u);
  for (const std::string_view text : {"", " ", "a", "a b", "a b c", "  "}) read_memo(text);
}

}  // namespace
}  // namespace millrace::http
