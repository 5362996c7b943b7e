// The layout of every key, written and read.
#include "storage/rows/keys.hpp"

#include "storage/rows/bytes.hpp"

#include <algorithm>
#include <charconv>

namespace millrace::storage {
namespace {

using Writer = ByteWriter<Key>;

Key begin_partition(Partition partition) {
  Key key;
  Writer(key).fixed(static_cast<std::uint16_t>(partition));
  return key;
}

Key begin_workspace(WorkspaceNumber workspace) {
  Key key;
  Writer(key).fixed(static_cast<std::uint32_t>(workspace));
  return key;
}

/// The inverted id that ends a key of `size` bytes.
std::optional<ExecutionId> inverted_tail(std::string_view key, std::size_t size) {
  if (key.size() != size) return std::nullopt;
  return ExecutionId{ByteReader(key.substr(size - Id::bytes_count)).inverted_id()};
}

template <class Number>
bool read_decimal(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string_view to_string(Family family) {
  switch (family) {
    case Family::execution:
      return "execution";
    case Family::index:
      return "index";
    case Family::state:
      return "state";
    case Family::feed:
      return "feed";
    case Family::timer:
      return "timer";
    case Family::wait:
      return "wait";
    case Family::dedup:
      return "dedup";
    case Family::catalog:
      return "catalog";
    case Family::outbox:
      return "outbox";
    case Family::early:
      return "early";
    case Family::meta:
      return "meta";
    case Family::log:
      return "log";
  }
  return "";
}

std::string family_name(LogBucket bucket) {
  return "log." + std::to_string(bucket.days) + "." + std::to_string(bucket.number);
}

std::optional<LogBucket> parse_family_name(std::string_view name) {
  LogBucket bucket;
  if (!name.starts_with("log.")) return std::nullopt;
  const std::size_t dot = name.find('.', 4);
  if (dot == std::string_view::npos) return std::nullopt;
  if (!read_decimal(name.substr(4, dot - 4), bucket.days)) return std::nullopt;
  if (!read_decimal(name.substr(dot + 1), bucket.number)) return std::nullopt;
  if (family_name(bucket) != name) return std::nullopt;
  return bucket;
}

std::optional<std::string> end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<std::uint8_t>(end.back()) == 0xff) end.pop_back();
  if (end.empty()) return std::nullopt;
  end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
  return end;
}

Key log_prefix(ExecutionId execution) {
  Key key = begin_partition(execution.id.partition());
  Writer(key).id(execution.id);
  return key;
}

Key log_key(ExecutionId execution, std::uint32_t turn) {
  Key key = log_prefix(execution);
  Writer(key).fixed(turn);
  return key;
}

Key execution_prefix(WorkspaceNumber workspace) { return begin_workspace(workspace); }

Key execution_key(WorkspaceNumber workspace, ExecutionId execution) {
  Key key = begin_workspace(workspace);
  Writer(key).inverted_id(execution.id);
  return key;
}

std::optional<ExecutionId> execution_of_execution_key(std::string_view key) {
  return inverted_tail(key, 4 + Id::bytes_count);
}

IndexClass index_class(RunStatus status) {
  switch (status) {
    case RunStatus::pending:
    case RunStatus::running:
      return IndexClass::open;
    case RunStatus::completed:
      return IndexClass::completed;
    case RunStatus::failed:
      return IndexClass::failed;
    case RunStatus::cancelled:
      return IndexClass::cancelled;
    case RunStatus::timed_out:
      return IndexClass::timed_out;
  }
  return IndexClass::open;
}

Key index_prefix(WorkspaceNumber workspace, FlowId flow, IndexClass status) {
  Key key = begin_workspace(workspace);
  Writer(key).id(flow.id).fixed(static_cast<std::uint8_t>(status));
  return key;
}

Key index_key(WorkspaceNumber workspace, FlowId flow, IndexClass status, ExecutionId execution) {
  Key key = index_prefix(workspace, flow, status);
  Writer(key).inverted_id(execution.id);
  return key;
}

std::optional<ExecutionId> execution_of_index_key(std::string_view key) {
  return inverted_tail(key, index_prefix_bytes + Id::bytes_count);
}

Key state_prefix(Partition partition, StateKind kind) {
  Key key = begin_partition(partition);
  Writer(key).fixed(static_cast<std::uint8_t>(kind));
  return key;
}

Key state_key(StateKind kind, ExecutionId execution) {
  Key key = state_prefix(execution.id.partition(), kind);
  Writer(key).id(execution.id);
  return key;
}

std::optional<ExecutionId> execution_of_state_key(std::string_view key) {
  if (key.size() != 3 + Id::bytes_count) return std::nullopt;
  return ExecutionId{ByteReader(key.substr(3)).id()};
}

Key feed_key(std::uint64_t commit) {
  Key key;
  Writer(key).fixed(commit);
  return key;
}

std::optional<std::uint64_t> commit_of_feed_key(std::string_view key) {
  ByteReader reader(key);
  const auto commit = reader.fixed<std::uint64_t>();
  return reader.done() ? std::optional(commit) : std::nullopt;
}

Key timer_prefix(Partition partition) { return begin_partition(partition); }

Key timer_from(Partition partition, Timestamp from) {
  Key key = begin_partition(partition);
  Writer(key).time(from);
  return key;
}

Key timer_key(Timestamp due, ExecutionId execution) {
  Key key = timer_from(execution.id.partition(), due);
  Writer(key).id(execution.id);
  return key;
}

std::optional<TimerKey> read_timer_key(std::string_view key) {
  ByteReader reader(key);
  reader.fixed<std::uint16_t>();
  TimerKey timer{reader.time(), ExecutionId{reader.id()}};
  return reader.done() ? std::optional(timer) : std::nullopt;
}

KeyHash key_hash(std::string_view text) {
  const Sha256 whole = sha256(text);
  KeyHash half{};
  std::copy_n(whole.begin(), half.size(), half.begin());
  return half;
}

Key early_key(Partition partition, WorkspaceNumber workspace, const KeyHash& correlation,
              const Id& event) {
  Key key = begin_partition(partition);
  Writer(key)
      .fixed(static_cast<std::uint32_t>(workspace))
      .raw({reinterpret_cast<const char*>(correlation.data()), correlation.size()})
      .id(event);
  return key;
}

Key wait_key(const WaitKey& wait) {
  Key key = early_key(wait.partition, wait.workspace, wait.correlation, wait.execution.id);
  Writer(key).fixed(wait.node).fixed(wait.iteration);
  return key;
}

Key dedup_key(DedupKind kind, const Id& scope, std::string_view text) {
  const KeyHash hash = key_hash(text);
  Key key;
  Writer(key)
      .fixed(static_cast<std::uint8_t>(kind))
      .id(scope)
      .raw({reinterpret_cast<const char*>(hash.data()), hash.size()});
  return key;
}

Key catalog_prefix(CatalogKind kind) {
  Key key;
  Writer(key).fixed(static_cast<std::uint8_t>(kind));
  return key;
}

Key workspace_key(WorkspaceNumber workspace) {
  Key key = catalog_prefix(CatalogKind::workspace);
  Writer(key).fixed(static_cast<std::uint32_t>(workspace));
  return key;
}

Key api_key_key(KeyId id) {
  Key key = catalog_prefix(CatalogKind::api_key);
  Writer(key).id(id.id);
  return key;
}

Key flow_key(WorkspaceNumber workspace, FlowId flow) {
  Key key = catalog_prefix(CatalogKind::flow);
  Writer(key).fixed(static_cast<std::uint32_t>(workspace)).id(flow.id);
  return key;
}

Key version_key(FlowId flow, std::uint32_t version) {
  Key key = catalog_prefix(CatalogKind::version);
  Writer(key).id(flow.id).fixed(version);
  return key;
}

Key schedule_key(FlowId flow) {
  Key key = catalog_prefix(CatalogKind::schedule);
  Writer(key).id(flow.id);
  return key;
}

Key debounce_key(const DebounceName& name) {
  Key key = catalog_prefix(CatalogKind::debounce);
  Writer(key)
      .id(name.flow.id)
      .raw({reinterpret_cast<const char*>(name.key.data()), name.key.size()});
  return key;
}

Key outbox_key(Partition partition, Timestamp due, const Id& delivery) {
  Key key = timer_from(partition, due);
  Writer(key).id(delivery);
  return key;
}

}  // namespace millrace::storage
