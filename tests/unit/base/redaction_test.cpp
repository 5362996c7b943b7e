// Secrets in texts: found in every form they come back in, sealed, opened and masked.
#include "runtime/base/redaction.hpp"

#include "runtime/base/crypto.hpp"
#include "runtime/base/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace millrace {
namespace {

const std::string plain = "s3cr3t-Value-0042";
const std::string odd = "p\"ss w\\rd/+&=\n\xC3\xA9";

const Redaction& redaction() {
  static const Redaction made({{"env.PLAIN", plain}, {"env.ODD", odd}, {"env.SHORT", "eu-west"}},
                              {"X-Internal"});
  return made;
}

TEST(RedactionTest, FindsASecretInEveryFormItComesBackIn) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"Bearer " + plain, "Bearer ***"},
      {plain + plain, "******"},
      {R"({"a":"p\"ss w\\rd/+&=\n)"
       "\xC3\xA9\"}",
       R"({"a":"***"})"},
      {print_json(Json(print_json(Json(odd)))), R"("\"***\"")"},
      {R"("p\"ss w\\rd/+&=\n\u00e9")", R"("***")"},
      {R"("p\"ss w\\rd\/+&=\n)"
       "\xC3\xA9\"",
       R"("***")"},
      {"q=p%22ss%20w%5Crd%2F%2B%26%3D%0A%C3%A9&b", "q=***&b"},
      {"q=p%22ss%20w%5crd%2f%2b%26%3d%0a%c3%a9&b", "q=***&b"},
      {"q=p%22ss+w%5Crd%2F%2B%26%3D%0A%C3%A9&b", "q=***&b"},
      {plain.substr(1), plain.substr(1)},
      {"eu-west is too short to hide", "eu-west is too short to hide"},
      {"", ""},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(redaction().redacted(text), expected);
}

TEST(RedactionTest, FindsASecretWithinBase64OfEitherAlphabetWhereverItStands) {
  for (const std::string& secret : {plain, odd}) {
    for (const std::string before : {"", "u", "user:", "name:x"}) {
      for (const std::string after : {"", "!", "??", "rest"}) {
        const std::string whole = before + secret + after;
        for (const std::string& encoded : {to_base64(whole), to_base64url(whole)}) {
          const std::string masked = redaction().redacted("Basic " + encoded);
          EXPECT_NE(masked.find("***"), std::string::npos) << whole << " as " << encoded;
          EXPECT_LE(masked.size(), 6 + encoded.size() - secret.size() + 3);
        }
      }
    }
  }
}

TEST(RedactionTest, ASealIsOpenedToWhatItStoodFor) {
  const std::string seal = redaction().seal("a" + plain);
  const std::vector<std::string> table{"",
                                       "plain text",
                                       plain,
                                       odd,
                                       "x" + plain + "y" + odd,
                                       to_base64("u:" + plain),
                                       print_json(JsonObject{{plain, odd}}),
                                       seal,
                                       "a" + redaction().seal(seal),
                                       seal.substr(1, 3),
                                       seal.substr(0, seal.size() - 1),
                                       "\xEF\xA3\x91~\xEF\xA3\x92"};
  for (const std::string& text : table) {
    const std::string sealed = redaction().seal(text);
    EXPECT_EQ(redaction().open(sealed), text);
    EXPECT_EQ(sealed.find(plain), std::string::npos);
  }
}

RC_GTEST_PROP(RedactionTest, OpeningUndoesSealingOfAnyText, ()) {
  const std::vector<std::string> pieces{plain, odd,  "\xEF\xA3\x91",   "\xEF\xA3\x92",
                                        "~",   "ab", to_base64(plain), redaction().seal(plain)};
  std::string text;
  for (const auto& piece : *rc::gen::container<std::vector<std::string>>(
           rc::gen::oneOf(rc::gen::elementOf(pieces), rc::gen::arbitrary<std::string>())))
    text += piece;
  RC_ASSERT(redaction().open(redaction().seal(text)) == text);
}

TEST(RedactionTest, WhatSomebodyElseWroteAsASealIsNotOpened) {
  const std::string forged = redaction().seal(plain);
  EXPECT_EQ(redaction().open(redaction().seal(forged)), forged);
  EXPECT_EQ(redaction().redacted(forged), forged);
}

TEST(RedactionTest, ASealNamesItsSecretSoThatItsNewValueIsOpened) {
  const std::string sealed = redaction().seal("Bearer " + plain);
  EXPECT_EQ(Redaction({{"env.PLAIN", "another-value"}}, {}).open(sealed), "Bearer another-value");
  EXPECT_EQ(Redaction().open(sealed), "Bearer ***");
}

TEST(RedactionTest, ValidJsonStaysValidJson) {
  const Json value = JsonObject{{"a", plain}, {"b", JsonArray{odd, 12345678, nullptr}}};
  const std::string sealed = redaction().seal(print_json(value));
  EXPECT_TRUE(parse_json(sealed));
  EXPECT_EQ(*parse_json(Redaction::mask(sealed)),
            Json(JsonObject{{"a", "***"}, {"b", JsonArray{"***", 12345678, nullptr}}}));
  EXPECT_FALSE(is_secret("12345678")) << "a number cannot be masked in JSON";
}

TEST(RedactionTest, HidesTheUsualHeadersAndThoseThatAreConfigured) {
  for (const std::string name : {"authorization", "Authorization", "COOKIE", "Set-Cookie",
                                 "X-API-Key", "proxy-authorization", "x-internal", "X-INTERNAL"})
    EXPECT_TRUE(redaction().hides_header(name)) << name;
  for (const std::string name : {"", "accept", "x-request-id", "authorizations"})
    EXPECT_FALSE(redaction().hides_header(name)) << name;
  EXPECT_FALSE(Redaction().hides_header("x-internal"));
}

}  // namespace
}  // namespace millrace
