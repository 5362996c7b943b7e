// The parts without actors: hosts, room, deadlines, the line of a webhook.
#include "actors/call_queue.hpp"
#include "actors/channel_call.hpp"
#include "actors/live_runs.hpp"
#include "actors/reply_map.hpp"
#include "actors/timer_heap.hpp"
#include "actors/webhooks/endpoint.hpp"
#include "runtime/webhooks/webhook_limits.hpp"
#include "tests/actors/outside.hpp"

#include <gtest/gtest.h>

namespace millrace::actors {
namespace {

ExecutionId run_id(std::uint64_t n) { return {Id::make(1'000 + n, Partition{0}, n)}; }
Timestamp at(int milliseconds) { return Timestamp{Duration{milliseconds}}; }
MonotonicTime mono(int milliseconds) { return MonotonicTime{Duration{milliseconds}}; }

Delivery waiting(std::uint64_t n, int due) {
  Delivery delivery;
  delivery.id = DeliveryId{Id::make(n, Partition{0}, n)};
  delivery.due = at(due);
  return delivery;
}

TEST(EndpointTest, HandsOutWhatIsDueUpToItsMost) {
  Endpoint endpoint;
  for (std::uint64_t n = 1; n <= 20; ++n) endpoint.put_in_line(waiting(n, 1'000));
  EXPECT_FALSE(endpoint.take_due(at(999)));
  EXPECT_EQ(endpoint.next_due(), at(1'000));
  while (endpoint.take_due(at(1'000))) ++endpoint.open;
  EXPECT_EQ(endpoint.open, limits::webhook_calls_per_endpoint_max);
  EXPECT_FALSE(endpoint.next_due()) << "until one of them is over";
  endpoint.open = 1;
  endpoint.failing = true;
  EXPECT_FALSE(endpoint.take_due(at(1'000))) << "one at a time while it fails";
}

TEST(EndpointTest, HasItsShareOfRoomHoweverManyWaitForOthers) {
  Endpoint endpoint;
  EXPECT_TRUE(endpoint.has_room(limits::webhook_pending_all_max));
  std::uint64_t n = 0;
  while (endpoint.pending() < limits::webhook_pending_share) endpoint.put_in_line(waiting(++n, 1));
  EXPECT_FALSE(endpoint.has_room(limits::webhook_pending_all_max));
  EXPECT_TRUE(endpoint.has_room(limits::webhook_pending_all_max - 1));
  while (endpoint.pending() < limits::webhook_pending_max) endpoint.put_in_line(waiting(++n, 1));
  EXPECT_FALSE(endpoint.has_room(0));
}

TEST(EndpointTest, WhatIsPutInLineAgainStandsThereOnce) {
  Endpoint endpoint;
  EXPECT_TRUE(endpoint.put_in_line(waiting(1, 5)));
  EXPECT_FALSE(endpoint.put_in_line(waiting(1, 9)));
  EXPECT_FALSE(endpoint.take_due(at(8)));
  EXPECT_TRUE(endpoint.take_due(at(9)));
  EXPECT_FALSE(endpoint.take_due(at(9)));
  EXPECT_EQ(endpoint.settle(DeliveryId{Id::make(1, Partition{0}, 1)}), 1u);
  EXPECT_EQ(endpoint.pending(), 0u);
}

TEST(ChannelCallTest, TheSameKeyIsTheSameIdOnEveryAttempt) {
  const Channel channel{"https://gate.example/x", "raw secret"};
  const Json message = parse_json(R"({"to":"+1"})").value();
  const HttpCall first = channel_call(channel, message, "e:n:0", at(1'000));
  const HttpCall second = channel_call(channel, message, "e:n:0", at(9'000));
  EXPECT_EQ(first.method, "POST");
  EXPECT_EQ(first.body, R"({"to":"+1"})");
  EXPECT_EQ(first.headers.at(1), second.headers.at(1));
  EXPECT_NE(first.headers.at(3), second.headers.at(3));
  const HttpCall unsigned_call = channel_call({"https://gate.example/x", ""}, message, "k", at(0));
  EXPECT_EQ(unsigned_call.headers.size(), 3u);
}

TEST(CallQueueTest, CountsByAuthority) {
  EXPECT_EQ(host_of("https://user:pw@API.example.com:8443/a?b#c"), "api.example.com:8443");
  EXPECT_EQ(host_of("http://a.example"), "a.example");
  EXPECT_EQ(host_of("http://a.example?x=@b"), "a.example");
  EXPECT_EQ(host_of(""), "");
}

TEST(CallQueueTest, NeverPassesEitherBoundAndServesHostsInTurn) {
  CallQueue queue(3, 2);
  for (int i = 0; i < 4; ++i) queue.push("a", {});
  queue.push("b", {});
  EXPECT_EQ(queue.pop()->host, "a");
  EXPECT_EQ(queue.pop()->host, "b");
  EXPECT_EQ(queue.pop()->host, "a");
  EXPECT_FALSE(queue.pop());
  queue.closed("b");
  EXPECT_FALSE(queue.pop()) << "a is at its own bound";
  queue.closed("a");
  EXPECT_EQ(queue.pop()->host, "a");
  EXPECT_EQ(queue.open(), 2u);
  EXPECT_EQ(queue.queued(), 1u);
}

TEST(LiveRunsTest, WhoWaitedIsToldWhenARunLeaves) {
  std::vector<Partition> told;
  LiveRuns runs(
      1, 4, [&](Partition partition) { told.push_back(partition); }, [] {});
  EXPECT_TRUE(runs.enter(Partition{0}));
  EXPECT_FALSE(runs.enter(Partition{1}));
  EXPECT_FALSE(runs.enter(Partition{2}));
  runs.leave();
  ASSERT_EQ(told.size(), 1u);
  runs.offer();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(told[0], told[1]);
  runs.offer();
  EXPECT_EQ(told.size(), 2u);
}

TEST(ReplyMapTest, TellsEveryoneWhoWaitsForARunAndEachOnce) {
  test::FakeSink sink;
  ReplyMap map;
  int told = 0;
  TriggerOutcome known;
  known.execution = run_id(1);
  for (int i = 0; i < 3; ++i) {
    known.memo = std::to_string(i);
    map.wait(known, mono(100),
             Caller<TriggerOutcome>({&sink, [&told, i](const Result<TriggerOutcome>& outcome) {
                                       EXPECT_EQ(outcome->output, "x");
                                       EXPECT_EQ(outcome->memo, std::to_string(i));
                                       ++told;
                                     }}));
  }
  {
    AnswerBatch batch;
    known.output = "x";
    map.deliver(known, batch);
    map.expire(mono(200), batch);
  }
  EXPECT_EQ(told, 3);
  EXPECT_EQ(sink.posts, 1u);
  EXPECT_TRUE(map.empty());
}

TEST(CallerTest, ADroppedCallerIsAnsweredAllTheSame) {
  test::FakeSink sink;
  ErrorCode told{};
  {
    Caller<int> caller({&sink, [&](const Result<int>& outcome) { told = outcome.error().code; }});
    Caller<int> moved(std::move(caller));
  }
  EXPECT_EQ(told, ErrorCode::internal);
  EXPECT_EQ(sink.posts, 1u);
}

TEST(TimerHeapTest, AnInstantWithMoreRowsThanALoadDoesNotStopTheWindow) {
  TimerHeap heap(2);
  std::vector<TimerRow> disk;
  for (std::uint64_t i = 0; i < 9; ++i) disk.push_back({at(50), run_id(i)});
  std::size_t fired = 0;
  for (int step = 0; step < 40 && fired < 9; ++step) {
    if (const auto request = heap.want_rows(Partition{0})) {
      const auto count = std::min(request->count_max, disk.size());
      heap.loaded(*request, {disk.begin(), disk.begin() + static_cast<std::ptrdiff_t>(count)},
                  at(0), mono(0));
    }
    if (const auto due = heap.pop(mono(50), true)) {
      const auto row = std::get<TimerRow>(*due);
      const auto erased = std::erase_if(
          disk, [&](const TimerRow& other) { return other.execution == row.execution; });
      fired += erased;
    }
  }
  EXPECT_EQ(fired, 9u);
}

TEST(TimerHeapTest, ARowThatBecomesDurableWhileALoadIsUnderWayIsNotMissed) {
  TimerHeap heap(10);
  const auto request = heap.want_rows(Partition{0});
  ASSERT_TRUE(request);
  heap.add_row({at(50), run_id(1)}, at(0), mono(0));
  EXPECT_FALSE(heap.next_deadline(true));
  heap.loaded(*request, {}, at(0), mono(0));
  EXPECT_EQ(heap.next_deadline(true), mono(50));
  EXPECT_FALSE(heap.want_rows(Partition{0}));
}

TEST(TimerHeapTest, ArmingAgainReplacesAndDisarmingForgets) {
  TimerHeap heap(10);
  heap.arm({run_id(1), at(50), {}}, mono(50));
  heap.arm({run_id(1), at(80), {}}, mono(80));
  EXPECT_FALSE(heap.pop(mono(79), true));
  EXPECT_TRUE(heap.pop(mono(80), true));
  heap.arm({run_id(1), at(90), {}}, mono(90));
  heap.disarm(run_id(1));
  EXPECT_FALSE(heap.pop(mono(1'000), true));
  EXPECT_EQ(heap.live_waits(), 0u);
}

}  // namespace
}  // namespace millrace::actors
