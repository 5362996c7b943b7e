// Keyed hashes and Ed25519 by the vectors of their standards.
#include "runtime/base/signature.hpp"

#include "runtime/base/crypto.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(SignatureTest, AgreesWithRfc2202And4231) {
  const std::string key(20, '\x0b');
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::sha1, key, "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::sha256, key, "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac(HashAlgorithm::sha512, key, "Hi There")),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
  EXPECT_EQ(hmac(HashAlgorithm::sha256, "", "").size(), 32u);
}

// Svix's vector, the one of the webhooks that use it.
TEST(SignatureTest, TakesAnEd25519SignatureAndNothingNearIt) {
  const std::string key = *from_base64("1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
  const std::string text = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
  const std::string good = *from_base64(
      "hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==");
  EXPECT_TRUE(verify_ed25519(key, text, good));
  EXPECT_FALSE(verify_ed25519(key, text + " ", good));
  EXPECT_FALSE(verify_ed25519(key, text, good.substr(1)));
  EXPECT_FALSE(verify_ed25519(key, text, good + '\0'));
  EXPECT_FALSE(verify_ed25519(key.substr(1), text, good));
  EXPECT_FALSE(verify_ed25519("", "", ""));
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string other = good;
    other[at] = static_cast<char>(other[at] ^ 1);
    EXPECT_FALSE(verify_ed25519(key, text, other)) << at;
  }
}

}  // namespace
}  // namespace millrace
