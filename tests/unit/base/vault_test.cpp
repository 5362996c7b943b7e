// Sealing against the standard's own vector, and what must not open.
#include "runtime/base/vault.hpp"

#include "runtime/base/crypto.hpp"
#include "tests/unit/base/fakes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace millrace {
namespace {

// NIST's AES-256-GCM, test case 14 of McGrew and Viega: key, nonce and text of zeros.
TEST(VaultTest, SealsAsTheStandardSays) {
  const Vault vault(Vault::Key{});
  const std::string sealed = vault.seal(std::string(16, '\0'), "", Vault::Nonce{});
  EXPECT_EQ(to_hex(sealed), "01" + std::string(24, '0') + "cea7403d4d606b6e074ec5d3baf39d18" +
                                "d0d1c8a799996bf0265b98b5d48ab919");
}

RC_GTEST_PROP(VaultTest, OpensWhatItSealed, (std::string text, std::string context)) {
  const Vault vault(Vault::Key{1, 2, 3});
  test::SeededRandom random(7);
  const std::string sealed = vault.seal(text, context, Vault::draw_nonce(random));
  RC_ASSERT(vault.open(sealed, context) == text);
  RC_ASSERT(text.size() < 4 || sealed.find(text) == std::string::npos);
}

TEST(VaultTest, OpensNothingElse) {
  const Vault vault(Vault::Key{1});
  test::SeededRandom random(7);
  const std::string sealed = vault.seal("whsec_abc", "webhook 1", Vault::draw_nonce(random));
  EXPECT_EQ(vault.open(sealed, "webhook 1"), "whsec_abc");
  EXPECT_FALSE(vault.open(sealed, "webhook 2")) << "another row's";
  EXPECT_FALSE(Vault(Vault::Key{2}).open(sealed, "webhook 1")) << "another key's";
  EXPECT_FALSE(vault.open("", "webhook 1"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(vault.open(altered, "webhook 1")) << "byte " << i;
    EXPECT_FALSE(vault.open(sealed.substr(0, i), "webhook 1")) << "the first " << i;
  }
}

TEST(VaultTest, NoNonceIsDrawnTwice) {
  test::SeededRandom random(7);
  const auto first = Vault::draw_nonce(random);
  EXPECT_NE(first, Vault::draw_nonce(random));
}

}  // namespace
}  // namespace millrace
