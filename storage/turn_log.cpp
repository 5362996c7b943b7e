// Turn records by run, across the buckets that hold them.
#include "storage/turn_log.hpp"

#include "storage/horizon.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>

namespace millrace::storage {
namespace {

Error missing_turn(const KeyValue& tables, const ExecutionRow& run, std::uint32_t turn) {
  const std::vector<LogBucket> present = tables.buckets();
  for (const LogBucket bucket : run.buckets)
    if (!std::ranges::binary_search(present, bucket)) return purged();
  return {ErrorCode::corrupt, "turn " + std::to_string(turn) + " of execution " +
                                  to_base62(run.summary.id.id) + " is missing"};
}

}  // namespace

Result<std::vector<TurnRecord>> read_turns(const View& view, const KeyValue& tables,
                                           const ExecutionRow& run, std::uint32_t from_turn,
                                           const Redaction* redaction) {
  const ExecutionId id = run.summary.id;
  std::vector<TurnRecord> turns;
  for (const LogBucket bucket : run.buckets) {
    const auto cursor = view.cursor(bucket, log_key(id, from_turn), end_of_prefix(log_prefix(id)));
    for (; cursor->valid(); cursor->next()) {
      Result<TurnRecord> turn = decode_record(cursor->value(), redaction);
      if (!turn) return turn.error();
      turns.push_back(std::move(*turn));
    }
    if (auto read = cursor->result(); !read) return read.error();
  }
  std::ranges::sort(turns, {}, &TurnRecord::turn);
  std::uint32_t expected = from_turn;
  for (const TurnRecord& turn : turns)
    if (turn.turn != expected++) return missing_turn(tables, run, expected - 1);
  if (expected < run.summary.turns) return missing_turn(tables, run, expected);
  return turns;
}

}  // namespace millrace::storage
