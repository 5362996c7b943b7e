// Cursors and views over RocksDB's iterators and snapshots.
#include "storage/rocks/rocks_view.hpp"

#include "storage/rocks/status.hpp"

#include <rocksdb/snapshot.h>

#include <string>
#include <utility>

namespace millrace::storage {
namespace {

class EmptyCursor : public Cursor {
 public:
  bool valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  void next() override {}
  Result<void> result() const override { return {}; }
};

class ClosedCursor : public EmptyCursor {
 public:
  Result<void> result() const override { return not_open(); }
};

class RocksCursor : public Cursor {
 public:
  RocksCursor(rocksdb::DB& db, rocksdb::ReadOptions options, HandlePtr family,
              std::string_view from, std::optional<std::string> until)
      : family_(std::move(family)), until_(std::move(until)) {
    if (until_) {
      bound_ = slice(*until_);
      options.iterate_upper_bound = &bound_;
    }
    rows_.reset(db.NewIterator(options, family_.get()));
    rows_->Seek(slice(from));
  }

  bool valid() const override { return rows_->Valid(); }
  std::string_view key() const override { return rows_->key().ToStringView(); }
  std::string_view value() const override { return rows_->value().ToStringView(); }
  void next() override { rows_->Next(); }
  Result<void> result() const override {
    if (!rows_->status().ok()) return to_error(rows_->status(), "reading rows");
    return {};
  }

 private:
  HandlePtr family_;
  std::optional<std::string> until_;
  rocksdb::Slice bound_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

class RocksView : public View {
 public:
  RocksView(const OpenFiles& files, std::shared_lock<std::shared_mutex> open)
      : open_(std::move(open)),
        db_(*files.db),
        families_(*files.families),
        snapshot_(files.db.get()) {
    options_.snapshot = snapshot_.snapshot();
  }

  Result<std::optional<std::string>> get(const Table& table, std::string_view key) const override {
    return get_row(db_, options_, families_.find(table), key);
  }
  std::unique_ptr<Cursor> cursor(const Table& table, std::string_view from,
                                 std::optional<std::string> until) const override {
    HandlePtr family = families_.find(table);
    if (!family) return std::make_unique<EmptyCursor>();
    return std::make_unique<RocksCursor>(db_, options_, std::move(family), from, std::move(until));
  }
  Result<std::optional<Row>> last(const Table& table) const override {
    const HandlePtr family = families_.find(table);
    if (!family) return std::optional<Row>();
    const std::unique_ptr<rocksdb::Iterator> rows(db_.NewIterator(options_, family.get()));
    rows->SeekToLast();
    if (!rows->status().ok()) return to_error(rows->status(), "reading the last row");
    if (!rows->Valid()) return std::optional<Row>();
    return std::optional(Row{rows->key().ToString(), rows->value().ToString()});
  }

 private:
  std::shared_lock<std::shared_mutex> open_;  // ends last
  rocksdb::DB& db_;
  const FamilyHandles& families_;
  rocksdb::ManagedSnapshot snapshot_;
  rocksdb::ReadOptions options_;
};

class ClosedView : public View {
 public:
  Result<std::optional<std::string>> get(const Table&, std::string_view) const override {
    return not_open();
  }
  std::unique_ptr<Cursor> cursor(const Table&, std::string_view,
                                 std::optional<std::string>) const override {
    return std::make_unique<ClosedCursor>();
  }
  Result<std::optional<Row>> last(const Table&) const override { return not_open(); }
};

}  // namespace

Error not_open() {
  return {ErrorCode::unavailable, "the disk is full: the store is closed until there is space"};
}

Result<std::optional<std::string>> get_row(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                           const HandlePtr& family, std::string_view key) {
  if (!family) return std::optional<std::string>();
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db.Get(options, family.get(), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return to_error(status, "reading a row");
  return std::optional(value.ToString());
}

std::unique_ptr<View> make_view(const OpenFiles* files, std::shared_lock<std::shared_mutex> open) {
  if (files == nullptr) return std::make_unique<ClosedView>();
  return std::make_unique<RocksView>(*files, std::move(open));
}

}  // namespace millrace::storage
