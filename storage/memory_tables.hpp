// The tables as ordered maps on a MemoryDisk.
#pragma once

#include "storage/key_value.hpp"
#include "storage/memory_store.hpp"

#include <memory>

namespace millrace::storage {

/// `disk` outlives the result. A view keeps writers out: one thread must not write while it holds
/// one.
std::unique_ptr<KeyValue> open_memory_tables(MemoryDisk& disk);

}  // namespace millrace::storage
