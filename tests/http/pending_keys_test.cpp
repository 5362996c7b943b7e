// Who comes first with a key, who waits, and who is turned away.
#include "http/pending_keys.hpp"

#include "runtime/base/limits.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

using Place = PendingKeys::Place;

constexpr MonotonicTime start{Duration{1'000}};

class PendingKeysTest : public ::testing::Test {
 protected:
  Place enter(const std::string& name, std::uint8_t request, MonotonicTime now = start) {
    return keys_.enter(name, Sha256{request}, now, [this](const Response&) { ++told_; });
  }
  void answer(const std::string& name) {
    for (const Respond& respond : keys_.leave(name)) respond({});
  }

  PendingKeys keys_;
  int told_ = 0;
};

TEST_F(PendingKeysTest, TheFirstGoesOnAndTheOthersAreToldWhenItLeaves) {
  EXPECT_EQ(enter("a", 1), Place::first);
  EXPECT_EQ(enter("a", 1), Place::behind);
  EXPECT_EQ(enter("a", 1), Place::behind);
  EXPECT_EQ(told_, 0);
  answer("a");
  EXPECT_EQ(told_, 2);
  EXPECT_EQ(keys_.size(), 0u);
  EXPECT_EQ(enter("a", 2), Place::first);
}

TEST_F(PendingKeysTest, AnotherRequestUnderTheKeyIsKeptOutAndNotKept) {
  EXPECT_EQ(enter("a", 1), Place::first);
  EXPECT_EQ(enter("a", 2), Place::conflict);
  EXPECT_EQ(enter("b", 2), Place::first);
  answer("a");
  EXPECT_EQ(told_, 0);
}

TEST_F(PendingKeysTest, AFirstOneThatWasLostIsReplacedAndNobodyBehindItIsForgotten) {
  EXPECT_EQ(enter("a", 1), Place::first);
  EXPECT_EQ(enter("a", 1), Place::behind);
  const MonotonicTime later = start + limits::sync_answer_deadline;
  EXPECT_EQ(enter("a", 1, later), Place::first);
  EXPECT_EQ(enter("a", 1, later), Place::behind);
  answer("a");
  EXPECT_EQ(told_, 2);
}

TEST_F(PendingKeysTest, LeavingTwiceTellsNobodyTwice) {
  EXPECT_EQ(enter("a", 1), Place::first);
  EXPECT_EQ(enter("a", 1), Place::behind);
  answer("a");
  answer("a");
  EXPECT_EQ(told_, 1);
}

}  // namespace
}  // namespace millrace::http
