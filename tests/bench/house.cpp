// The rooms put together as the wiring does it, without a door.
#include "tests/bench/house.hpp"

#include "runtime/engine/program.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace millrace::bench {

void SilentOutbound::perform(HttpCall, Duration, std::function<void(Result<CallReply>)> done) {
  const std::lock_guard lock(mutex_);
  open_.push_back(std::move(done));
}

void QueueSink::post(std::vector<std::function<void()>> answers) {
  {
    const std::lock_guard lock(mutex_);
    for (auto& answer : answers) {
      answers_.push_back(std::move(answer));
    }
  }
  arrived_.notify_one();
}

void QueueSink::run_some() {
  std::vector<std::function<void()>> taken;
  {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !answers_.empty(); });
    taken.swap(answers_);
  }
  for (const auto& answer : taken) {
    answer();
  }
}

BenchHouse::BenchHouse(const std::string& data_dir, std::size_t in_flight) {
  auto opened = storage::open({.data_dir = data_dir}, clock, random);
  if (!opened) {
    throw std::runtime_error(opened.error().message);
  }
  store = std::move(*opened);
  ids = std::make_unique<IdGenerator>(clock, random, store->last_milliseconds());
  actors::Settings settings;
  settings.gate_triggers_max = std::max(settings.gate_triggers_max, 2 * in_flight);
  settings.gate_bytes_max *= 4;
  settings.live_runs_max = std::max(settings.live_runs_max, 2 * in_flight);
  system = actors::System::start(settings, {store->journal(), outbound, clock, random, *ids});
  while (!system->gateway().ready()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

BenchHouse::~BenchHouse() {
  system->drain(Duration{0});
  system.reset();
  store->close();
}

Result<ChangeOutcome> BenchHouse::change(CatalogChange what) {
  std::optional<Result<ChangeOutcome>> outcome;
  const auto refused = system->gateway().change(
      std::move(what), {&sink, [&](const Result<ChangeOutcome>& told) { outcome = told; }});
  if (refused) {
    return *refused;
  }
  while (!outcome) {
    sink.run_some();
  }
  return *outcome;
}

ProgramPtr BenchHouse::publish(const std::string& definition) {
  auto workspace = change({EnsureWorkspace{"bench"}}).value().workspace;
  const FlowId id{ids->next(Partition{0})};
  auto compiled =
      compile_flow(id, 1, "bench", TriggerType::webhook, parse_json(definition).value());
  if (!compiled.program) {
    throw std::runtime_error(compiled.problems.errors.at(0).path + " " +
                             compiled.problems.errors.at(0).message);
  }
  StoredFlow flow{.id = id,
                  .workspace = workspace->number,
                  .name = "bench",
                  .trigger_type = TriggerType::webhook,
                  .created = clock.now(),
                  .updated = clock.now()};
  StoredFlowVersion version{.flow = id,
                            .version = 1,
                            .name = "bench",
                            .trigger_type = TriggerType::webhook,
                            .definition = definition,
                            .created = clock.now()};
  change({CreateFlow{flow, version}}).value();
  change({PublishFlow{workspace->number, id, 1, clock.now()}}).value();
  return compiled.program;
}

double BenchHouse::begin_runs(const ProgramPtr& program, std::size_t count, std::size_t in_flight) {
  const JsonDocumentPtr payload = trigger_payload();
  const WorkspaceNumber workspace = store->archive().workspace("bench")->number;
  std::size_t begun = 0;
  std::size_t done = 0;
  std::function<void()> begin_one = [&] {
    Trigger trigger = trigger_of(program, payload);
    trigger.workspace = workspace;
    ++begun;
    const auto refused =
        system->gateway().submit(std::move(trigger), std::nullopt, ResponseMode::immediate,
                                 {&sink, [&](const Result<TriggerOutcome>& outcome) {
                                    outcome.value();
                                    ++done;
                                    if (begun < count) {
                                      begin_one();
                                    }
                                  }});
    if (refused) {
      throw std::runtime_error(refused->message);
    }
  };
  const double started = seconds();
  while (begun < std::min(count, in_flight)) {
    begin_one();
  }
  while (done < count) {
    sink.run_some();
  }
  return seconds() - started;
}

std::string pure_flow() {
  return R"({"nodes":[
    {"id":"hook","type":"trigger","data":{"path":"bench"}},
    {"id":"mark","type":"set","data":{"assignments":[
      {"name":"total","value":"{{trigger.body.order.total * 2}}"},
      {"name":"who","value":"{{trigger.body.contact.name}}"}]}},
    {"id":"large","type":"condition","data":{"expression":"{{vars.total > 100}}"}},
    {"id":"yes","type":"end","data":{"output":{"total":"{{vars.total}}"}}},
    {"id":"no","type":"end","data":{}}],
   "edges":[{"source":"hook","target":"mark"},{"source":"mark","target":"large"},
    {"source":"large","target":"yes","sourceHandle":"true"},
    {"source":"large","target":"no","sourceHandle":"false"}]})";
}

const std::string& trigger_body() {
  static const std::string body = [] {
    std::ifstream file(MILLRACE_BENCH_DIR "/body.json");
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return text;
  }();
  return body;
}

JsonDocumentPtr trigger_payload() {
  return parse_document("{\"body\":" + trigger_body() + "}").value();
}

Trigger trigger_of(const ProgramPtr& program, const JsonDocumentPtr& payload) {
  Trigger trigger;
  trigger.workspace = WorkspaceNumber{1};
  trigger.program = program;
  trigger.type = TriggerType::webhook;
  trigger.payload = payload;
  return trigger;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace millrace::bench
