// The rows that make a repeated trigger or request meet its first one. Keys of the open batch count
// before they are written; an expired row counts as absent.
#pragma once

#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace millrace::storage {

/// On the committer's thread alone.
class Dedup {
 public:
  explicit Dedup(KeyValue& tables) : tables_(tables) {}

  /// The row that stands for `key` at `now`. Errors: storage, corrupt.
  Result<std::optional<DedupRow>> find(const Key& key, Timestamp now) const;
  /// Puts the row into the open batch.
  void insert(const Key& key, DedupRow row);
  /// The batch was written or given up.
  void forget_batch() { in_batch_.clear(); }

 private:
  KeyValue& tables_;
  std::unordered_map<std::string, DedupRow> in_batch_;
  std::string value_;
};

}  // namespace millrace::storage
