// A disk whose every sync takes a given time: what stands between this machine and one without a
// write cache.
#pragma once

#include <chrono>
#include <memory>

namespace rocksdb {
class Env;
}

namespace millrace::testing {

/// The machine's own file system, with `per_sync` added to each fsync of a file that was opened for
/// writing.
std::unique_ptr<rocksdb::Env> make_slow_disk(std::chrono::milliseconds per_sync);

}  // namespace millrace::testing
