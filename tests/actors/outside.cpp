// A world that does what the test says.
#include "tests/actors/outside.hpp"

#include <algorithm>

namespace millrace::test {

std::uint64_t FakeRandom::next() {
  std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ull);
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ull;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBull;
  return mixed ^ (mixed >> 31);
}

void FakeOutbound::perform(HttpCall call, Duration, std::function<void(Result<CallReply>)> done) {
  all.push_back(call);
  open.push_back({std::move(call), std::move(done)});
}

void FakeOutbound::answer(std::size_t index, Result<CallReply> result) {
  const Open call = std::move(open.at(index));
  open.erase(open.begin() + static_cast<std::ptrdiff_t>(index));
  call.done(std::move(result));
}

void FakeOutbound::answer_all() {
  while (!open.empty()) answer(0, CallReply{200, {}, "{}"});
}

std::vector<std::string> FakeOutbound::sent(std::string_view header) const {
  std::vector<std::string> values;
  for (const HttpCall& call : all) {
    for (const auto& [name, value] : call.headers) {
      if (name == header) values.push_back(value);
    }
  }
  return values;
}

Result<std::uint64_t> WatchedJournal::commit(std::span<Write> batch) {
  if (before_commit) before_commit();
  if (failure) return *failure;
  auto committed = journal_->commit(batch);
  if (!committed) return committed;
  ++commits;
  for (const Write& write : batch) {
    if (const auto* turn = std::get_if<TurnWrite>(&write)) note(*turn);
  }
  return committed;
}

void WatchedJournal::note(const TurnWrite& turn) {
  if (turn.refused || turn.winner) return;
  turns[turn.summary.id].push_back(*turn.record);
  summaries[turn.summary.id] = turn.summary;
  bytes += turn.bytes + turn.snapshot;
}

bool WatchedJournal::probe() { return !failure && journal_->probe(); }

Result<StoredRun> WatchedJournal::load(ExecutionId execution) {
  ++loads;
  return journal_->load(execution);
}

Result<std::vector<TimerRow>> WatchedJournal::timers(Partition partition, Timestamp from,
                                                     std::size_t count_max) {
  auto rows = journal_->timers(partition, from, count_max);
  if (!rows) return rows;
  std::erase_if(stale_rows, [&](const TimerRow& row) {
    if (row.execution.id.partition() != partition) return false;
    rows->insert(rows->begin(), row);
    return true;
  });
  return rows;
}

void FakeSink::post(std::vector<std::function<void()>> answers) {
  ++posts;
  for (const auto& answer : answers) answer();
}

}  // namespace millrace::test
