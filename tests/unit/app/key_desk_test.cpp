// How keys look, per dialect.
#include "runtime/app/key_desk.hpp"

#include "runtime/app/system_random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::app {
namespace {

TEST(KeyTextTest, HasTheDialectsPrefixAnd43Characters) {
  SystemRandom random;
  const std::vector<std::pair<Dialect, std::string>> table{{Dialect::native, "mr_"},
                                                           {Dialect::orbit, "dv_live_sk_"},
                                                           {Dialect::activepieces, "sk-"},
                                                           {Dialect::sarufi, "sk-"}};
  for (const auto& [dialect, prefix] : table) {
    const std::string text = make_key_text(dialect, random);
    EXPECT_TRUE(text.starts_with(prefix)) << text;
    EXPECT_EQ(text.size(), prefix.size() + 43);
  }
}

TEST(KeyTextTest, OfTenexCarriesALabelOfEight) {
  SystemRandom random;
  const std::string text = make_key_text(Dialect::tenex, random);
  EXPECT_TRUE(text.starts_with("tnx_"));
  EXPECT_EQ(text.find('_', 4), 12U);
  EXPECT_EQ(text.size(), 13U + 43U);
}

TEST(KeyTextTest, IsNeverTheSame) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_TRUE(seen.insert(make_key_text(Dialect::native, random)).second);
  }
}

}  // namespace
}  // namespace millrace::app
