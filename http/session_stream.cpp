// One connection: the body that is made while it is sent.
#include "http/response_writer.hpp"
#include "http/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace millrace::http {
namespace {

using boost::system::error_code;

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

void Session::check_stream(MonotonicTime now) {
  if (core_.draining) stream_->wind_up();
  if (core_.draining || stream_->is_due(now)) pump();
}

}  // namespace millrace::http
