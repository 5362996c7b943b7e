// How long a list takes with few and with many executions stored: rows put in by the store's own
// commit, then pages asked of a store that was opened anew.
#include "runtime/app/system_clock.hpp"
#include "runtime/app/system_random.hpp"
#include "storage/storage.hpp"
#include "tests/bench/measures.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace millrace::bench {
namespace {

using Seconds = std::chrono::duration<double>;
using Micros = std::chrono::duration<double, std::micro>;

constexpr std::size_t flow_count = 10;
constexpr std::size_t failed_one_of = 10;
constexpr std::size_t batch_turns = 2'000;
constexpr int page_rows = 25;
constexpr std::size_t pages_timed = 501;
constexpr WorkspaceNumber workspace{1};

template <class T>
T taken(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

FlowId flow_of(std::size_t number) { return FlowId{Id::make(1, Partition{0}, number + 1)}; }

TurnWrite turn_of(ExecutionId run, std::size_t number, Timestamp now) {
  const bool failed = number / flow_count % failed_one_of == 0;
  TurnWrite write;
  ExecutionSummary& summary = write.summary;
  summary.id = run;
  summary.workspace = workspace;
  summary.flow = flow_of(number % flow_count);
  summary.flow_version = 1;
  summary.status = failed ? RunStatus::failed : RunStatus::completed;
  summary.started = summary.ended.emplace(now);
  summary.node_runs = 4;
  summary.turns = 1;
  write.ended = true;
  TurnRecord record{0, now, {RunEnded{summary.status, std::nullopt, "{}"}}};
  write.bytes = encode_record(record);
  write.record = std::make_shared<const TurnRecord>(std::move(record));
  return write;
}

std::unique_ptr<storage::Store> open_store(const std::string& data_dir, const Clock& clock,
                                           Random& random) {
  storage::Settings settings{.data_dir = data_dir};
  settings.durability = storage::Durability::wal;
  return taken(storage::open(settings, clock, random));
}

void fill(storage::Store& store, std::size_t count, const Clock& clock, Random& random) {
  IdGenerator ids(clock, random, store.last_milliseconds());
  std::vector<Write> batch;
  for (std::size_t number = 0; number < count; ++number) {
    const Partition partition{static_cast<std::uint16_t>(number % store.partitions())};
    batch.emplace_back(turn_of(ExecutionId{ids.next(partition)}, number, clock.now()));
    if (batch.size() < batch_turns && number + 1 < count) continue;
    taken(store.journal().commit(batch));
    batch.clear();
  }
}

Page<ExecutionSummary> ask(const storage::Store& store, const ExecutionQuery& query) {
  auto page = taken(store.archive().executions(query));
  if (page.rows.size() != page_rows) throw std::runtime_error("the page is not full");
  return page;
}

/// Median and 99th percentile in microseconds.
void time_pages(const char* name, const storage::Store& store, const ExecutionQuery& query) {
  std::vector<double> micros;
  for (std::size_t i = 0; i < pages_timed; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ask(store, query);
    micros.push_back(Micros(std::chrono::steady_clock::now() - begin).count());
  }
  const double first = micros.front();
  std::ranges::sort(micros);
  std::cout << ",\"" << name << "\":{\"cold_us\":" << first
            << ",\"p50_us\":" << micros[micros.size() / 2]
            << ",\"p99_us\":" << micros[micros.size() * 99 / 100] << '}';
}

/// Half of what matches lies before it.
ExecutionId middle(const storage::Store& store, ExecutionQuery query, std::size_t count) {
  query.limit = limits::page_size_max;
  const std::size_t half = count / flow_count / failed_one_of / 2;
  for (std::size_t seen = 0; seen + static_cast<std::size_t>(query.limit) <= half;
       seen += static_cast<std::size_t>(query.limit))
    query.after = ExecutionId{*taken(store.archive().executions(query)).next};
  if (query.after) return *query.after;
  query.limit = static_cast<int>(half);
  return ExecutionId{*taken(store.archive().executions(query)).next};
}

}  // namespace

void list_pages(const std::string& data_dir, std::size_t count) {
  const app::SystemClock clock;
  app::SystemRandom random;
  const auto begin = std::chrono::steady_clock::now();
  auto store = open_store(data_dir, clock, random);
  fill(*store, count, clock, random);
  store->close();
  const double filled = Seconds(std::chrono::steady_clock::now() - begin).count();
  store = open_store(data_dir, clock, random);
  ExecutionQuery query;
  query.workspace = workspace;
  query.flow = flow_of(0);
  query.status = RunStatus::failed;
  query.limit = page_rows;
  std::cout << "{\"executions\":" << count << ",\"filled_seconds\":" << filled;
  time_pages("first_page", *store, query);
  query.after = middle(*store, query, count);
  time_pages("deep_page", *store, query);
  std::cout << "}\n";
  store->close();
}

}  // namespace millrace::bench
