// Notices a failed fsync, of any file and on any thread. After one nobody knows what is on the
// disk, and asking again may lie: https://wiki.postgresql.org/wiki/Fsync_Errors. RocksDB's status
// alone does not tell a failed write from a failed fsync.
#pragma once

#include <rocksdb/listener.h>

#include <atomic>

namespace millrace::storage {

class SyncWatch : public rocksdb::EventListener {
 public:
  bool failed() const { return failed_.load(std::memory_order_acquire); }

  bool ShouldBeNotifiedOnFileIO() override { return true; }
  void OnIOError(const rocksdb::IOErrorInfo& info) override {
    using Type = rocksdb::FileOperationType;
    if (info.operation == Type::kSync || info.operation == Type::kFsync ||
        info.operation == Type::kRangeSync)
      failed_.store(true, std::memory_order_release);
  }

 private:
  std::atomic<bool> failed_{false};
};

}  // namespace millrace::storage
