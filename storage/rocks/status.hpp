// RocksDB's errors as ours. The one place that reads a rocksdb::Status.
#pragma once

#include "runtime/base/error.hpp"

#include <rocksdb/status.h>

#include <string_view>

namespace millrace::storage {

/// `doing` is what was tried, for the message. No space is `unavailable`, damage is `corrupt`, a
/// directory that another process holds is `configuration`, all else `storage`.
Error to_error(const rocksdb::Status& status, std::string_view doing);

}  // namespace millrace::storage
