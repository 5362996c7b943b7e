// The contract of debounced events on both grounds: what is durable of a window, and when it ends.
#include "tests/storage/fixture.hpp"

namespace millrace::storage::testing {
namespace {

using namespace std::chrono_literals;

class DebouncesTest : public StoreTest {
 protected:
  DebouncesTest() {
    install(store(), flow, definition, TriggerType::event);
    EXPECT_TRUE(commit_change(store(), {PublishFlow{workspace_one, flow, 1, clock_.now()}}));
  }

  DebounceEvent event(std::string payload, std::string contact = "", std::string name = "") const {
    DebounceEvent event;
    event.workspace = workspace_one;
    event.flow = flow;
    event.contact = std::move(contact);
    event.payload = std::move(payload);
    event.at = clock_.now();
    event.pause = 10s;
    event.name = std::move(name);
    event.expires = clock_.now() + 24h;
    event.memo = "memo of " + event.payload;
    return event;
  }
  ChangeOutcome add(DebounceEvent what) {
    return commit_change(store(), {std::move(what)}).value();
  }
  TurnWrite run_of(std::uint64_t age, const DebounceWindow& window) const {
    TriggerKey key;
    key.key = "debounce:" + std::to_string(window.events);
    key.settles = std::make_shared<const DebounceWindow>(window);
    return turn_of(run_at(age),
                   {.flow = flow, .key = std::move(key), .key_expires = clock_.now() + 24h});
  }
  std::vector<DebounceWindow> windows() { return journal().debounces().value(); }

  const FlowId flow = flow_at(1);
  const std::string definition =
      R"({"nodes":[{"id":"start","type":"trigger","data":{"event":"a","debounce_seconds":10}},
                   {"id":"stop","type":"end","data":{}}],
          "edges":[{"source":"start","target":"stop"}]})";
};

TEST_P(DebouncesTest, AWindowHoldsItsLastEventAndIsDueAPauseBehindIt) {
  const Timestamp first = clock_.now();
  add(event("1"));
  clock_.advance(4s);
  const DebounceWindow window = *add(event("2")).debounced;
  EXPECT_EQ(window.events, 2u);
  EXPECT_EQ(window.first, first);
  EXPECT_EQ(window.due, first + 14s);
  reopen();
  EXPECT_EQ(windows(), std::vector{window});
  const auto stored = journal().debounce(window.name).value();
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->window, window);
  EXPECT_EQ(stored->payload, "2");
  EXPECT_EQ(stored->workspace, workspace_one);
  EXPECT_EQ(stored->program->flow, flow);
}

TEST_P(DebouncesTest, AWindowDoesNotWaitForEver) {
  const Timestamp first = clock_.now();
  for (int i = 0; i < 30; ++i, clock_.advance(5s)) add(event("x"));
  EXPECT_EQ(windows().front().due, first + 100s);
  EXPECT_EQ(windows().front().events, 30u);
}

TEST_P(DebouncesTest, EachContactHasAWindowOfItsOwn) {
  add(event("1", "ann"));
  add(event("2", "bob"));
  add(event("3"));
  EXPECT_EQ(add(event("4", "ann")).debounced->events, 2u);
  EXPECT_EQ(windows().size(), 3u);
}

TEST_P(DebouncesTest, TheRunAndTheEndOfItsWindowAreOneCommit) {
  const DebounceWindow window = *add(event("1")).debounced;
  commit_turn(store(), run_of(1, window));
  reopen();
  EXPECT_TRUE(windows().empty());
  EXPECT_FALSE(journal().debounce(window.name).value());
  EXPECT_EQ(add(event("2")).debounced->events, 1u) << "a new window";
}

TEST_P(DebouncesTest, AWindowThatGotAnotherEventMeanwhileStays) {
  const DebounceWindow window = *add(event("1")).debounced;
  add(event("2"));
  commit_turn(store(), run_of(1, window));
  ASSERT_EQ(windows().size(), 1u);
  EXPECT_EQ(windows().front().events, 2u);
  ASSERT_TRUE(commit_change(store(), {DropDebounce{window}}));
  EXPECT_EQ(windows().size(), 1u);
  ASSERT_TRUE(commit_change(store(), {DropDebounce{windows().front()}}));
  EXPECT_TRUE(windows().empty());
}

TEST_P(DebouncesTest, EventsOfOneCommitSeeEachOther) {
  std::vector<Write> batch;
  for (const char* payload : {"1", "2", "3"})
    batch.emplace_back(ChangeWrite{{event(payload, "", "same")}});
  commit(store(), batch);
  EXPECT_FALSE(std::get<ChangeWrite>(batch[0]).outcome->replayed);
  EXPECT_TRUE(std::get<ChangeWrite>(batch[1]).outcome->replayed);
  EXPECT_EQ(windows().front().events, 1u);
}

TEST_P(DebouncesTest, AnEventThatIsKnownChangesNothingAndIsToldTheFirstAnswer) {
  add(event("1", "", "id:1"));
  clock_.advance(5s);
  reopen();
  const DebounceWindow before = windows().front();
  const ChangeOutcome again = add(event("again", "", "id:1"));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.stored_answer, "memo of 1");
  EXPECT_EQ(again.debounced, before);
  EXPECT_EQ(windows(), std::vector{before});
  commit_turn(store(), run_of(1, before));
  EXPECT_EQ(add(event("again", "", "id:1")).debounced, std::nullopt) << "its run has begun";
  DebounceEvent other = event("2", "", "id:1");
  other.fingerprint = sha256("another request");
  EXPECT_EQ(commit_change(store(), {other}).error().code, ErrorCode::idempotency_mismatch);
  clock_.advance(25h);
  EXPECT_FALSE(add(event("1", "", "id:1")).replayed) << "a day later it is new";
}

TEST_P(DebouncesTest, AFlowThatIsNotPublishedTakesNoneAndRunsNone) {
  const DebounceWindow window = *add(event("1")).debounced;
  ASSERT_TRUE(commit_change(store(), {PublishFlow{workspace_one, flow, 0, clock_.now()}}));
  EXPECT_EQ(commit_change(store(), {event("2")}).error().code, ErrorCode::not_published);
  const auto stored = journal().debounce(window.name).value();
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->program, nullptr);
}

INSTANTIATE_TEST_SUITE_P(Grounds, DebouncesTest, ::testing::Values(Ground::memory, Ground::rocks),
                         ground_name);

}  // namespace
}  // namespace millrace::storage::testing
