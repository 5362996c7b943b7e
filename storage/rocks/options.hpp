// How RocksDB is set up, with the reason beside each setting. Sources: our measurements of the hot
// path, and the options' own documentation in rocksdb/options.h.
#pragma once

#include "storage/storage.hpp"

#include <rocksdb/options.h>

#include <memory>
#include <string_view>

namespace millrace::storage {

rocksdb::DBOptions database_options(const Settings& settings);

/// One block cache for all families of a database.
class FamilyOptions {
 public:
  explicit FamilyOptions(const Settings& settings);
  /// By the family's name on disk; a name that is not ours gets RocksDB's own.
  rocksdb::ColumnFamilyOptions of(std::string_view name) const;

 private:
  std::shared_ptr<rocksdb::Cache> cache_;
};

}  // namespace millrace::storage
