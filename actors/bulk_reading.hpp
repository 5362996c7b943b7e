// What a bulk job needs of the disk for its next step: runs to collect, or runs to touch with what
// is to be done about each. On a store reader's thread.
#pragma once

#include "actors/messages.hpp"
#include "runtime/ports/archive.hpp"

namespace millrace::actors {

BulkLoaded read_bulk(const Archive& archive, const BulkRequest& request);

}  // namespace millrace::actors
