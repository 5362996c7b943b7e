// Walks the rows of `feed`; a turn that no longer has its record makes the position too old.
#include "storage/feed_log.hpp"

#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {
namespace {

constexpr std::uint32_t last_event = limits::events_per_turn_max - 1;

Error damaged_key() { return {ErrorCode::corrupt, "a key of feed is damaged"}; }

/// The number of the last commit; 0: there was none.
Result<std::uint64_t> newest_commit(const View& view) {
  const auto row = view.last(Family::feed);
  if (!row) return row.error();
  if (!*row) return std::uint64_t{0};
  const auto commit = commit_of_feed_key((*row)->key);
  if (!commit) return damaged_key();
  return *commit;
}

class Pager {
 public:
  Pager(const View& view, const FeedQuery& query, const Horizon& horizon,
        const Redaction& redaction)
      : view_(view), query_(query), horizon_(horizon), redaction_(redaction) {}

  Result<FeedPage> read() {
    const auto newest = newest_commit(view_);
    if (!newest) return newest.error();
    end_ = {*newest + 1, 0};
    page_.end = end_;
    if (!query_.after || *query_.after == end_) return std::move(page_);
    after_ = std::max(*query_.after, EventPosition{1, 0});
    if (after_ > end_) return gap();
    return read_rows();
  }

 private:
  Result<FeedPage> read_rows() {
    const auto cursor = view_.cursor(Family::feed, feed_key(after_.commit), std::nullopt);
    bool first = true;
    for (; cursor->valid(); cursor->next()) {
      const auto commit = commit_of_feed_key(cursor->key());
      if (!commit) return damaged_key();
      if (std::exchange(first, false) && *commit != after_.commit) return gap();
      const auto row = decode_feed(cursor->value());
      if (!row) return row.error();
      const auto whole = read_row(*commit, *row);
      if (!whole) return whole.error();
      if (purged_) return gap();
      if (!*whole) return std::move(page_);
    }
    if (auto read = cursor->result(); !read) return read.error();
    return first && after_ != end_ ? gap() : std::move(page_);
  }

  Result<FeedPage> gap() const {
    FeedPage page;
    page.end = end_;
    page.gap = true;
    return page;
  }

  bool is_wanted(FeedPosition at, const FeedEntry& entry) const {
    if (entry.workspace != query_.workspace || event_position(at, last_event) <= after_) {
      return false;
    }
    if (query_.flow && *query_.flow != entry.flow) return false;
    return !query_.execution || *query_.execution == entry.execution;
  }

  /// False: the page is full.
  Result<bool> read_row(std::uint64_t commit, const FeedRow& row) {
    for (std::size_t n = 0; n < row.entries.size(); ++n) {
      const FeedPosition at{commit, static_cast<std::uint32_t>(n)};
      if (is_wanted(at, row.entries[n])) {
        if (auto read = read_turn(at, row.committed, row.entries[n]); !read) return read.error();
        if (purged_) return false;
      }
      ++scanned_;
      if (is_full()) {
        page_.end = event_position(at, last_event);
        page_.has_more = true;
        return false;
      }
    }
    return true;
  }

  bool is_full() const {
    return page_.turns.size() >= limits::feed_page_turns_max ||
           bytes_ >= limits::feed_page_bytes_max || scanned_ >= limits::scan_rows_max;
  }

  Result<void> read_turn(FeedPosition at, Timestamp committed, const FeedEntry& entry) {
    const auto bytes = view_.get(entry.bucket, log_key(entry.execution, entry.turn));
    if (!bytes) return bytes.error();
    const auto stored =
        view_.get(Family::execution, execution_key(entry.workspace, entry.execution));
    if (!stored) return stored.error();
    purged_ = !*bytes || !*stored || horizon_.hides(committed);
    if (purged_) return {};
    auto record = decode_record(**bytes);
    if (!record) return record.error();
    auto run = decode_execution(entry.workspace, entry.execution, **stored);
    if (!run) return run.error();
    purged_ = run->summary.ended && horizon_.hides(*run->summary.ended);
    if (purged_) return {};
    hide_headers(*record, redaction_);
    bytes_ += (*bytes)->size();
    page_.turns.push_back({at, std::move(run->summary),
                           std::make_shared<const TurnRecord>(std::move(*record)),
                           (*bytes)->size()});
    return {};
  }

  const View& view_;
  const FeedQuery& query_;
  const Horizon& horizon_;
  const Redaction& redaction_;
  FeedPage page_;
  EventPosition end_;
  EventPosition after_;
  std::size_t bytes_ = 0;
  std::size_t scanned_ = 0;
  bool purged_ = false;
};

}  // namespace

Result<FeedPage> read_feed(const View& view, const FeedQuery& query, const Horizon& horizon,
                           const Redaction& redaction) {
  return Pager(view, query, horizon, redaction).read();
}

}  // namespace millrace::storage
