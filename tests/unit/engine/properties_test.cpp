// What must hold of every execution, over generated graphs, decisions and orders of events.
#include "tests/unit/engine/engine_fixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace millrace::testing {
namespace {

const std::vector<std::string> handles{"a", "b"};

Finish finish_of(int number) {
  Finish finish;
  finish.handles = {handles[static_cast<std::size_t>(number) % 2]};
  finish.output = JsonObject{{"n", number}};
  finish.assignments = {{"v" + std::to_string(number % 3), number, Assignment::Mode::append}};
  return finish;
}

/// A node whose every decision is drawn from a list of numbers, one by one.
Script drawn(const std::shared_ptr<std::vector<int>>& numbers) {
  const auto next = [numbers] {
    if (numbers->empty()) return 0;
    const int number = numbers->back();
    numbers->pop_back();
    return number;
  };
  const auto decide = [next](Timestamp now) -> Decision {
    const int number = next();
    switch (number % 9) {
      case 0:
      case 1:
        return Call{some_request()};
      case 2:
        return Sleep{now + Duration(number)};
      case 3:
        return EndRun{false, number % 2 == 0, number};
      case 4: {
        NodeError error;
        error.code = "DRAWN";
        error.error_class = ErrorClass::timeout;
        return error;
      }
      default:
        return finish_of(number);
    }
  };
  Script script;
  script.run = [decide](const NodeContext& context) { return decide(context.now); };
  script.resume = [decide](const NodeContext& context, const CallResult&) {
    return decide(context.now);
  };
  script.wake = [next](const NodeContext&) { return finish_of(next()); };
  return script;
}

std::shared_ptr<Program> drawn_program(const std::shared_ptr<std::vector<int>>& numbers) {
  TestFlow flow;
  const int count = *rc::gen::inRange(1, 8);
  for (int node = 0; node < count; ++node) {
    TestNode test{.id = "n" + std::to_string(node), .handles = handles, .script = drawn(numbers)};
    test.join = *rc::gen::element(JoinMode::all, JoinMode::all, JoinMode::any, JoinMode::each);
    const auto on_error = *rc::gen::element(OnError::fail, OnError::branch, OnError::continue_run);
    test.adjust = [on_error, node](ProgramNode& compiled) {
      compiled.on_error = on_error;
      compiled.retry.attempts_max = 1 + node % 3;
      if (node % 2 == 0) compiled.save_as = "saved";
    };
    flow.nodes.push_back(std::move(test));
  }
  flow.edges.push_back({"start", "n0", 2});
  const int edges = *rc::gen::inRange(0, 14);
  for (int edge = 0; edge < edges; ++edge) {
    const std::string from = "n" + std::to_string(*rc::gen::inRange(0, count));
    const std::string to = "n" + std::to_string(*rc::gen::inRange(0, count));
    flow.edges.push_back({from + *rc::gen::element<std::string>(".a", ".b", ".error"), to, 2});
  }
  return program_of(flow);
}

std::size_t ends_in(const std::vector<TurnRecord>& records) {
  std::size_t ends = 0;
  for (const TurnRecord& record : records) {
    for (const Change& change : record.changes)
      ends += std::holds_alternative<RunEnded>(change) ? 1 : 0;
  }
  return ends;
}

/// Recorded checks after each turn: replaying the records gives the same state, snapshots come back
/// whole, calls have records.
TEST(PropertiesTest, HoldForEveryTurnOfEveryExecution) {
  EXPECT_TRUE(rc::check([] {
    const auto numbers = std::make_shared<std::vector<int>>(
        *rc::gen::container<std::vector<int>>(60, rc::gen::inRange(0, 1'000)));
    Recorded run(drawn_program(numbers));
    run.begin();
    std::int64_t now = 1'000;
    std::vector<CallEffect> issued;
    const bool cancels = *rc::gen::inRange(0, 4) == 0;
    for (int step = 0; step < 60; ++step) {
      for (const CallEffect& call : run.execution().open_calls()) issued.push_back(call);
      now += *rc::gen::inRange(0, 1'500);
      const bool has_call = !issued.empty() && *rc::gen::inRange(0, 3) != 0;
      if (has_call) {
        // Any call ever issued: most are stale, many are answered twice.
        const std::size_t back = *rc::gen::inRange<std::size_t>(0, issued.size());
        run.returned(issued[issued.size() - 1 - back], reply(200, ""), now);
      } else {
        run.handle(
            *rc::gen::element<Event>(Woken{}, Continued{}, Woken{}, Continued{},
                                     ControlAsked{Control::pause}, ControlAsked{Control::resume},
                                     ControlAsked{cancels ? Control::cancel : Control::resume}),
            now);
      }
    }
    RC_ASSERT(!::testing::Test::HasFailure());
    const std::size_t ends = ends_in(run.records());
    RC_ASSERT(ends <= 1u);
    RC_ASSERT((ends == 1u) == has_ended(run.execution().status()));
    if (ends == 1u) {
      RC_ASSERT(std::holds_alternative<RunEnded>(run.records().back().changes.back()));
      RC_ASSERT(run.execution().open_calls().empty());
      RC_ASSERT(!run.execution().next_wake());
    } else {
      const bool goes_on = !run.execution().open_calls().empty() || run.execution().next_wake() ||
                           run.execution().has_ready();
      RC_ASSERT(goes_on || run.execution().paused());
      RC_ASSERT(!run.execution().paused() || !run.execution().has_ready());
    }
  }));
}

TEST(PropertiesTest, DamagedSnapshotsAreRefusedOrReadButNeverCrash) {
  EXPECT_TRUE(rc::check([] {
    const auto numbers = std::make_shared<std::vector<int>>(
        *rc::gen::container<std::vector<int>>(20, rc::gen::inRange(0, 1'000)));
    const ProgramPtr program = drawn_program(numbers);
    Recorded run(program);
    run.begin();
    std::string bytes = run.execution().snapshot();
    const std::size_t place = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[place] = static_cast<char>(*rc::gen::inRange(0, 256));
    auto restored = Execution::restore(some_execution(), program, bytes);
    if (restored) {
      const auto again = Execution::restore(some_execution(), program, restored->snapshot());
      RC_ASSERT(again.has_value());
    }
  }));
}

}  // namespace
}  // namespace millrace::testing
