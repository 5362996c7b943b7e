// The parts of a live stream that need no house: text, ids, room, and a key that is revoked. The
// whole of it is in tests/actors/stream_test.
#include "http/sse/event_stream.hpp"

#include "http/sse/frames.hpp"
#include "tests/http/harness.hpp"

#include <gtest/gtest.h>

namespace millrace::http::test {
namespace {

using namespace std::chrono_literals;

TEST(FramesTest, AnEventIsItsIdTypeAndDataAndABlankLine) {
  std::string out;
  append_event(out, EventPosition{7, 2}, "execution.started", R"({"a":1})");
  EXPECT_EQ(out, "id: 7.2\nevent: execution.started\ndata: {\"a\":1}\n\n");
}

TEST(FramesTest, ALineEndInDataCannotEndItsLine) {
  std::string out;
  append_event(out, std::nullopt, "x", "{\n\"a\":\r\n1\r}");
  EXPECT_EQ(out, "event: x\ndata: { \"a\":  1 }\n\n");
}

TEST(FramesTest, ReadsItsOwnIdsAndNothingElse) {
  const EventPosition largest{~std::uint64_t{0}, ~std::uint32_t{0}};
  EXPECT_EQ(parse_event_position(to_text(largest)), largest);
  EXPECT_EQ(parse_event_position("12.0"), (EventPosition{12, 0}));
  for (const char* text : {"", ".", "1", "1.", ".1", "1.2.3", "-1.0", "+1.0", "1.x", " 1.0", "1.0 ",
                           "1.4294967296", "18446744073709551616.0", "0x1.0"}) {
    EXPECT_FALSE(parse_event_position(text)) << text;
  }
}

KeyId key_number(std::uint64_t number) { return KeyId{Id::make(1, Partition{0}, number)}; }

TEST(StreamSlotsTest, BoundsAllAndThoseOfOneKeyAndTakesThemBack) {
  const auto slots = std::make_shared<StreamSlots>(3, 2);
  auto first = slots->take(key_number(1));
  const auto second = slots->take(key_number(1));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(slots->take(key_number(1))) << "a key's bound";
  const auto third = slots->take(key_number(2));
  EXPECT_TRUE(third);
  EXPECT_FALSE(slots->take(key_number(2))) << "the bound on all";
  first.reset();
  EXPECT_TRUE(slots->take(key_number(1)));
  EXPECT_EQ(slots->taken(), 2u);
}

TEST(StreamSlotsTest, ASlotMayOutliveThoseWhoHandItOut) {
  auto slots = std::make_shared<StreamSlots>(1, 1);
  const auto slot = slots->take(key_number(1));
  slots.reset();
  EXPECT_TRUE(slot);
}

/// A feed in which nothing ever happens.
class QuietFeed : public EventFeed {
 public:
  std::shared_ptr<Subscription> subscribe(WorkspaceNumber, std::function<void()>) override {
    class Quiet : public Subscription {
     public:
      std::vector<FeedTurn> take(std::size_t, bool& lagged) override {
        lagged = false;
        return {};
      }
      bool is_live() const override { return false; }
      std::uint64_t seen() const override { return 0; }
    };
    return std::make_shared<Quiet>();
  }
};

class EventStreamTest : public testing::Test {
 protected:
  EventStreamTest() {
    services_.feed = &feed_;
    services_.archive = &archive_;
    services_.clock = &clock_;
    archive_.add("dv_live_sk_a", Dialect::orbit, scopes_default);
    auto matched = std::make_shared<Matched>();
    matched->key = archive_.key(sha256("dv_live_sk_a"));
    stream_ = std::make_shared<EventStream>(
        services_, StreamRequest{std::move(matched), {}, {}, nullptr, nullptr});
    stream_->begin([] {});
  }
  std::string fill() {
    std::string out;
    last_ = stream_->fill(out);
    return out;
  }

  QuietFeed feed_;
  KeyArchive archive_;
  ManualClock clock_;
  Services services_;
  std::shared_ptr<EventStream> stream_;
  BodyStream::Fill last_ = BodyStream::Fill::idle;
};

TEST_F(EventStreamTest, TellsTheClientWhenToComeBackBeforeAnythingElse) {
  EXPECT_EQ(fill(), "retry: 3000\n\n");
  EXPECT_EQ(last_, BodyStream::Fill::idle);
}

TEST_F(EventStreamTest, PingsEveryFifteenSecondsOfSilence) {
  fill();
  clock_.advance(14'900ms);
  EXPECT_FALSE(stream_->is_due(clock_.monotonic()));
  clock_.advance(100ms);
  EXPECT_TRUE(stream_->is_due(clock_.monotonic()));
  EXPECT_EQ(fill(), ": ping\n\n");
  EXPECT_FALSE(stream_->is_due(clock_.monotonic()));
  EXPECT_EQ(fill(), "");
}

TEST_F(EventStreamTest, ARevokedKeyEndsItsStreamsWithinASecond) {
  fill();
  archive_.add("dv_live_sk_a", Dialect::orbit, scopes_default, true);
  clock_.advance(1s);
  EXPECT_TRUE(stream_->is_due(clock_.monotonic()));
  fill();
  EXPECT_EQ(last_, BodyStream::Fill::ended);
}

TEST_F(EventStreamTest, SaysGoodbyeWhenTheServerDrains) {
  fill();
  stream_->wind_up();
  EXPECT_EQ(fill(), ": the server is closing\n\n");
  EXPECT_EQ(last_, BodyStream::Fill::ended);
}

}  // namespace
}  // namespace millrace::http::test
