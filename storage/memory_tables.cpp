// Ordered maps that behave as the tables on disk do.
#include "storage/memory_tables.hpp"

#include "runtime/base/assert.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace millrace::storage {

using Rows = std::map<std::string, std::string, std::less<>>;

struct MemoryDisk::Tables {
  mutable std::shared_mutex mutex;
  std::map<Table, Rows> rows;
  std::optional<Error> failure;
};

MemoryDisk::MemoryDisk() : tables_(std::make_unique<Tables>()) {
  for (std::size_t i = 0; i < fixed_families; ++i) tables_->rows[static_cast<Family>(i)];
}
MemoryDisk::~MemoryDisk() = default;

void MemoryDisk::fail_writes(std::optional<Error> error) {
  const std::unique_lock lock(tables_->mutex);
  tables_->failure = std::move(error);
}

namespace {

const Rows no_rows;

class MapCursor : public Cursor {
 public:
  MapCursor(const Rows& rows, std::string_view from, const std::optional<std::string>& until)
      : row_(rows.lower_bound(from)), end_(until ? rows.lower_bound(*until) : rows.end()) {
    if (until && *until < from) end_ = row_;
  }
  bool valid() const override { return row_ != end_; }
  std::string_view key() const override { return row_->first; }
  std::string_view value() const override { return row_->second; }
  void next() override { ++row_; }
  Result<void> result() const override { return {}; }

 private:
  Rows::const_iterator row_;
  Rows::const_iterator end_;
};

const Rows& rows_of(const MemoryDisk::Tables& tables, const Table& table) {
  const auto found = tables.rows.find(table);
  return found == tables.rows.end() ? no_rows : found->second;
}

std::optional<std::string> find_row(const MemoryDisk::Tables& tables, const Table& table,
                                    std::string_view key) {
  const Rows& rows = rows_of(tables, table);
  const auto found = rows.find(key);
  return found == rows.end() ? std::nullopt : std::optional(found->second);
}

class MapView : public View {
 public:
  explicit MapView(const MemoryDisk::Tables& tables) : tables_(tables), lock_(tables.mutex) {}

  Result<std::optional<std::string>> get(const Table& table, std::string_view key) const override {
    return find_row(tables_, table, key);
  }
  std::unique_ptr<Cursor> cursor(const Table& table, std::string_view from,
                                 std::optional<std::string> until) const override {
    return std::make_unique<MapCursor>(rows_of(tables_, table), from, until);
  }
  Result<std::optional<Row>> last(const Table& table) const override {
    const Rows& rows = rows_of(tables_, table);
    if (rows.empty()) return std::optional<Row>();
    return std::optional(Row{rows.rbegin()->first, rows.rbegin()->second});
  }

 private:
  const MemoryDisk::Tables& tables_;
  std::shared_lock<std::shared_mutex> lock_;
};

class MemoryTables : public KeyValue {
 public:
  explicit MemoryTables(MemoryDisk::Tables& tables) : tables_(tables) {}

  std::unique_ptr<View> view() const override { return std::make_unique<MapView>(tables_); }

  Result<std::optional<std::string>> get(const Table& table, std::string_view key) const override {
    const std::shared_lock lock(tables_.mutex);
    return find_row(tables_, table, key);
  }

  void put(const Table& table, std::string_view key, std::string_view value) override {
    batch_.push_back({table, std::string(key), std::string(value)});
  }
  void erase(const Table& table, std::string_view key) override {
    batch_.push_back({table, std::string(key), std::nullopt});
  }
  void discard() override { batch_.clear(); }

  Result<void> write() override {
    const auto batch = std::exchange(batch_, {});
    const std::unique_lock lock(tables_.mutex);
    if (tables_.failure) return *tables_.failure;
    for (const Change& change : batch) {
      const auto rows = tables_.rows.find(change.table);
      MR_ASSERT(rows != tables_.rows.end());
      if (change.value)
        rows->second[change.key] = *change.value;
      else
        rows->second.erase(change.key);
    }
    return {};
  }

  Probe probe() override {
    const std::shared_lock lock(tables_.mutex);
    return tables_.failure ? Probe::fails : Probe::works;
  }

  Result<void> make(LogBucket bucket) override {
    const std::unique_lock lock(tables_.mutex);
    if (tables_.rows.contains(bucket)) return {};
    if (tables_.failure) return *tables_.failure;
    tables_.rows[bucket];
    return {};
  }
  Result<void> drop(LogBucket bucket) override {
    const std::unique_lock lock(tables_.mutex);
    if (tables_.failure) return *tables_.failure;
    tables_.rows.erase(bucket);
    return {};
  }
  std::vector<LogBucket> buckets() const override {
    const std::shared_lock lock(tables_.mutex);
    std::vector<LogBucket> buckets;
    for (const auto& [table, rows] : tables_.rows)
      if (table.family == Family::log) buckets.push_back(table.bucket);
    return buckets;
  }

  bool fsync_failed() const override { return false; }

 private:
  struct Change {
    Table table;
    std::string key;
    std::optional<std::string> value;  ///< nothing: erase
  };
  MemoryDisk::Tables& tables_;
  std::vector<Change> batch_;
};

}  // namespace

std::unique_ptr<KeyValue> open_memory_tables(MemoryDisk& disk) {
  return std::make_unique<MemoryTables>(disk.tables());
}

}  // namespace millrace::storage
