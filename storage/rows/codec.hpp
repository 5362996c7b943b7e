// The values of our rows as bytes, and back. Every value starts with its format version; what a key
// says is not said again in its value. Decoding any bytes whatever gives a row or the error
// `corrupt`, and never reads past the end. Golden tests hold each layout. (Turn records and
// snapshots are the engine's bytes, with versions of its own.)
#pragma once

#include "runtime/engine/summary.hpp"
#include "runtime/flow/catalog.hpp"
#include "runtime/ports/debounce.hpp"
#include "runtime/schedule/decision.hpp"
#include "storage/rows/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::storage {

inline constexpr std::uint8_t value_version = 1;

/// The value of a row whose key says everything: index, timer.
inline constexpr std::string_view bare_value{"\x01", 1};

/// Of `execution`.
struct ExecutionRow {
  ExecutionSummary summary;
  std::vector<LogBucket> buckets;  ///< that hold its turns, each once
};
void encode_execution(std::string& out, const ExecutionSummary& summary,
                      const std::vector<LogBucket>& buckets);
Result<ExecutionRow> decode_execution(WorkspaceNumber workspace, ExecutionId id,
                                      std::string_view bytes);

/// Of `state`, open or parked: the run as it stands after its last turn.
struct StateRow {
  ExecutionRow run;
  std::optional<Timestamp> wake;  ///< its timer row
};
void encode_state(std::string& out, const ExecutionSummary& summary,
                  const std::vector<LogBucket>& buckets, std::optional<Timestamp> wake);
Result<StateRow> decode_state(ExecutionId id, std::string_view bytes);

/// Of `state`, snapshot: the engine's bytes and the turn after which they were taken.
struct SnapshotRow {
  std::uint32_t turn = 0;
  std::string bytes;
};
void encode_snapshot(std::string& out, std::uint32_t turn, std::string_view bytes);
Result<SnapshotRow> decode_snapshot(std::string_view bytes);

/// Of `feed`: what one commit wrote.
struct FeedEntry {
  WorkspaceNumber workspace{};
  FlowId flow;
  ExecutionId execution;
  std::uint32_t turn = 0;
  LogBucket bucket;
  bool operator==(const FeedEntry&) const = default;
};
struct FeedRow {
  Timestamp committed{};
  std::uint64_t last_milliseconds =
      0;  ///< the latest in any id so far: ids never go back behind it
  std::vector<FeedEntry> entries;
};
void encode_feed(std::string& out, Timestamp committed, std::uint64_t last_milliseconds,
                 const std::vector<FeedEntry>& entries);
Result<FeedRow> decode_feed(std::string_view bytes);

/// Of `dedup`.
struct DedupRow {
  Sha256 fingerprint{};
  Timestamp expires{};
  ExecutionId execution;  ///< that a trigger's key began; nil for a request's
  std::string text;       ///< a trigger's memo, a request's stored answer
};
void encode_dedup(std::string& out, const DedupRow& row);
Result<DedupRow> decode_dedup(std::string_view bytes);

// Of `catalog`. The keys are read with the values: they hold the ids.
void encode_workspace(std::string& out, const Workspace& workspace);
Result<Workspace> decode_workspace(std::string_view key, std::string_view bytes);
void encode_api_key(std::string& out, const ApiKey& key);
Result<ApiKey> decode_api_key(std::string_view key, std::string_view bytes);
void encode_flow(std::string& out, const StoredFlow& flow);
Result<StoredFlow> decode_flow(std::string_view key, std::string_view bytes);
void encode_version(std::string& out, const StoredFlowVersion& version);
Result<StoredFlowVersion> decode_version(std::string_view key, std::string_view bytes);

/// How far a published schedule has come, and the run that its last fire began.
struct ScheduleRow {
  ScheduleProgress progress;
  ExecutionId run;  ///< nil: none, or it ended with its first turn
};
void encode_schedule(std::string& out, const ScheduleRow& row);
Result<ScheduleRow> decode_schedule(std::string_view bytes);

/// A window of debounced events, and the last of them.
void encode_debounce(std::string& out, const StoredDebounce& row);
Result<StoredDebounce> decode_debounce(std::string_view key, std::string_view bytes);

/// Of `meta`.
std::string encode_meta(std::string_view bytes);
Result<std::string> decode_meta(std::string_view name, std::string_view bytes);

}  // namespace millrace::storage
