// One connection: the body that is made while it is sent.
#include "http/response_writer.hpp"
#include "http/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace millrace::http {
namespace {

using boost::system::error_code;

constexpr int reads_per_wake_max = 4;

}  // namespace

void Session::begin_stream(std::shared_ptr<BodyStream> stream, int version) {
  if (phase_ == Phase::closed) return;
  stream_ = stream;
  stream_version_ = version;
  stream->begin([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
  pump();
}

void Session::pump() {
  if (!stream_ || writing_ || phase_ == Phase::closed) return;
  const auto stream = stream_;
  std::string piece;
  const BodyStream::Fill fill = stream->fill(piece);
  append_piece(out_, piece, stream_version_);
  if (fill == BodyStream::Fill::ended) {
    append_end(out_, stream_version_);
    stream_.reset();
  }
  write_now();
  if (fill == BodyStream::Fill::more && !writing_) {
    asio::post(core_.io, [self = shared_from_this()] { self->pump(); });
  }
  if (!busy_) settle();
}

/// Nothing is expected of who listens but the end.
void Session::read_past() {
  for (int i = 0; i < reads_per_wake_max; ++i) {
    error_code failed;
    socket_.read_some(asio::buffer(core_.scratch), failed);
    if (failed == asio::error::would_block) break;
    if (failed) return close();
  }
  wait_readable();
}

void Session::check_stream(MonotonicTime now) {
  if (core_.draining) stream_->wind_up();
  if (core_.draining || stream_->is_due(now)) pump();
}

}  // namespace millrace::http
