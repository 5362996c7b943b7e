// How a webhook's `auth` is read: every scheme, every preset, and what cannot be published.
#include "runtime/flow/hook_auth.hpp"

#include "tests/support/test_scope.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using testing::json_of;
using Lines = std::vector<std::string>;

HookAuth read(std::string_view text, Problems& problems) {
  return read_hook_auth(json_of(text), "$.auth", problems);
}

HookAuth read(std::string_view text) {
  Problems problems;
  HookAuth auth = read(text, problems);
  EXPECT_TRUE(problems.errors.empty() && problems.warnings.empty()) << text;
  return auth;
}

TEST(HookAuthTest, ReadsEachScheme) {
  EXPECT_EQ(read(R"({"type":"none"})").scheme, HookScheme::none);
  const HookAuth header = read(R"({"type":"header","header":"X-Token","value":"{{ env.A_1 }}"})");
  EXPECT_EQ(header.scheme, HookScheme::header);
  EXPECT_EQ(header.header, "x-token");
  EXPECT_EQ(header.secrets, Lines{"A_1"});
  EXPECT_EQ(header.masked, Lines{"x-token"});
  const HookAuth basic = read(R"({"type":"basic","username":"ann","password":["{{env.A}}"]})");
  EXPECT_EQ(basic.scheme, HookScheme::basic);
  EXPECT_EQ(basic.user, "ann");
  EXPECT_EQ(read(R"({"type":"bearer","token":["{{env.A}}","{{env.B}}"]})").secrets,
            (Lines{"A", "B"}));
}

TEST(HookAuthTest, ReadsAKeyedHashOfOnesOwn) {
  const HookAuth plain = read(R"({"type":"hmac","secret":"{{env.A}}","header":"X-Sign"})");
  EXPECT_EQ(plain.algorithm, HashAlgorithm::sha256);
  EXPECT_EQ(plain.encoding, SignatureEncoding::hex);
  EXPECT_EQ(plain.prefix + plain.id_header, "");
  const HookAuth own = read(R"({"type":"hmac","secret":"{{env.A}}","header":"X-Sign",
      "algorithm":"sha512","encoding":"base64","prefix":"v2=","id_header":"X-Id"})");
  EXPECT_EQ(own.algorithm, HashAlgorithm::sha512);
  EXPECT_EQ(own.encoding, SignatureEncoding::base64);
  EXPECT_EQ(own.prefix, "v2=");
  EXPECT_EQ(own.id_header, "x-id");
  EXPECT_EQ(own.masked, Lines{"x-sign"});
}

TEST(HookAuthTest, ReadsEachPreset) {
  const auto preset = [](const std::string& name, const std::string& more = "") {
    return read(R"({"type":"hmac","secret":"{{env.A}}","preset":")" + name + "\"" + more + "}");
  };
  EXPECT_EQ(preset("github").header, "x-hub-signature-256");
  EXPECT_EQ(preset("github").id_header, "x-github-delivery");
  EXPECT_EQ(preset("meta").prefix, "sha256=");
  EXPECT_EQ(preset("meta", R"(,"verify_token":"{{env.T}}")").verify_tokens, Lines{"T"});
  EXPECT_EQ(preset("slack").scheme, HookScheme::slack);
  EXPECT_EQ(preset("stripe").scheme, HookScheme::stripe);
  EXPECT_EQ(preset("twilio").scheme, HookScheme::twilio);
  for (const std::string name : {"github", "meta", "slack", "stripe", "twilio"}) {
    EXPECT_FALSE(preset(name).masked.empty()) << name;
  }
}

TEST(HookAuthTest, ReadsStandardWebhooksWithSecretOrPublicKey) {
  const HookAuth shared = read(R"({"type":"standard_webhooks","secret":"{{env.A}}"})");
  EXPECT_EQ(shared.scheme, HookScheme::standard_webhooks);
  EXPECT_EQ(shared.masked, Lines{"webhook-signature"});
  const HookAuth open = read(R"({"type":"standard_webhooks",
      "public_key":["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="]})");
  ASSERT_EQ(open.public_keys.size(), 1u);
  EXPECT_EQ(open.public_keys[0].size(), 32u);
}

TEST(HookAuthTest, RefusesWhatIsMissingWrongOrWrittenOut) {
  const std::vector<std::pair<std::string_view, Lines>> rows{
      {R"("none")", {"$.auth INVALID_TYPE"}},
      {"{}", {"$.auth.type MISSING_REQUIRED_FIELD"}},
      {R"({"type":"digest"})", {"$.auth.type INVALID_VALUE"}},
      {R"({"type":7})", {"$.auth.type INVALID_TYPE"}},
      {R"({"type":"bearer"})", {"$.auth.token MISSING_REQUIRED_FIELD"}},
      {R"({"type":"bearer","token":"s3cret"})", {"$.auth.token LITERAL_SECRET"}},
      {R"({"type":"bearer","token":"{{env.A}} "})", {}},
      {R"({"type":"bearer","token":"x{{env.A}}"})", {"$.auth.token LITERAL_SECRET"}},
      {R"({"type":"bearer","token":"{{env.A | upper}}"})", {"$.auth.token LITERAL_SECRET"}},
      {R"({"type":"bearer","token":"{{secrets.A}}"})", {"$.auth.token SECRETS_NOT_AVAILABLE"}},
      {R"({"type":"bearer","token":5})", {"$.auth.token INVALID_TYPE"}},
      {R"({"type":"bearer","token":[]})", {"$.auth.token INVALID_VALUE"}},
      {R"({"type":"bearer","token":["{{env.A}}","b"]})", {"$.auth.token[1] LITERAL_SECRET"}},
      {R"({"type":"header","value":"{{env.A}}"})", {"$.auth.header MISSING_REQUIRED_FIELD"}},
      {R"({"type":"header","header":"a b","value":"{{env.A}}"})", {"$.auth.header INVALID_VALUE"}},
      {R"({"type":"basic","username":"a:b","password":"{{env.A}}"})",
       {"$.auth.username INVALID_VALUE"}},
      {R"({"type":"hmac","secret":"{{env.A}}"})", {"$.auth.header MISSING_REQUIRED_FIELD"}},
      {R"({"type":"hmac","header":"X","algorithm":"md5","encoding":"base32"})",
       {"$.auth.algorithm INVALID_VALUE", "$.auth.encoding INVALID_VALUE",
        "$.auth.secret MISSING_REQUIRED_FIELD"}},
      {R"({"type":"hmac","preset":"gitlab","secret":"{{env.A}}"})",
       {"$.auth.preset INVALID_VALUE"}},
      {R"({"type":"hmac","preset":"slack","secret":"{{env.A}}","header":"X"})",
       {"$.auth.header INVALID_VALUE"}},
      {R"({"type":"standard_webhooks"})", {"$.auth.secret MISSING_REQUIRED_FIELD"}},
      {R"({"type":"standard_webhooks","public_key":"whpk_AAAA"})",
       {"$.auth.public_key INVALID_VALUE"}},
  };
  for (const auto& [text, lines] : rows) {
    Problems problems;
    read(text, problems);
    Lines found;
    for (const Problem& problem : problems.errors)
      found.push_back(problem.path + " " + problem.code);
    EXPECT_EQ(found, lines) << text;
  }
}

TEST(HookAuthTest, WarnsOfFieldsThatItsSchemeDoesNotHave) {
  Problems problems;
  read(R"({"type":"bearer","token":"{{env.A}}","secret":"x"})", problems);
  EXPECT_TRUE(problems.errors.empty());
  ASSERT_EQ(problems.warnings.size(), 1u);
  EXPECT_EQ(problems.warnings[0].path, "$.auth.secret");
}

TEST(EnvNameTest, IsTheWholeTextOrNothing) {
  EXPECT_EQ(env_name("{{env.A_b9}}"), "A_b9");
  EXPECT_EQ(env_name(" {{  env.A  }} "), "A");
  for (const auto* text : {"", "env.A", "{{env.}}", "{{env.A}}{{env.B}}", "{{env.A.b}}",
                           "{{vars.A}}", "{env.A}", "{{}}"}) {
    EXPECT_EQ(env_name(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace millrace
