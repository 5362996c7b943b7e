// Tables, views and the one batch, as column families, snapshots and a WriteBatch.
#include "storage/rocks/database.hpp"

#include "storage/rocks/disk_watch.hpp"
#include "storage/rocks/family_handles.hpp"
#include "storage/rocks/options.hpp"
#include "storage/rocks/status.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <rocksdb/db.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <utility>

namespace millrace::storage {
namespace {

constexpr std::size_t probe_bytes = 4 * limits::mib;

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

Result<std::optional<std::string>> get_row(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                           const HandlePtr& family, std::string_view key) {
  if (!family) return std::optional<std::string>();
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db.Get(options, family.get(), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return to_error(status, "reading a row");
  return std::optional(value.ToString());
}

class EmptyCursor : public Cursor {
 public:
  bool valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  void next() override {}
  Result<void> result() const override { return {}; }
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
  RocksView(rocksdb::DB& db, const FamilyHandles& families)
      : db_(db), families_(families), snapshot_(&db) {
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
  rocksdb::DB& db_;
  const FamilyHandles& families_;
  rocksdb::ManagedSnapshot snapshot_;
  rocksdb::ReadOptions options_;
};

class Database : public KeyValue {
 public:
  explicit Database(const Settings& settings)
      : settings_(settings), family_options_(settings), watch_(std::make_shared<DiskWatch>()) {
    write_options_.sync = settings.durability == Durability::synced;
    probe_options_.sync = true;
  }

  Result<void> open() {
    rocksdb::DBOptions options = database_options(settings_);
    options.listeners.push_back(watch_);
    std::vector<std::string> names;
    const bool exists = options.env->FileExists(settings_.data_dir + "/CURRENT").ok();
    if (exists) {
      const auto listed = rocksdb::DB::ListColumnFamilies(options, settings_.data_dir, &names);
      if (!listed.ok()) return to_error(listed, "opening the data directory");
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options, settings_.data_dir,
                                          descriptors(std::move(names)), &handles, &db);
    if (!status.ok()) return opening_error(status);
    db_.reset(db);
    families_ = std::make_unique<FamilyHandles>(*db_);
    for (auto* handle : handles) families_->adopt(handle);
    MR_ASSERT(families_->complete());
    return {};
  }

  std::unique_ptr<View> view() const override {
    return std::make_unique<RocksView>(*db_, *families_);
  }

  Result<std::optional<std::string>> get(const Table& table, std::string_view key) const override {
    return get_row(*db_, rocksdb::ReadOptions(), families_->find(table), key);
  }

  void put(const Table& table, std::string_view key, std::string_view value) override {
    batch_.Put(handle_for_batch(table), slice(key), slice(value)).PermitUncheckedError();
  }
  void erase(const Table& table, std::string_view key) override {
    batch_.Delete(handle_for_batch(table), slice(key)).PermitUncheckedError();
  }
  void discard() override {
    batch_.Clear();
    batch_buckets_.clear();
  }

  Result<void> write() override {
    rocksdb::SetPerfLevel(rocksdb::kDisable);  // its counters cost the committer a tenth of its CPU
    const rocksdb::Status status = watch_->fsync_failed() ? rocksdb::Status::IOError("refused")
                                                          : db_->Write(write_options_, &batch_);
    discard();
    if (status.ok()) return {};
    if (watch_->fsync_failed())
      return Error{ErrorCode::storage, "an fsync has failed; restart: " + status.ToString()};
    return to_error(status, "writing a batch");
  }

  bool probe() override {
    if (watch_->fsync_failed() || !has_space() || !db_->Resume().ok()) return false;
    const auto meta = families_->find(Family::meta);
    const std::string value = encode_meta(meta_name::probe);
    return db_->Put(probe_options_, meta.get(), slice(meta_name::probe), slice(value)).ok();
  }

  Result<void> make(LogBucket bucket) override {
    if (families_->find(bucket)) return {};
    const std::scoped_lock lock(buckets_mutex_);
    if (families_->find(bucket)) return {};
    const std::string name = family_name(bucket);
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    const auto status = db_->CreateColumnFamily(family_options_.of(name), name, &handle);
    if (!status.ok()) return to_error(status, "making a log bucket");
    families_->adopt(handle);
    return {};
  }

  Result<void> drop(LogBucket bucket) override {
    const std::scoped_lock lock(buckets_mutex_);
    const HandlePtr handle = families_->find(bucket);
    if (!handle) return {};
    const auto status = db_->DropColumnFamily(handle.get());
    if (!status.ok()) return to_error(status, "dropping a log bucket");
    families_->forget(bucket);
    return {};
  }

  std::vector<LogBucket> buckets() const override { return families_->buckets(); }
  bool fsync_failed() const override { return watch_->fsync_failed(); }

 private:
  Error opening_error(const rocksdb::Status& status) const {
    Error error = to_error(status, "opening the data directory");
    if (error.code == ErrorCode::corrupt && !settings_.accept_damaged_log)
      error.message +=
          "; if the damage is in a write-ahead log (*.log), accept_damaged_log opens it up to the "
          "damage and loses what is behind it; else restore a backup";
    return error;
  }

  /// A resume that runs out of space again is fatal to RocksDB, so the space is tried on a file of
  /// ours.
  bool has_space() const {
    const std::string name = settings_.data_dir + "/space_probe";
    rocksdb::Env* env = db_->GetEnv();
    std::unique_ptr<rocksdb::WritableFile> file;
    bool written = env->NewWritableFile(name, &file, rocksdb::EnvOptions()).ok();
    written = written && file->Append(std::string(probe_bytes, '\0')).ok() && file->Sync().ok();
    if (file && !file->Close().ok()) written = false;
    return env->DeleteFile(name).ok() && written;
  }

  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(std::vector<std::string> names) const {
    if (names.empty()) names.push_back(rocksdb::kDefaultColumnFamilyName);
    for (std::size_t i = 0; i < fixed_families; ++i) {
      const std::string name(to_string(static_cast<Family>(i)));
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    std::vector<rocksdb::ColumnFamilyDescriptor> result;
    for (const std::string& name : names) result.emplace_back(name, family_options_.of(name));
    return result;
  }

  /// The handle stays alive until the batch is written.
  rocksdb::ColumnFamilyHandle* handle_for_batch(const Table& table) {
    if (table.family != Family::log) return families_->fixed(table.family);
    for (const auto& [bucket, handle] : batch_buckets_)
      if (table.bucket == bucket) return handle.get();
    HandlePtr handle = families_->find(table);
    MR_ASSERT(handle != nullptr);
    return batch_buckets_.emplace_back(table.bucket, std::move(handle)).second.get();
  }

  const Settings settings_;
  const FamilyOptions family_options_;
  const std::shared_ptr<DiskWatch> watch_;
  rocksdb::WriteOptions write_options_;
  rocksdb::WriteOptions probe_options_;
  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<FamilyHandles> families_;  // ends before db_
  std::mutex buckets_mutex_;
  rocksdb::WriteBatch batch_;
  std::vector<std::pair<LogBucket, HandlePtr>> batch_buckets_;
};

Result<void> make_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (made) fs::permissions(path, fs::perms::owner_all, error);  // records hold what clients sent
  if (error) return Error{ErrorCode::configuration, "making " + path + ": " + error.message()};
  return {};
}

}  // namespace

std::string wal_archive_dir(const Settings& settings) { return settings.data_dir + "/archive"; }

Result<std::unique_ptr<KeyValue>> open_database(const Settings& settings) {
  if (auto made = make_directory(settings.data_dir); !made) return made.error();
  auto database = std::make_unique<Database>(settings);
  if (auto opened = database->open(); !opened) return opened.error();
  return std::unique_ptr<KeyValue>(std::move(database));
}

}  // namespace millrace::storage
