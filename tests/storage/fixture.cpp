// Runs, flows and folders for the tests of the store.
#include "tests/storage/fixture.hpp"

#include <unistd.h>

namespace millrace::storage::testing {

std::uint64_t TestRandom::next() {
  std::uint64_t word = state_ += 0x9e3779b97f4a7c15;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

TestFolder::TestFolder() {
  static std::atomic<int> count{0};
  const bool has_memory = std::filesystem::is_directory("/dev/shm");
  path_ = std::filesystem::path(has_memory ? "/dev/shm" : ::testing::TempDir()) /
          ("millrace-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
  std::filesystem::create_directories(path_);
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Id id_at(std::uint64_t age, std::uint16_t partition, std::uint64_t random) {
  return Id::make(1'790'000'000'000 + age, Partition{partition}, random);
}

TurnWrite turn_of(ExecutionId run, const TurnOptions& options) {
  const Timestamp at{Duration(static_cast<std::int64_t>(run.id.milliseconds()))};
  TurnWrite write;
  ExecutionSummary& summary = write.summary;
  summary.id = run;
  summary.workspace = options.workspace;
  summary.flow = options.flow;
  summary.flow_version = 1;
  summary.status = options.status;
  summary.waiting = options.parked || options.park_until.has_value();
  summary.started = at;
  summary.turns = options.turn + 1;
  summary.node_runs = options.turn + 1;
  write.ended = has_ended(options.status);
  if (write.ended) summary.ended = at + Duration(1);
  TurnRecord record{options.turn, at, {}};
  if (options.turn == 0) {
    RunBegan began;
    began.workspace = options.workspace;
    began.flow = options.flow;
    began.flow_version = 1;
    began.payload = options.payload;
    record.changes.emplace_back(std::move(began));
  }
  if (write.ended) record.changes.emplace_back(RunEnded{options.status, std::nullopt, "{}"});
  write.bytes = encode_record(record);
  write.record = std::make_shared<const TurnRecord>(std::move(record));
  write.parked = summary.waiting;
  write.wake = options.park_until;
  write.was_parked = options.was_parked;
  write.snapshot = options.snapshot;
  write.key = options.key;
  write.key_expires = options.key_expires;
  return write;
}

std::string small_definition() {
  return R"({"nodes":[{"id":"start","type":"trigger","data":{}},
                      {"id":"stop","type":"end","data":{}}],
             "edges":[{"source":"start","target":"stop"}]})";
}

std::string webhook_definition(std::string_view path) {
  return R"({"nodes":[{"id":"start","type":"trigger","data":{"path":")" + std::string(path) +
         R"("}},{"id":"stop","type":"end","data":{}}],
             "edges":[{"source":"start","target":"stop"}]})";
}

CreateFlow create_flow(FlowId flow, std::string definition, TriggerType type) {
  const Timestamp at{Duration(static_cast<std::int64_t>(flow.id.milliseconds()))};
  CreateFlow create;
  create.flow.id = flow;
  create.flow.workspace = workspace_one;
  create.flow.dialect = Dialect::orbit;
  create.flow.name = "a flow";
  create.flow.trigger_type = type;
  create.flow.created = create.flow.updated = at;
  create.version = {flow, 1, "a flow", type, std::move(definition), at};
  return create;
}

std::uint64_t commit(Store& store, std::vector<Write>& batch) {
  const auto number = store.journal().commit(batch);
  EXPECT_TRUE(number) << number.error().message;
  return number ? *number : 0;
}

std::uint64_t commit_turn(Store& store, TurnWrite turn) {
  std::vector<Write> batch;
  batch.emplace_back(std::move(turn));
  return commit(store, batch);
}

Result<ChangeOutcome> commit_change(Store& store, CatalogChange change) {
  std::vector<Write> batch;
  batch.emplace_back(ChangeWrite{std::move(change)});
  commit(store, batch);
  return std::get<ChangeWrite>(batch.front()).outcome;
}

void install(Store& store, FlowId flow, std::string definition, TriggerType type) {
  EXPECT_TRUE(commit_change(store, {EnsureWorkspace{"w"}}));
  EXPECT_TRUE(commit_change(store, {create_flow(flow, std::move(definition), type)}));
}

void StoreTest::open() {
  settings_.data_dir = folder_.path();
  settings_.background = false;
  auto opened = GetParam() == Ground::memory ? open_in_memory(settings_, disk_, clock_, random_)
                                             : storage::open(settings_, clock_, random_);
  ASSERT_TRUE(opened) << opened.error().message;
  store_ = std::move(*opened);
}

std::string ground_name(const ::testing::TestParamInfo<Ground>& info) {
  return info.param == Ground::memory ? "Memory" : "Rocks";
}

}  // namespace millrace::storage::testing
