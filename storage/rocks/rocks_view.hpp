// Reading rows: one at a time, or through a snapshot of all tables.
#pragma once

#include "storage/key_value.hpp"
#include "storage/rocks/open_files.hpp"

#include <memory>
#include <shared_mutex>
#include <string_view>

namespace millrace::storage {

inline rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

/// A family that is not there has no rows.
Result<std::optional<std::string>> get_row(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                           const HandlePtr& family, std::string_view key);

/// `open` keeps the files open for as long as the view lives. No files: every read answers
/// `unavailable`.
std::unique_ptr<View> make_view(const OpenFiles* files, std::shared_lock<std::shared_mutex> open);

/// What reads answer while there are no files.
Error not_open();

}  // namespace millrace::storage
