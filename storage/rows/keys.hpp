// Every key byte of the house. Golden tests hold each layout: a change here is a change of the
// format on disk. Numbers are big-endian; kinds are never renumbered, retired ones stay reserved.
#pragma once

#include "runtime/base/assert.hpp"
#include "runtime/base/crypto.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/engine/status.hpp"
#include "runtime/ports/debounce.hpp"
#include "storage/rows/table.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::storage {

/// A key in place: no allocation on the way to the batch.
class Key {
 public:
  static constexpr std::size_t bytes_max = 64;

  Key() = default;
  operator std::string_view() const { return {bytes_.data(), size_}; }
  std::string string() const { return std::string(std::string_view(*this)); }
  void push_back(char byte) { append(&byte, 1); }
  void append(const char* bytes, std::size_t count) {
    MR_ASSERT(size_ + count <= bytes_max);
    std::memcpy(bytes_.data() + size_, bytes, count);
    size_ += count;
  }

 private:
  std::array<char, bytes_max> bytes_{};
  std::size_t size_ = 0;
};

/// The smallest key behind every key that begins with `prefix`; nothing when there is none.
std::optional<std::string> end_of_prefix(std::string_view prefix);

// log.<days>.<n>: partition 2, execution id 15, turn 4
inline constexpr std::size_t log_prefix_bytes = 2 + Id::bytes_count;
Key log_key(ExecutionId execution, std::uint32_t turn);
Key log_prefix(ExecutionId execution);

// execution: workspace 4, inverted execution id 15. Newest first within its workspace.
Key execution_key(WorkspaceNumber workspace, ExecutionId execution);
Key execution_prefix(WorkspaceNumber workspace);
std::optional<ExecutionId> execution_of_execution_key(std::string_view key);

// index: workspace 4, flow id 15, class 1, inverted execution id 15. The nil flow stands for «any
// flow».
/// The statuses of a run that has ended are classes of their own; all others are one, `open`.
enum class IndexClass : std::uint8_t {
  open = 2,
  completed = 3,
  failed = 4,
  cancelled = 5,
  timed_out = 6
};
inline constexpr std::array index_classes{IndexClass::open, IndexClass::completed,
                                          IndexClass::failed, IndexClass::cancelled,
                                          IndexClass::timed_out};
inline constexpr std::size_t index_prefix_bytes = 4 + Id::bytes_count + 1;
IndexClass index_class(RunStatus status);
Key index_key(WorkspaceNumber workspace, FlowId flow, IndexClass status, ExecutionId execution);
Key index_prefix(WorkspaceNumber workspace, FlowId flow, IndexClass status);
std::optional<ExecutionId> execution_of_index_key(std::string_view key);

// state: partition 2, kind 1, execution id 15. The snapshot is a row beside the run's open or
// parked one.
enum class StateKind : std::uint8_t { open = 1, parked = 2, snapshot = 3 };
Key state_key(StateKind kind, ExecutionId execution);
Key state_prefix(Partition partition, StateKind kind);
std::optional<ExecutionId> execution_of_state_key(std::string_view key);

// feed: commit number 8
Key feed_key(std::uint64_t commit);
std::optional<std::uint64_t> commit_of_feed_key(std::string_view key);

// timer: partition 2, due 8, execution id 15
struct TimerKey {
  Timestamp due{};
  ExecutionId execution;
};
Key timer_key(Timestamp due, ExecutionId execution);
Key timer_prefix(Partition partition);
/// Where the timers of `partition` that are due at `from` or later begin.
Key timer_from(Partition partition, Timestamp from);
std::optional<TimerKey> read_timer_key(std::string_view key);

/// The first half of a SHA-256: what stands in a key for a text of any length.
using KeyHash = std::array<std::uint8_t, 16>;
KeyHash key_hash(std::string_view text);

// wait: partition of the correlation 2, workspace 4, hash of event and correlation 16, execution id
// 15, node 2, iteration 4
struct WaitKey {
  Partition partition{};
  WorkspaceNumber workspace{};
  KeyHash correlation{};
  ExecutionId execution;
  std::uint16_t node = 0;
  std::uint32_t iteration = 0;
};
Key wait_key(const WaitKey& wait);
// early: partition of the correlation 2, workspace 4, hash of event and correlation 16, event id 15
Key early_key(Partition partition, WorkspaceNumber workspace, const KeyHash& correlation,
              const Id& event);

// dedup: kind 1, scope 15 (flow of a trigger or a debounced event, API key of a request), hash 16
enum class DedupKind : std::uint8_t { trigger = 1, request = 2, debounced = 3 };
Key dedup_key(DedupKind kind, const Id& scope, std::string_view key);

// catalog: kind 1, then by kind
enum class CatalogKind : std::uint8_t {
  workspace = 1,  ///< number 4
  api_key = 2,    ///< key id 15
  flow = 3,       ///< workspace 4, flow id 15
  version = 4,    ///< flow id 15, version 4
  schedule = 5,   ///< flow id 15
  debounce = 8,   ///< flow id 15, hash of the contact 16
};
Key workspace_key(WorkspaceNumber workspace);
Key api_key_key(KeyId key);
Key flow_key(WorkspaceNumber workspace, FlowId flow);
Key version_key(FlowId flow, std::uint32_t version);
Key schedule_key(FlowId flow);
Key debounce_key(const DebounceName& name);
Key catalog_prefix(CatalogKind kind);

// outbox: partition 2, due 8, delivery id 15
Key outbox_key(Partition partition, Timestamp due, const Id& delivery);

// meta: name
namespace meta_name {
inline constexpr std::string_view format = "format";
inline constexpr std::string_view partitions = "partitions";
inline constexpr std::string_view instance_id = "instance_id";
inline constexpr std::string_view cursor_secret = "cursor_secret";
inline constexpr std::string_view probe = "probe";
}  // namespace meta_name

}  // namespace millrace::storage
