// The handles of the open column families. A dropped log bucket stays readable to those that hold
// its handle.
#pragma once

#include "storage/rows/table.hpp"

#include <rocksdb/db.h>

#include <array>
#include <map>
#include <memory>
#include <shared_mutex>
#include <vector>

namespace millrace::storage {

using HandlePtr = std::shared_ptr<rocksdb::ColumnFamilyHandle>;

/// Thread-safe. Ends before the database.
class FamilyHandles {
 public:
  explicit FamilyHandles(rocksdb::DB& db) : db_(db) {}

  /// Takes over a handle of the database, by the name of its family; names that are not ours are
  /// kept open.
  void adopt(rocksdb::ColumnFamilyHandle* handle);
  /// Without a lock: fixed families are adopted at opening and never go.
  rocksdb::ColumnFamilyHandle* fixed(Family family) const {
    return fixed_[static_cast<std::size_t>(family)].get();
  }
  /// Null: a log bucket that is not there.
  HandlePtr find(const Table& table) const;
  bool complete() const;  ///< every fixed family is there
  std::vector<LogBucket> buckets() const;
  void forget(LogBucket bucket);

 private:
  rocksdb::DB& db_;
  mutable std::shared_mutex mutex_;
  std::array<HandlePtr, fixed_families> fixed_;
  std::map<LogBucket, HandlePtr> log_;
  std::vector<HandlePtr> foreign_;
};

}  // namespace millrace::storage
