// What RocksDB says of itself, as lines of our own log.
//
// Its own log file stands on the disk that it writes to: once that is full, the file's writer has
// failed, and the next line aborts the process (Debian builds RocksDB with its assertions).
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace millrace::storage {

/// Warnings and worse; thread-safe.
std::shared_ptr<rocksdb::Logger> make_info_log();

}  // namespace millrace::storage
