// Notices what the disk does behind RocksDB's statuses.
//
// A failed fsync, of any file and on any thread: after one nobody knows what is on the disk, and
// asking again may lie (https://wiki.postgresql.org/wiki/Fsync_Errors), while a status does not
// tell a failed write from a failed fsync. And a full disk: RocksDB would look for space every five
// seconds and go on by itself; when to try again, and how, is ours to decide.
#pragma once

#include <rocksdb/listener.h>

#include <atomic>

namespace millrace::storage {

class DiskWatch : public rocksdb::EventListener {
 public:
  bool fsync_failed() const { return fsync_failed_.load(std::memory_order_acquire); }

  bool ShouldBeNotifiedOnFileIO() override { return true; }
  void OnIOError(const rocksdb::IOErrorInfo& info) override {
    using Type = rocksdb::FileOperationType;
    if (info.operation == Type::kSync || info.operation == Type::kFsync ||
        info.operation == Type::kRangeSync)
      fsync_failed_.store(true, std::memory_order_release);
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* recovers_by_itself) override {
    *recovers_by_itself = false;
  }

 private:
  std::atomic<bool> fsync_failed_{false};
};

}  // namespace millrace::storage
