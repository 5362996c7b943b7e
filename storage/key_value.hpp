// What journal, catalogue and archive need of the tables below them: ordered rows, one atomic
// write, consistent views. Answered by RocksDB (rocks/) and by ordered maps (memory_store), so that
// the rules of our rows are written once. It costs the hot path one virtual call a row.
#pragma once

#include "runtime/base/error.hpp"
#include "storage/rows/table.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::storage {

/// Walks rows in order of key. What it shows lives until next().
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual bool valid() const = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual void next() = 0;
  /// Once it is not valid: whether that was the end or an error (storage, corrupt).
  virtual Result<void> result() const = 0;
};

struct Row {
  std::string key;
  std::string value;
};

/// All tables as they stood at one moment. Short-lived: writes may wait for it. It ends before its
/// store.
class View {
 public:
  virtual ~View() = default;
  virtual Result<std::optional<std::string>> get(const Table& table,
                                                 std::string_view key) const = 0;
  /// Rows with `from` <= key < `until`; no `until`: to the end. Within a log bucket both lie in one
  /// run's prefix. A bucket that is not there is empty. The cursor ends before its view.
  virtual std::unique_ptr<Cursor> cursor(const Table& table, std::string_view from,
                                         std::optional<std::string> until) const = 0;
  /// The row with the largest key.
  virtual Result<std::optional<Row>> last(const Table& table) const = 0;
};

enum class Probe : std::uint8_t {
  fails,
  works,
  reopened,  ///< works, and what is in memory of the rows must be read again
};

class KeyValue {
 public:
  virtual ~KeyValue() = default;

  virtual std::unique_ptr<View> view() const = 0;
  /// The newest row, without a view.
  virtual Result<std::optional<std::string>> get(const Table& table,
                                                 std::string_view key) const = 0;

  // The open batch, on the committer's thread alone. A log bucket that is put into has been made.
  virtual void put(const Table& table, std::string_view key, std::string_view value) = 0;
  virtual void erase(const Table& table, std::string_view key) = 0;
  virtual void discard() = 0;
  /// Writes the batch whole or not at all, and leaves it empty. Errors: unavailable (no space),
  /// storage.
  virtual Result<void> write() = 0;
  /// After an error of write(): heals what can be healed, and tells whether a small durable write
  /// works.
  virtual Probe probe() = 0;

  // Log buckets, on any thread. Making one that exists and dropping one that does not are done
  // already.
  virtual Result<void> make(LogBucket bucket) = 0;
  virtual Result<void> drop(LogBucket bucket) = 0;
  virtual std::vector<LogBucket> buckets() const = 0;  ///< in order

  virtual bool fsync_failed() const = 0;
};

}  // namespace millrace::storage
