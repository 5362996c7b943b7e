// RocksDB's file system wrapper, waiting in Sync and Fsync.
#include "tests/support/slow_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <condition_variable>
#include <mutex>

namespace millrace::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

void wait(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, time, [] { return false; });
}

class SlowFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  SlowFile(std::unique_ptr<FSWritableFile>&& inner, std::chrono::milliseconds per_sync)
      : FSWritableFileOwnerWrapper(std::move(inner)), per_sync_(per_sync) {}
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    wait(per_sync_);
    return FSWritableFileOwnerWrapper::Sync(options, context);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    wait(per_sync_);
    return FSWritableFileOwnerWrapper::Fsync(options, context);
  }

 private:
  std::chrono::milliseconds per_sync_;
};

class SlowFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit SlowFileSystem(std::chrono::milliseconds per_sync)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), per_sync_(per_sync) {}
  const char* Name() const override { return "SlowFileSystem"; }
  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file,
                           IODebugContext* context) override {
    std::unique_ptr<FSWritableFile> inner;
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &inner, context);
    if (status.ok()) {
      *file = std::make_unique<SlowFile>(std::move(inner), per_sync_);
    }
    return status;
  }

 private:
  std::chrono::milliseconds per_sync_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_slow_disk(std::chrono::milliseconds per_sync) {
  return rocksdb::NewCompositeEnv(std::make_shared<SlowFileSystem>(per_sync));
}

}  // namespace millrace::testing
