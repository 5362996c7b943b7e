// Committed turns in the order of their commits, read back from the feed's rows, the log and the
// summaries: a live event is stored nowhere.
#pragma once

#include "runtime/ports/event_feed.hpp"
#include "storage/horizon.hpp"
#include "storage/key_value.hpp"

namespace millrace::storage {

/// One page of what `horizon` does not hide; a position before that is a gap. Secrets are masked.
/// Errors: storage, corrupt.
Result<FeedPage> read_feed(const View& view, const FeedQuery& query, const Horizon& horizon,
                           const Redaction& redaction);

}  // namespace millrace::storage
