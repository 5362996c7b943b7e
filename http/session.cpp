// One connection: its requests, in and answered in order. Its bytes and deadlines are in
// session_io.cpp.
#include "http/session.hpp"

#include "http/problem.hpp"
#include "http/response_writer.hpp"
#include "runtime/base/assert.hpp"
#include "runtime/base/log.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace millrace::http {
namespace {

constexpr std::size_t out_bytes_max =
    64 * limits::kib;  // unsent beyond this: no further request is read
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

ErrorCode code_of(int status) {
  if (status == 413) return ErrorCode::too_large;
  if (status == 408) return ErrorCode::timeout;
  if (status == 503) return ErrorCode::unavailable;
  return ErrorCode::validation;
}

}  // namespace

Session::Session(Core& core, Socket socket, std::string peer, bool counted)
    : core_(core),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      counted_(counted),
      reader_(core.reader),
      body_bytes_(core.body_bytes_total),
      unsent_bytes_(core.unsent_bytes_total),
      awaited_since_(core.clock.monotonic()) {
  core_.enter(*this);
}

Session::~Session() { close(); }

bool Session::wants_bytes() const {
  if (phase_ == Phase::lingering) return true;
  if (phase_ == Phase::closed || read_closed_) return false;
  if (phase_ == Phase::body) return true;
  return slots_.size() < core_.limits.pipelined_responses_max &&
         out_.size() - sent_ < out_bytes_max;
}

std::size_t Session::consume(std::string_view bytes) {
  std::size_t consumed = 0;
  busy_ = true;
  while ((phase_ == Phase::head || phase_ == Phase::body) && wants_bytes()) {
    std::size_t used = 0;
    const bool goes_on = step(bytes.substr(consumed), used);
    consumed += used;
    if (!goes_on) break;
  }
  busy_ = false;
  return read_closed_ ? bytes.size() : consumed;
}

bool Session::step(std::string_view bytes, std::size_t& used) {
  if (bytes.empty()) return false;
  if (phase_ == Phase::head) {
    switch (reader_.head(bytes, used)) {
      case RequestReader::Step::more:
        return false;
      case RequestReader::Step::refused:
        refuse_head(reader_.refusal());
        return false;
      case RequestReader::Step::done:
        begin_request();
        return true;
    }
  }
  return take_body(reader_.body(bytes, admitted_->route->body_bytes_max, used));
}

bool Session::take_body(RequestReader::Step step) {
  body_bytes_.set(reader_.request().body.size());
  if (core_.body_bytes_total > core_.limits.body_bytes_total_max) {
    refuse_body({503, "too many bodies are being read"});
    return false;
  }
  switch (step) {
    case RequestReader::Step::more:
      return false;
    case RequestReader::Step::refused:
      refuse_body(reader_.refusal());
      return false;
    case RequestReader::Step::done:
      dispatch();
      return true;
  }
  return false;
}

void Session::begin_request() {
  Request& request = reader_.request();
  request.peer = peer_;
  request.request_id = core_.next_request_id();
  request.received = core_.clock.now();
  const Announced announced{reader_.content_length(), reader_.expects_unknown()};
  auto admission = admit(core_.desk, request, announced, core_.clock.monotonic());
  if (auto* response = std::get_if<Response>(&admission)) return refuse(*std::move(response));
  admitted_ = std::get<Admitted>(std::move(admission));
  if (admitted_->key) uncount();
  if (reader_.has_body()) return begin_body();
  dispatch();
}

void Session::begin_body() {
  phase_ = Phase::body;
  await(Awaited::body);
  if (!reader_.expects_continue()) return;
  continue_due_ = true;
  flush();
}

void Session::dispatch() {
  phase_ = Phase::head;
  continue_due_ = false;
  body_bytes_.set(0);
  auto matched = std::make_shared<Matched>();
  const Route& route = *admitted_->route;
  matched->voice = &route.render_error;
  matched->captures = std::move(admitted_->captures);
  matched->key = std::move(admitted_->key);
  admitted_.reset();
  const std::uint64_t number = push_slot(!reader_.keeps_alive() || core_.draining || route.streams);
  matched->request = std::move(reader_.request());
  reader_.reset();
  const auto ticket = std::make_shared<Ticket>(shared_from_this(), number);
  const std::shared_ptr<const Matched> shared = std::move(matched);
  try {
    route.handler(shared, [ticket](Response response) { ticket->answer(std::move(response)); });
  } catch (const std::exception& failure) {
    log(LogLevel::error, "http.handler_failed",
        {{"route", route.pattern},
         {"request_id", shared->request.request_id},
         {"what", failure.what()}});
    if (ticket->is_answered()) return;
    ticket->answer(render_error(route.render_error, shared->request,
                                Error{ErrorCode::internal, "the handler failed"}));
  }
}

std::uint64_t Session::push_slot(bool close) {
  Slot slot;
  slot.close = close;
  slot.head_only = reader_.request().method == "HEAD";
  slot.version = reader_.version();
  slot.request_id = reader_.request().request_id;
  slot.quota = reader_.request().quota;
  slots_.push_back(std::move(slot));
  if (close) read_closed_ = true;
  await(Awaited::answer);
  return first_number_ + slots_.size() - 1;
}

void Session::refuse_head(const Refusal& refusal) {
  Request& request = reader_.request();
  request.request_id = core_.next_request_id();
  const std::uint64_t number = push_slot(true);
  answer(number, problem(request, Error{code_of(refusal.status), refusal.message}, refusal.status));
}

void Session::refuse_body(const Refusal& refusal) {
  phase_ = Phase::head;
  continue_due_ = false;
  body_bytes_.set(0);
  const Error error{code_of(refusal.status), refusal.message};
  const std::uint64_t number = push_slot(true);
  answer(number,
         render_error(admitted_->route->render_error, reader_.request(), error, refusal.status));
  admitted_.reset();
  reader_.request().body = {};
}

void Session::refuse(Response response) {
  const bool body_unread = reader_.has_body();
  const std::uint64_t number = push_slot(body_unread || !reader_.keeps_alive() || core_.draining);
  reader_.reset();
  answer(number, std::move(response));
}

void Session::answer(std::uint64_t number, Response response) {
  if (phase_ == Phase::closed || phase_ == Phase::lingering) return;
  MR_ASSERT(number >= first_number_ && number - first_number_ < slots_.size());
  Slot& slot = slots_[static_cast<std::size_t>(number - first_number_)];
  const bool last = &slot == &slots_.back();
  if (core_.draining && last && !read_closed_ && phase_ == Phase::head) {
    slot.close = true;
    read_closed_ = true;
  }
  MR_ASSERT(!response.stream || slot.close);
  slot.bytes = write_response(response, {slot.version, slot.head_only, slot.close, slot.request_id,
                                         response.stream != nullptr, slot.quota});
  if (!slot.head_only) slot.stream = std::move(response.stream);
  slot.ready = true;
  flush();
  resume();
}

void Session::flush() {
  std::shared_ptr<BodyStream> stream;
  int version = 11;
  while (!slots_.empty() && slots_.front().ready) {
    std::string& bytes = slots_.front().bytes;
    if (out_.empty()) {
      out_ = std::move(bytes);
    } else {
      out_ += bytes;
    }
    stream = std::move(slots_.front().stream);
    version = slots_.front().version;
    slots_.pop_front();
    ++first_number_;
  }
  if (continue_due_ && slots_.empty()) {
    out_ += continue_line;
    continue_due_ = false;
  }
  if (!writing_) write_now();
  if (stream) begin_stream(std::move(stream), version);
}

void Session::resume() {
  if (busy_ || phase_ == Phase::closed) return;
  if (stream_) return pump();
  if (!in_.empty() && wants_bytes()) in_.erase(0, consume(in_));
  settle();
}

void Session::settle() {
  if (phase_ == Phase::closed || phase_ == Phase::lingering) return;
  if (stream_) return wait_readable();
  if (slots_.empty() && out_.empty()) {
    if (read_closed_) return finish();
    if (phase_ == Phase::head && !reader_.head_begun() && awaited_ != Awaited::first) {
      await(Awaited::next);
    }
  }
  if (phase_ == Phase::head && reader_.head_begun() && wants_bytes()) await(Awaited::head);
  wait_readable();
}

void Session::uncount() {
  if (std::exchange(counted_, false)) core_.uncount_address(peer_);
}

Ticket::~Ticket() {
  Core& core = session_->core();
  if (core.stopped) return;
  const bool here = core.io.get_executor().running_in_this_thread();
  if (answered_ && here) return;
  asio::post(core.io, [session = std::move(session_), number = number_, answered = answered_] {
    if (answered) return;
    const Error error{ErrorCode::internal, "the request was not answered"};
    session->answer(number, problem(Request{}, error));
  });
}

void Ticket::answer(Response response) {
  MR_ASSERT(session_->core().io.get_executor().running_in_this_thread());
  if (answered_) {
    log(LogLevel::error, "http.answered_twice", {});
    return;
  }
  answered_ = true;
  session_->answer(number_, std::move(response));
}

}  // namespace millrace::http
