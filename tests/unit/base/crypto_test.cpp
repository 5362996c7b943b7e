// Hashes against published vectors, encodings against RFC 4648, and what reaches the disk against
// itself.
#include "runtime/base/crypto.hpp"

#include "tests/unit/base/fakes.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

std::string hex(const Sha256& digest) {
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TEST(CryptoTest, Sha256AsInFips180) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(CryptoTest, HmacAsInRfc4231) {
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hex(hmac_sha256("", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(CryptoTest, Base64AsInRfc4648) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
    std::string bare = text;
    while (bare.ends_with('=')) bare.pop_back();
    EXPECT_EQ(to_base64url(bytes), bare);
    EXPECT_EQ(from_base64url(bare), bytes);
  }
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(CryptoTest, Base64RefusesEveryOtherSpelling) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n",
                           "Zg==Zg==", "-_8=", "Zm9v="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  for (const char* text : {"Zg==", "Z", "+/8", "Zh"}) EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(CryptoTest, ConstantTimeComparisonComparesAllBytes) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("Secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secret2"));
}

TEST(CryptoTest, RandomBase62HasTheLengthAskedForAndEveryDigit) {
  test::SeededRandom random(3);
  EXPECT_EQ(random_base62(random, 0), "");
  EXPECT_EQ(random_base62(random, 43).size(), 43U);
  std::array<int, 128> seen{};
  for (const char c : random_base62(random, 62'000)) ++seen[static_cast<unsigned char>(c)];
  for (const char c :
       std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
    EXPECT_NEAR(seen[static_cast<unsigned char>(c)], 1'000, 200) << c;
  }
}

// Partitions and keys on disk hang on these values: a change here loses data.
TEST(CryptoTest, StableHashNeverChanges) {
  EXPECT_EQ(stable_hash(""), 0xefd01f60ba992926U);
  EXPECT_EQ(stable_hash("millrace"), 0xa9306921407e029cU);
  EXPECT_EQ(stable_hash("millrace", 1), 0x725116ee32df1b21U);
  EXPECT_EQ(stable_hash("+4917012345678", 7), 0x06c70e1dfc5fa3fcU);
}

}  // namespace
}  // namespace millrace
