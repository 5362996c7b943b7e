// The engine alone: no actor, no disk.
#include "runtime/app/system_random.hpp"
#include "runtime/engine/execution.hpp"
#include "tests/bench/house.hpp"
#include "tests/bench/measures.hpp"

#include <iostream>

namespace millrace::bench {

void engine_turns(double run_seconds) {
  app::SystemClock clock;
  app::SystemRandom random;
  IdGenerator ids(clock, random, 0);
  const auto compiled = compile_flow(FlowId{ids.next(Partition{0})}, 1, "bench",
                                     TriggerType::webhook, parse_json(pure_flow()).value());
  Trigger trigger = trigger_of(compiled.program, trigger_payload());
  std::size_t turns = 0;
  std::size_t bytes = 0;
  const double started = seconds();
  while (turns % 256 != 0 || seconds() - started < run_seconds) {
    trigger.execution = ExecutionId{ids.next(Partition{0})};
    trigger.accepted_at = clock.now();
    Execution execution(trigger.execution, compiled.program);
    const Turn turn = execution.begin(trigger, trigger.accepted_at, 0.5);
    bytes += encode_record(turn.record).size();
    ++turns;
  }
  const double taken = seconds() - started;
  std::cout << "{\"turns_per_second\":"
            << static_cast<std::size_t>(static_cast<double>(turns) / taken)
            << ",\"record_bytes\":" << bytes / turns << "}\n";
}

}  // namespace millrace::bench
