// Opening RocksDB: the database and the handles of its families, which live and end together.
#pragma once

#include "storage/rocks/disk_watch.hpp"
#include "storage/rocks/family_handles.hpp"
#include "storage/rocks/options.hpp"
#include "storage/storage.hpp"

#include <rocksdb/db.h>

#include <memory>

namespace millrace::storage {

struct OpenFiles {
  std::unique_ptr<rocksdb::DB> db;
  std::unique_ptr<FamilyHandles> families;  // ends first
};

/// Makes the directory when it is missing. Errors as open_database().
Result<std::unique_ptr<OpenFiles>> open_files(const Settings& settings,
                                              const FamilyOptions& family_options,
                                              const std::shared_ptr<DiskWatch>& watch);

}  // namespace millrace::storage
