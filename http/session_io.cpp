// One connection: its bytes and its deadlines.
#include "http/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>

namespace millrace::http {
namespace {

using boost::system::error_code;

constexpr int reads_per_wake_max = 16;
constexpr std::size_t buffer_kept_bytes_max = 4 * limits::kib;

void shrink(std::string& buffer) {
  if (buffer.empty() && buffer.capacity() > buffer_kept_bytes_max) std::string().swap(buffer);
}

}  // namespace

void Session::start() { settle(), await(Awaited::first); }

void Session::wait_readable() {
  if (reading_ || (!wants_bytes() && !stream_)) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code failed) {
    self->reading_ = false;
    if (self->phase_ == Phase::closed) return;
    if (failed) return self->close();
    if (self->phase_ == Phase::lingering || self->stream_) return self->read_out();
    self->read_now();
  });
}

void Session::read_now() {
  for (int i = 0; i < reads_per_wake_max && wants_bytes(); ++i) {
    error_code failed;
    const std::size_t count = socket_.read_some(asio::buffer(core_.scratch), failed);
    if (failed == asio::error::would_block) break;
    if (failed && failed != asio::error::eof) return close();
    if (failed) {
      peer_ended_ = true;
      read_closed_ = true;
      break;
    }
    take({core_.scratch.data(), count});
    if (phase_ == Phase::closed || phase_ == Phase::lingering) return;
    if (count < core_.scratch.size()) break;
  }
  settle();
}

void Session::take(std::string_view bytes) {
  if (in_.empty()) {
    bytes.remove_prefix(consume(bytes));
    in_.assign(bytes);
  } else {
    in_.append(bytes);
    in_.erase(0, consume(in_));
  }
  shrink(in_);
}

void Session::read_out() {
  for (int i = 0; i < reads_per_wake_max; ++i) {
    error_code failed;
    socket_.read_some(asio::buffer(core_.scratch), failed);
    if (failed == asio::error::would_block) break;
    if (failed) return close();
  }
  wait_readable();
}

void Session::write_now() {
  while (sent_ < out_.size()) {
    error_code failed;
    const std::size_t count = socket_.write_some(asio::buffer(out_) + sent_, failed);
    if (failed == asio::error::would_block) return wait_writable();
    if (failed) return close();
    sent_ += count;
    progress_ += count;
  }
  out_.clear();
  shrink(out_);
  sent_ = 0;
  unsent_bytes_.set(0);
  write_deadline_ = MonotonicTime::max();
}

void Session::wait_writable() {
  unsent_bytes_.set(out_.size() - sent_);
  if (core_.unsent_bytes_total > core_.limits.unsent_bytes_total_max) return close();
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(core_.limits.write_deadline).count();
  const std::size_t enough =
      static_cast<std::size_t>(seconds) * core_.limits.body_bytes_per_second_min + 1;
  if (write_deadline_ == MonotonicTime::max() || progress_ >= enough) {
    write_deadline_ = core_.clock.monotonic() + core_.limits.write_deadline;
    progress_ = 0;
  }
  writing_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code failed) {
    self->writing_ = false;
    if (self->phase_ == Phase::closed) return;
    if (failed) return self->close();
    self->write_now();
    self->resume();
  });
}

void Session::finish() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (peer_ended_) return close();
  phase_ = Phase::lingering;
  in_.clear();
  shrink(in_);
  await(Awaited::end);
  wait_readable();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  uncount();
  core_.leave(*this);
  stream_.reset();
  slots_.clear();
  body_bytes_.set(0);
  unsent_bytes_.set(0);
  error_code ignored;
  socket_.close(ignored);
}

void Session::await(Awaited what) {
  if (awaited_ == Awaited::first && what == Awaited::head) return;
  if (awaited_ == what && read_deadline_ != MonotonicTime::max()) return;
  awaited_ = what;
  const MonotonicTime now = core_.clock.monotonic();
  awaited_since_ = now;
  switch (what) {
    case Awaited::first:
    case Awaited::head:
      read_deadline_ = now + core_.limits.header_deadline;
      return;
    case Awaited::next:
      read_deadline_ = now + core_.limits.keep_alive_idle;
      return;
    case Awaited::end:
      read_deadline_ = now + core_.limits.linger;
      return;
    case Awaited::body:
    case Awaited::answer:
      read_deadline_ = MonotonicTime::max();
      return;
  }
}

bool Session::is_idle() const {
  return phase_ == Phase::head && slots_.empty() && out_.empty() && !reader_.head_begun();
}

bool Session::is_body_late(MonotonicTime now) const {
  if (phase_ != Phase::body) return false;
  const auto late = now - awaited_since_ - core_.limits.body_grace;
  if (late <= Duration::zero()) return false;
  const double due = std::chrono::duration<double>(late).count() *
                     static_cast<double>(core_.limits.body_bytes_per_second_min);
  return static_cast<double>(reader_.request().body.size()) < due;
}

void Session::check(MonotonicTime now) {
  if (now >= write_deadline_) return close();
  if (stream_) return check_stream(now);
  if (now >= read_deadline_) return on_read_deadline();
  if (is_body_late(now)) return refuse_body({408, "the body came too slowly"});
  if (core_.draining && is_idle() && now >= core_.drain_began + core_.limits.drain_grace) {
    read_closed_ = true;
    finish();
  }
}

void Session::on_read_deadline() {
  if (phase_ == Phase::lingering || !reader_.head_begun()) return close();
  refuse_head({408, "the request head came too slowly"});
}

}  // namespace millrace::http
