// Live events over the whole house: the writer's commits, the hub's rings, the archive, and a
// client that loses its connection and comes back. Named test sse.resume.
#include "tests/actors/stream_fixture.hpp"

namespace millrace::test {
namespace {

TEST_F(StreamTest, TellsTheSixEventsOfARunInOrder) {
  const auto program = publish(pure);
  open();
  settle();
  fire(program);
  settle();
  EXPECT_EQ(types(), (std::vector<std::string>{"started", "node_started", "node_completed",
                                               "node_started", "node_completed", "node_started",
                                               "node_completed", "completed"}));
  EXPECT_EQ(browser_.events, all_events());
}

TEST_F(StreamTest, WhatHappensBetweenOpeningAndTheHubIsNotLost) {
  const auto program = publish(pure);
  std::vector<Told> told(3);
  open();
  settle();
  drop();
  ASSERT_FALSE(submit(program, told[0]));
  open();
  ASSERT_FALSE(submit(program, told[1]));
  run();
  ASSERT_FALSE(submit(program, told[2]));
  settle();
  EXPECT_EQ(browser_.events.size(), 24u);
  EXPECT_EQ(browser_.events, all_events());
}

TEST_F(StreamTest, AClientThatSawNothingYetHasAnIdToComeBackWith) {
  const auto program = publish(pure);
  open();
  settle();
  EXPECT_NE(browser_.last_id, "");
  drop();
  fire(program);
  restart();
  open();
  settle();
  EXPECT_EQ(browser_.events, all_events());
  EXPECT_EQ(browser_.gaps, 0);
}

TEST_F(StreamTest, FiltersByTypeFlowAndExecution) {
  const auto first = publish(pure);
  const auto second = publish(pure);
  http::EventFilter filter;
  filter.flow = first->flow;
  filter.types = 1U << static_cast<unsigned>(LiveEventType::execution_completed);
  open(filter);
  settle();
  fire(second);
  const ExecutionId mine = fire(first).value().execution;
  settle();
  ASSERT_EQ(types(), (std::vector<std::string>{"completed"}));
  EXPECT_NE(browser_.events[0].data.find(to_base62(mine.id)), std::string::npos);
  drop();
  browser_ = {};
  browser_.last_id = "1.0";
  filter = {};
  filter.execution = mine;
  open(filter);
  settle();
  EXPECT_EQ(types().size(), 8u) << "the archive filters alike";
}

TEST_F(StreamTest, AForeignFlowMatchesNothing) {
  const auto program = publish(pure);
  http::EventFilter filter;
  filter.flow = FlowId{};
  browser_.last_id = "1.0";
  open(filter);
  settle();
  fire(program);
  settle();
  EXPECT_TRUE(browser_.events.empty());
}

TEST_F(StreamTest, AReaderThatIsTooSlowIsToldAndLosesNothingByComingBack) {
  const auto program = publish(pure);
  open();
  settle();
  flood(program);
  const std::size_t before = browser_.events.size();
  while (!ended_) browser_.read(pull());
  EXPECT_EQ(browser_.overflows, 1);
  EXPECT_EQ(browser_.events.size() - before, 8'000u) << "what the ring held comes first";
  drop();
  open();
  settle();
  EXPECT_EQ(browser_.events, all_events());
  EXPECT_EQ(browser_.overflows, 1);
}

TEST_F(StreamTest, ARingThatOverrunsWhileTheArchiveIsReadIsMadeGoodFromTheArchive) {
  const auto program = publish(pure);
  open();
  settle();
  drop();
  fire(program);
  open();
  run();
  browser_.read(pull());  // the read is on its way
  flood(program);
  settle();
  EXPECT_EQ(browser_.events, all_events());
  EXPECT_EQ(browser_.overflows, 0);
}

TEST_F(StreamTest, ATooOldOrUnknownPositionIsOneGapAndThenLive) {
  const auto program = publish(pure);
  fire(program);
  for (const char* position : {"999999.1", "1", "nonsense", "1.x", "-1.0"}) {
    browser_ = {};
    browser_.last_id = position;
    open();
    settle();
    EXPECT_EQ(browser_.gaps, 1) << position;
    EXPECT_TRUE(browser_.events.empty()) << position;
    fire(program);
    settle();
    EXPECT_EQ(types().size(), 8u) << position;
    const std::string after = browser_.last_id;
    drop();
    open();
    settle();
    EXPECT_EQ(browser_.gaps, 1) << "coming back behind a gap is none";
    drop();
  }
}

TEST_F(StreamTest, ARunOfAnotherVersionThanThePublishedOneIsToldLikeAnyOther) {
  const auto program = publish(calls_out());
  const OtherVersions archive(store->archive());
  open();
  services_.archive = &archive;
  settle();
  fire(program);
  settle();
  EXPECT_EQ(browser_.events.size(), 4u);
  outbound.answer_all();
  settle();
  EXPECT_EQ(browser_.events, all_events());
}

TEST_F(StreamTest, PingsWhenNothingElseIsSaidAndMovesTheIdOnOverForeignEvents) {
  const auto program = publish(pure);
  http::EventFilter filter;
  filter.flow = FlowId{};
  open(filter);
  settle();
  const std::string before = browser_.last_id;
  fire(program);
  settle();
  EXPECT_EQ(browser_.pings, 0);
  clock.advance(Duration(limits::stream_ping));
  browser_.read(pull());
  EXPECT_EQ(browser_.pings, 1);
  EXPECT_NE(browser_.last_id, before);
  EXPECT_TRUE(browser_.events.empty());
}

TEST_F(StreamTest, NobodySubscribedNothingIsPublished) {
  const auto program = publish(pure);
  open();
  settle();
  drop();
  fire(program);
  EXPECT_EQ(system->feed().subscribe(workspace, [] {})->seen(), 0u);
}

class InterleavingTest : public StreamTest {
 protected:
  void step(FakeRandom& chance, const ProgramPtr& quick, const ProgramPtr& calling) {
    switch (chance.next() % 12) {
      case 0:
      case 1:
        fire(quick);
        return;
      case 2:
        for (std::uint64_t i = chance.next() % 8; i > 0; --i) {
          submit(i % 2 == 0 ? quick : calling, told_all.emplace_back());
        }
        return;
      case 3:
        fire(calling);
        return;
      case 4:
        outbound.answer_all();
        return;
      case 5:
        run();
        return;
      case 6:
      case 7:
        read_disk();
        return;
      case 8: {  // the connection breaks anywhere within what was on its way
        const std::string bytes = pull();
        browser_.read(std::string_view(bytes).substr(0, chance.next() % (bytes.size() + 1)));
        drop();
        open();
        return;
      }
      case 9:
        if (chance.next() % 4 == 0) {
          drop();
          restart();
          open();
        }
        return;
      default:
        browser_.read(pull());
        if (ended_) drop(), open();
    }
  }
};

// A client that always resumes sees each event exactly once and in order, however commits, drops,
// restarts and its own slowness fall.
TEST_F(InterleavingTest, SseResumeEveryEventExactlyOnceWhateverTheInterleaving) {
  const auto quick = publish(pure);
  const auto calling = publish(calls_out());
  open();
  settle();
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    FakeRandom chance(seed);
    shuffle_with(seed);
    for (int i = 0; i < 60; ++i) step(chance, quick, calling);
    if (seed % 20 == 0) flood(quick);
    settle();
    ASSERT_EQ(browser_.gaps, 0) << "seed " << seed;
    ASSERT_EQ(browser_.events.size(), events_of_journal()) << "seed " << seed;
  }
  EXPECT_EQ(browser_.events, all_events());
}

}  // namespace
}  // namespace millrace::test
