// RocksDB's file system wrapper with an account of every file that was opened for writing.
#include "tests/support/faulty_file_system.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>

namespace millrace::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

struct FileAccount {
  std::uint64_t size = 0;
  std::uint64_t synced = 0;
  std::optional<std::uint64_t> lost_from;  ///< of a failed fsync: no later one brings it back
};

enum class Operation : std::uint8_t { append, make, sync, other };

}  // namespace

struct FaultyDisk::State {
  mutable std::mutex mutex;
  std::map<std::string, FileAccount> files;
  bool off = false;
  bool full = false;
  bool sync_fails = false;
  std::uint64_t off_in = 0;    ///< 0: never
  std::uint64_t fails_in = 0;  ///< 0: never
  Fault fault = Fault::io_error;
  bool fired = false;

  /// Called with the lock held, before anything reaches the disk.
  IOStatus check(Operation operation) {
    if (off_in != 0 && --off_in == 0) off = true;
    if (off) return IOStatus::IOError("the power is off");
    if (fails_in != 0 && --fails_in == 0) {
      fired = true;
      return failure(fault);
    }
    if (full && (operation == Operation::append || operation == Operation::make))
      return failure(Fault::no_space);
    return IOStatus::OK();
  }
  static IOStatus failure(Fault fault) {
    if (fault == Fault::no_space) return IOStatus::NoSpace("injected: no space");
    return IOStatus::IOError("injected: input/output error");
  }
};

namespace {

using StatePtr = std::shared_ptr<FaultyDisk::State>;

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<FSWritableFile>&& inner, std::string name, StatePtr state)
      : FSWritableFileOwnerWrapper(std::move(inner)),
        name_(std::move(name)),
        state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    const std::scoped_lock lock(state_->mutex);
    if (IOStatus status = state_->check(Operation::append); !status.ok()) return status;
    IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, context);
    if (status.ok()) account().size += data.size();
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*verification*/,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options,
                    IODebugContext* context) override {
    const std::scoped_lock lock(state_->mutex);
    if (IOStatus status = state_->check(Operation::other); !status.ok()) return status;
    FileAccount& file = account();
    file.size = size;
    file.synced = std::min(file.synced, size);
    return FSWritableFileOwnerWrapper::Truncate(size, options, context);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    {
      const std::scoped_lock lock(state_->mutex);
      if (IOStatus status = state_->check(Operation::other); !status.ok()) return status;
    }
    return FSWritableFileOwnerWrapper::Close(options, context);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    return sync([&] { return FSWritableFileOwnerWrapper::Sync(options, context); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return sync([&] { return FSWritableFileOwnerWrapper::Fsync(options, context); });
  }
  IOStatus RangeSync(std::uint64_t /*offset*/, std::uint64_t /*bytes*/,
                     const IOOptions& /*options*/, IODebugContext* /*context*/) override {
    return IOStatus::OK();
  }

 private:
  FileAccount& account() { return state_->files[name_]; }

  template <class Inner>
  IOStatus sync(Inner inner) {
    const std::scoped_lock lock(state_->mutex);
    FileAccount& file = account();
    IOStatus status = state_->check(Operation::sync);
    if (status.ok() && state_->sync_fails) {
      state_->sync_fails = false;
      state_->fired = true;
      status = FaultyDisk::State::failure(Fault::io_error);
    }
    if (!status.ok()) {
      if (!file.lost_from) file.lost_from = file.synced;
      return status;
    }
    status = inner();
    if (status.ok()) file.synced = file.size;
    return status;
  }

  const std::string name_;
  const StatePtr state_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<FSDirectory>&& inner, StatePtr state)
      : FSDirectoryWrapper(std::move(inner)), state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    if (IOStatus status = check(); !status.ok()) return status;
    return FSDirectoryWrapper::Fsync(options, context);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions& directory) override {
    if (IOStatus status = check(); !status.ok()) return status;
    return FSDirectoryWrapper::FsyncWithDirOptions(options, context, directory);
  }

 private:
  IOStatus check() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->check(Operation::sync);
  }
  const StatePtr state_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(StatePtr state)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::move(state)) {}

  const char* Name() const override { return "FaultyFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file,
                           IODebugContext* context) override {
    const std::scoped_lock lock(state_->mutex);
    if (IOStatus status = state_->check(Operation::make); !status.ok()) return status;
    std::unique_ptr<FSWritableFile> inner;
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &inner, context);
    if (!status.ok()) return status;
    state_->files[name] = {};
    *file = std::make_unique<FaultyFile>(std::move(inner), name, state_);
    return status;
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* directory, IODebugContext* context) override {
    std::unique_ptr<FSDirectory> inner;
    IOStatus status = FileSystemWrapper::NewDirectory(name, options, &inner, context);
    if (status.ok()) *directory = std::make_unique<FaultyDirectory>(std::move(inner), state_);
    return status;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* context) override {
    const std::scoped_lock lock(state_->mutex);
    if (IOStatus status = state_->check(Operation::other); !status.ok()) return status;
    IOStatus status = FileSystemWrapper::DeleteFile(name, options, context);
    if (status.ok()) state_->files.erase(name);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* context) override {
    const std::scoped_lock lock(state_->mutex);
    if (IOStatus status = state_->check(Operation::other); !status.ok()) return status;
    IOStatus status = FileSystemWrapper::RenameFile(from, to, options, context);
    if (!status.ok()) return status;
    state_->files.erase(to);
    if (auto moved = state_->files.extract(from)) {
      moved.key() = to;
      state_->files.insert(std::move(moved));
    }
    return status;
  }
  IOStatus GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* bytes,
                        IODebugContext* context) override {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->full) return FileSystemWrapper::GetFreeSpace(path, options, bytes, context);
    *bytes = 0;
    return IOStatus::OK();
  }

 private:
  const StatePtr state_;
};

}  // namespace

FaultyDisk::FaultyDisk() : state_(std::make_shared<State>()) {
  env_ = rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(state_));
}
FaultyDisk::~FaultyDisk() = default;

rocksdb::Env* FaultyDisk::env() const { return env_.get(); }

void FaultyDisk::power_off() {
  const std::scoped_lock lock(state_->mutex);
  state_->off = true;
}

void FaultyDisk::power_off_at(std::uint64_t n) {
  const std::scoped_lock lock(state_->mutex);
  state_->off_in = n;
}

void FaultyDisk::power_on(std::uint64_t seed) {
  const std::scoped_lock lock(state_->mutex);
  std::mt19937_64 random(seed);
  for (auto& [name, file] : state_->files) {
    const std::uint64_t durable = std::min(file.synced, file.lost_from.value_or(file.synced));
    const std::uint64_t kept = durable + random() % (file.size - durable + 1);
    std::error_code missing;
    std::filesystem::resize_file(name, kept, missing);
    file = {kept, kept, std::nullopt};
  }
  state_->off = false;
  state_->off_in = 0;
}

void FaultyDisk::fail_operation(std::uint64_t n, Fault fault) {
  const std::scoped_lock lock(state_->mutex);
  state_->fails_in = n;
  state_->fault = fault;
  state_->fired = false;
}

bool FaultyDisk::fault_fired() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->fired;
}

void FaultyDisk::fill_up() {
  const std::scoped_lock lock(state_->mutex);
  state_->full = true;
}

void FaultyDisk::free_space() {
  const std::scoped_lock lock(state_->mutex);
  state_->full = false;
}

void FaultyDisk::fail_next_sync() {
  const std::scoped_lock lock(state_->mutex);
  state_->sync_fails = true;
  state_->fired = false;
}

}  // namespace millrace::testing
