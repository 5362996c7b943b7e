// Archive first, ring afterwards, and one position that only moves forward.
#include "http/sse/event_stream.hpp"

#include "http/dialects/reading.hpp"
#include "http/sse/frames.hpp"
#include "runtime/base/log.hpp"

#include <algorithm>
#include <utility>

namespace millrace::http {
namespace {

constexpr std::size_t turns_per_fill = 64;
constexpr Duration read_pause{250};  ///< after the archive had no room

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

EventStream::EventStream(const Services& services, StreamRequest request)
    : services_(services), request_(std::move(request)) {
  if (request_.last_event_id.empty()) return;
  at_ = parse_event_position(request_.last_event_id);
  unknown_position_ = !at_;
}

void EventStream::begin(std::function<void()> ready) {
  ready_ = std::move(ready);
  text_ =
      "retry: " + std::to_string(std::chrono::milliseconds(limits::stream_retry).count()) + "\n\n";
  const MonotonicTime now = services_.clock->monotonic();
  spoken_ = now;
  next_key_check_ = now + limits::stream_key_check;
  auto wake = [weak = weak_from_this(), sink = services_.sink] {
    std::vector<std::function<void()>> calls;
    calls.emplace_back([weak] {
      if (const auto self = weak.lock()) self->ready_();
    });
    sink->post(std::move(calls));
  };
  subscription_ = services_.feed->subscribe(request_.matched->key->workspace, std::move(wake));
}

BodyStream::Fill EventStream::fill(std::string& out) {
  out += std::exchange(text_, {});
  if (winding_up_ && stage_ != Stage::ended) {
    append_comment(out, "the server is closing");
    stage_ = Stage::ended;
  }
  if (stage_ == Stage::opening && subscription_->is_live()) catch_up();
  if (stage_ == Stage::behind && services_.clock->monotonic() >= next_read_) read_page();
  const bool more = stage_ == Stage::live && take_live(out);
  if (stage_ == Stage::ended) return Fill::ended;
  const MonotonicTime now = services_.clock->monotonic();
  if (out.empty() && now - spoken_ >= limits::stream_ping) ping(out);
  if (!out.empty()) spoken_ = now;
  return more ? Fill::more : Fill::idle;
}

bool EventStream::is_due(MonotonicTime now) {
  if (now >= next_key_check_) {
    next_key_check_ = now + limits::stream_key_check;
    const auto key = services_.archive->key(request_.matched->key->hash);
    if (!key || key->revoked) {
      stage_ = Stage::ended;
      return true;
    }
  }
  if (stage_ == Stage::behind && now >= next_read_) return true;
  return now - spoken_ >= limits::stream_ping;
}

/// What the ring holds or has dropped is on disk by now: the archive tells all of it.
void EventStream::catch_up() {
  empty_ring();
  clean_ = false;
  stage_ = Stage::behind;
}

void EventStream::empty_ring() {
  bool lagged = false;
  while (!subscription_->take(turns_per_fill, lagged).empty()) {
  }
}

void EventStream::read_page() {
  stage_ = Stage::reading;
  auto work = [archive = services_.archive, workspace = request_.matched->key->workspace,
               after = at_, filter = request_.filter,
               voice = request_.voice]() -> Result<WrittenPage> {
    return write_page(*archive, workspace, after, filter, *voice);
  };
  auto next = [weak = weak_from_this()](const Result<WrittenPage>& page) {
    if (const auto self = weak.lock()) self->take_page(page);
  };
  auto no_room = [weak = weak_from_this()](const Response&) {
    const auto self = weak.lock();
    if (!self || self->stage_ == Stage::ended) return;
    self->stage_ = Stage::behind;
    self->next_read_ = self->services_.clock->monotonic() + read_pause;
  };
  read_then<Result<WrittenPage>>(services_, request_.matched, std::move(work), std::move(next),
                                 std::move(no_room));
}

void EventStream::take_page(const Result<WrittenPage>& page) {
  if (stage_ == Stage::ended) return;
  if (!page) {
    log(LogLevel::error, "stream.read_failed", {{"reason", page.error().message}});
    stage_ = Stage::ended;
    return ready_();
  }
  const bool first = !told_;
  text_ += page->text;
  if (page->gap || std::exchange(unknown_position_, false)) {
    tell_gap(page->end);
  } else if (first && !page->has_more) {
    append_id(text_, page->end);
    told_ = page->end;
  }
  at_ = page->end;
  stage_ = page->has_more ? Stage::behind : Stage::live;
  ready_();
}

void EventStream::tell_gap(EventPosition end) {
  const std::string requested = at_ ? to_text(*at_) : request_.last_event_id;
  const std::string details =
      "{\"requested\":" + quoted(requested) + ",\"resumes_after\":\"" + to_text(end) + "\"}";
  append_event(text_, end, "stream.gap",
               request_.voice->control("stream.gap", services_.clock->now(), details));
  told_ = end;
}

/// True: there may be more.
bool EventStream::take_live(std::string& out) {
  const std::uint64_t seen = subscription_->seen();
  bool lagged = false;
  const auto turns = subscription_->take(turns_per_fill, lagged);
  for (const FeedTurn& turn : turns) {
    if (take_turn(turn, out)) continue;
    catch_up();
    return true;
  }
  if (lagged) {
    if (clean_) {
      overflow(out);
    } else {
      catch_up();
    }
    return true;
  }
  if (turns.size() == turns_per_fill) return true;
  clean_ = true;
  at_ = std::max(*at_, EventPosition{seen + 1, 0});
  return false;
}

/// False: its program is not at hand, the archive must be asked.
bool EventStream::take_turn(const FeedTurn& turn, std::string& out) {
  const EventPosition end = event_position(turn.position, limits::events_per_turn_max - 1);
  if (end <= *at_) return true;
  const ExecutionSummary& summary = turn.summary;
  if (request_.filter.wants(summary)) {
    const auto published = services_.archive->published(summary.flow);
    if (!published || published->program->version != summary.flow_version) return false;
    append_turn(out, turn, published->program.get(), request_.filter, *request_.voice, at_);
  }
  at_ = end;
  return true;
}

void EventStream::overflow(std::string& out) {
  const std::string details = "{\"resumes_after\":\"" + to_text(*at_) + "\"}";
  append_event(out, at_, "stream.overflow",
               request_.voice->control("stream.overflow", services_.clock->now(), details));
  stage_ = Stage::ended;
}

void EventStream::ping(std::string& out) {
  append_comment(out, "ping");
  if (stage_ != Stage::live || told_ == at_) return;
  append_id(out, *at_);
  told_ = at_;
}

}  // namespace millrace::http
