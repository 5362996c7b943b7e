// Committed turns in the order of their commits, read back from the feed's rows, the log and the
// summaries: a live event is stored nowhere.
#pragma once

#include "runtime/ports/event_feed.hpp"
#include "storage/key_value.hpp"

namespace millrace::storage {

/// One page. Errors: storage, corrupt.
Result<FeedPage> read_feed(const View& view, const FeedQuery& query);

}  // namespace millrace::storage
