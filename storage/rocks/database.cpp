// The one batch of the committer, and what to do when the disk is full.
#include "storage/rocks/database.hpp"

#include "runtime/base/assert.hpp"
#include "storage/rocks/open_files.hpp"
#include "storage/rocks/rocks_view.hpp"
#include "storage/rocks/status.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace millrace::storage {
namespace {

constexpr std::size_t probe_bytes = 4 * limits::mib;

class Database : public KeyValue {
 public:
  explicit Database(const Settings& settings)
      : settings_(settings), family_options_(settings), watch_(std::make_shared<DiskWatch>()) {
    write_options_.sync = settings.durability == Durability::synced;
    probe_options_.sync = true;
  }

  Result<void> open() {
    auto opened = open_files(settings_, family_options_, watch_);
    if (!opened) return opened.error();
    files_ = std::move(*opened);
    return {};
  }

  std::unique_ptr<View> view() const override {
    std::shared_lock open(files_mutex_);
    return make_view(files_.get(), std::move(open));
  }

  Result<std::optional<std::string>> get(const Table& table, std::string_view key) const override {
    const std::shared_lock open(files_mutex_);
    if (!files_) return not_open();
    return get_row(*files_->db, rocksdb::ReadOptions(), files_->families->find(table), key);
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
    const rocksdb::Status status = watch_->fsync_failed()
                                       ? rocksdb::Status::IOError("refused")
                                       : files_->db->Write(write_options_, &batch_);
    discard();
    if (status.ok()) return {};
    failed_ = true;
    if (watch_->fsync_failed())
      return Error{ErrorCode::storage, "an fsync has failed; restart: " + status.ToString()};
    return to_error(status, "writing a batch");
  }

  Probe probe() override {
    if (watch_->fsync_failed()) return Probe::fails;
    const bool opens_again = failed_;
    if (opens_again && (!has_space() || !reopen())) return Probe::fails;
    const std::string value = encode_meta(meta_name::probe);
    const auto written = files_->db->Put(probe_options_, files_->families->fixed(Family::meta),
                                         slice(meta_name::probe), slice(value));
    failed_ = !written.ok();
    if (failed_) return Probe::fails;
    return opens_again ? Probe::reopened : Probe::works;
  }

  Result<void> make(LogBucket bucket) override {
    const std::shared_lock open(files_mutex_);
    if (!files_) return not_open();
    if (files_->families->find(bucket)) return {};
    const std::scoped_lock lock(buckets_mutex_);
    if (files_->families->find(bucket)) return {};
    const std::string name = family_name(bucket);
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    const auto status = files_->db->CreateColumnFamily(family_options_.of(name), name, &handle);
    if (!status.ok()) return to_error(status, "making a log bucket");
    files_->families->adopt(handle);
    return {};
  }

  Result<void> drop(LogBucket bucket) override {
    const std::shared_lock open(files_mutex_);
    if (!files_) return not_open();
    const std::scoped_lock lock(buckets_mutex_);
    const HandlePtr handle = files_->families->find(bucket);
    if (!handle) return {};
    const auto status = files_->db->DropColumnFamily(handle.get());
    if (!status.ok()) return to_error(status, "dropping a log bucket");
    files_->families->forget(bucket);
    return {};
  }

  std::vector<LogBucket> buckets() const override {
    const std::shared_lock open(files_mutex_);
    return files_ ? files_->families->buckets() : std::vector<LogBucket>();
  }
  bool fsync_failed() const override { return watch_->fsync_failed(); }

 private:
  /// Enough for what opening again flushes; tried on a file of ours, since a quota is no free
  /// space.
  bool has_space() const {
    rocksdb::Env* env = database_options(settings_).env;
    std::uint64_t memory = 0;
    std::uint64_t free = 0;
    if (files_) files_->db->GetAggregatedIntProperty("rocksdb.cur-size-all-mem-tables", &memory);
    const auto asked = env->GetFileSystem()->GetFreeSpace(settings_.data_dir, rocksdb::IOOptions(),
                                                          &free, nullptr);
    if (!asked.ok() || free < memory + probe_bytes) return false;
    const std::string name = settings_.data_dir + "/space_probe";
    std::unique_ptr<rocksdb::WritableFile> file;
    bool written = env->NewWritableFile(name, &file, rocksdb::EnvOptions()).ok();
    written = written && file->Append(std::string(probe_bytes, '\0')).ok() && file->Sync().ok();
    if (file && !file->Close().ok()) written = false;
    return env->DeleteFile(name).ok() && written;
  }

  /// What a restart would do, but for the process. RocksDB's own Resume() is not for us: where it
  /// meets a full disk again it is fatal, and where it has nothing to flush it goes on with a WAL
  /// file that has failed, on which its assertions abort. Waits for views to end.
  bool reopen() {
    const std::unique_lock closing(files_mutex_);
    discard();
    files_.reset();
    return open().has_value();
  }

  /// The handle stays alive until the batch is written.
  rocksdb::ColumnFamilyHandle* handle_for_batch(const Table& table) {
    if (table.family != Family::log) return files_->families->fixed(table.family);
    for (const auto& [bucket, handle] : batch_buckets_)
      if (table.bucket == bucket) return handle.get();
    HandlePtr handle = files_->families->find(table);
    MR_ASSERT(handle != nullptr);
    return batch_buckets_.emplace_back(table.bucket, std::move(handle)).second.get();
  }

  const Settings settings_;
  const FamilyOptions family_options_;
  const std::shared_ptr<DiskWatch> watch_;
  rocksdb::WriteOptions write_options_;
  rocksdb::WriteOptions probe_options_;
  mutable std::shared_mutex files_mutex_;  ///< held alone only to close; the committer needs none
  std::unique_ptr<OpenFiles> files_;       ///< null: closed, and could not be opened again yet
  bool failed_ = false;                    ///< a write has, and the files were not opened since
  std::mutex buckets_mutex_;
  rocksdb::WriteBatch batch_;
  std::vector<std::pair<LogBucket, HandlePtr>> batch_buckets_;
};

}  // namespace

std::string wal_archive_dir(const Settings& settings) { return settings.data_dir + "/archive"; }

Result<std::unique_ptr<KeyValue>> open_database(const Settings& settings) {
  auto database = std::make_unique<Database>(settings);
  if (auto opened = database->open(); !opened) return opened.error();
  return std::unique_ptr<KeyValue>(std::move(database));
}

}  // namespace millrace::storage
