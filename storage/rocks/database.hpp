// The tables on RocksDB.
#pragma once

#include "storage/key_value.hpp"
#include "storage/storage.hpp"

#include <memory>
#include <string>

namespace millrace::storage {

/// Opens or makes `settings.data_dir`. Files are closed when the value ends. Errors: configuration
/// (held by another process), unavailable, storage, corrupt.
Result<std::unique_ptr<KeyValue>> open_database(const Settings& settings);

/// Where RocksDB puts WAL files that it no longer needs.
std::string wal_archive_dir(const Settings& settings);

}  // namespace millrace::storage
