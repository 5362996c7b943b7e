// Starts, steps, and ends the house: a living actor with CAF's test scheduler would wait for ever.
#include "tests/actors/fixture.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>

namespace millrace::test {

House::House() {
  settings.partitions = 4;
  settings.policy = actors::SchedulerPolicy::testing;
  settings.on_fatal = [this](const Error& error) { fatal.push_back(error); };
  open_store();
}

House::~House() {
  outbound.open.clear();
  system.reset();
}

void House::open_store() {
  storage::Settings store_settings;
  store_settings.partitions = settings.partitions;
  store_settings.background = false;
  store = storage::open_in_memory(store_settings, disk, clock, random).value();
  if (!journal) journal = std::make_unique<WatchedJournal>(store->journal());
  journal->reopen(store->journal());
  ids = std::make_unique<IdGenerator>(clock, random, store->last_milliseconds());
}

void House::start() {
  system =
      actors::System::start(settings, {*journal, outbound, clock, random, *ids, &store->archive()});
  run();
}

void House::restart() {
  system.reset();
  outbound.open.clear();
  store.reset();
  open_store();
  start();
}

caf::scheduler::test_coordinator& House::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system->internals().scheduler());
}

void House::run() {
  auto& jobs = scheduler().jobs;
  while (!jobs.empty()) {
    if (order_) std::swap(jobs.front(), jobs[order_->next() % jobs.size()]);
    scheduler().run_once();
  }
}

void House::advance_scheduler(Duration duration) { scheduler().advance_time(duration); }

void House::advance(Duration duration) {
  clock.advance(duration);
  advance_scheduler(duration);
  run();
}

Result<ChangeOutcome> House::change(CatalogChange what) {
  std::optional<Result<ChangeOutcome>> outcome;
  const auto refused = system->gateway().change(
      std::move(what), {&sink, [&](const Result<ChangeOutcome>& told) { outcome = told; }});
  if (refused) return *refused;
  run();
  return outcome.value();
}

ProgramPtr House::publish(std::string_view definition, TriggerType type) {
  if (!system) start();
  workspace = change({EnsureWorkspace{"tests"}}).value().workspace->number;
  const FlowId id{ids->next(Partition{0})};
  StoredFlow flow;
  flow.id = id;
  flow.workspace = workspace;
  flow.name = "flow";
  StoredFlowVersion version;
  version.flow = id;
  version.name = "flow";
  flow.trigger_type = version.trigger_type = type;
  flow.created = flow.updated = version.created = clock.now();
  version.definition = definition;
  change({CreateFlow{flow, version}}).value();
  change({PublishFlow{workspace, id, 1, clock.now()}}).value();
  return store->archive().published(id)->program;
}

std::optional<Error> House::submit(const ProgramPtr& program, Told& told, Ask ask) {
  Trigger trigger;
  trigger.workspace = workspace;
  trigger.program = program;
  trigger.payload = parse_document(ask.payload).value();
  trigger.contact = ask.contact;
  return system->gateway().submit(std::move(trigger), std::move(ask.key), ask.mode,
                                  {&sink, [&told](const Result<TriggerOutcome>& outcome) {
                                     told.outcome = outcome;
                                     ++told.times;
                                   }});
}

Told& House::fire(const ProgramPtr& program, Ask ask) {
  Told& told = told_all.emplace_back();
  const auto refused = submit(program, told, std::move(ask));
  EXPECT_FALSE(refused.has_value());
  run();
  return told;
}

std::optional<Error> House::ask_control(const ExecutionId& id, Control what, Controlled& told) {
  return system->gateway().control(workspace, id, what,
                                   {&sink, [&told](const Result<ControlOutcome>& outcome) {
                                      told.outcome = outcome;
                                      ++told.times;
                                    }});
}

Result<ControlOutcome> House::control(const ExecutionId& id, Control what) {
  Controlled& told = controlled_all.emplace_back();
  if (const auto refused = ask_control(id, what, told)) return *refused;
  run();
  EXPECT_EQ(told.times, 1);
  return told.outcome.value_or(Error{});
}

std::size_t House::runs_with(RunStatus wanted) const {
  return static_cast<std::size_t>(
      std::count_if(journal->summaries.begin(), journal->summaries.end(),
                    [&](const auto& entry) { return entry.second.status == wanted; }));
}

std::string flow_with(std::string_view type, std::string_view data) {
  std::string text = R"({"nodes":[{"id":"start","type":"trigger","data":{}},{"id":"step","type":")";
  text.append(type).append(R"(","data":)").append(data);
  text.append(R"(},{"id":"done","type":"end","data":{"output":{"ok":true}}}],
    "edges":[{"source":"start","target":"step"},{"source":"step","target":"done"}]})");
  return text;
}

std::string waits_for(int seconds) {
  return flow_with("delay", "{\"seconds\":" + std::to_string(seconds) + "}");
}

std::string calls_out() {
  return flow_with("http_request", R"({"method":"POST","url":"http://peer.example/x","body":{}})");
}

}  // namespace millrace::test
