// One connection: reads requests, hands them to their routes, writes the answers in order, and ends
// slow peers. Lives as long as an operation or an unanswered request holds it. The I/O thread's.
// Internal: includes Asio.
#pragma once

#include "http/body_stream.hpp"
#include "http/core.hpp"
#include "http/request_reader.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::http {

class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `peer` is the client's address; `counted` says that it counts against that address.
  Session(Core& core, Socket socket, std::string peer, bool counted);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start();
  /// Ends what is past its deadline. Called by the server's tick.
  void check(MonotonicTime now);
  /// At once, without a word.
  void close();
  /// The answer of request `number` of this connection.
  void answer(std::uint64_t number, Response response);
  Core& core() { return core_; }

  std::size_t place = 0;  ///< in the core's register

 private:
  enum class Phase : std::uint8_t { head, body, lingering, closed };
  /// What the read deadline is about.
  enum class Awaited : std::uint8_t { first, head, next, body, answer, end };
  /// One request in the order of arrival, and its answer once there is one.
  struct Slot {
    bool ready = false;
    bool close = false;
    bool head_only = false;
    int version = 11;
    std::string request_id;
    std::optional<Quota> quota;
    std::string bytes;
    std::shared_ptr<BodyStream> stream;
  };

  bool wants_bytes() const;
  void wait_readable();
  void read_now();
  void read_out();
  void take(std::string_view bytes);
  std::size_t consume(std::string_view bytes);
  bool step(std::string_view bytes, std::size_t& used);
  void resume();
  void settle();

  bool take_body(RequestReader::Step step);
  void begin_request();
  void begin_body();
  void dispatch();
  std::uint64_t push_slot(bool close);
  void refuse_head(const Refusal& refusal);
  void refuse_body(const Refusal& refusal);
  void refuse(Response response);

  void flush();
  void write_now();
  void wait_writable();
  void finish();

  void begin_stream(std::shared_ptr<BodyStream> stream, int version);
  void pump();
  void check_stream(MonotonicTime now);

  void await(Awaited what);
  bool is_idle() const;
  bool is_body_late(MonotonicTime now) const;
  void on_read_deadline();
  void uncount();

  Core& core_;
  Socket socket_;
  std::string peer_;
  bool counted_;
  Phase phase_ = Phase::head;

  RequestReader reader_;
  std::string in_;  ///< read, not yet consumed
  std::optional<Admitted> admitted_;
  Share body_bytes_;
  bool reading_ = false;      ///< a wait for readability is under way
  bool read_closed_ = false;  ///< no further request is taken
  bool peer_ended_ = false;
  bool busy_ = false;  ///< inside consume(): answers must not re-enter it

  std::deque<Slot> slots_;
  std::uint64_t first_number_ = 0;  ///< of slots_.front()
  std::string out_;
  std::size_t sent_ = 0;  ///< of out_
  Share unsent_bytes_;
  bool writing_ = false;  ///< a wait for writability is under way
  bool continue_due_ = false;
  std::shared_ptr<BodyStream> stream_;  ///< the body of the last answer, while it is being made
  int stream_version_ = 11;

  Awaited awaited_ = Awaited::first;
  MonotonicTime awaited_since_{};
  MonotonicTime read_deadline_ = MonotonicTime::max();
  MonotonicTime write_deadline_ = MonotonicTime::max();
  std::size_t progress_ = 0;  ///< bytes written since write_deadline_ was set
};

/// The right to answer one request once, from wherever it is kept. Dropped unanswered, it answers
/// 500.
class Ticket {
 public:
  Ticket(std::shared_ptr<Session> session, std::uint64_t number)
      : session_(std::move(session)), number_(number) {}
  ~Ticket();
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  /// On the I/O thread.
  void answer(Response response);
  bool is_answered() const { return answered_; }

 private:
  std::shared_ptr<Session> session_;
  std::uint64_t number_;
  bool answered_ = false;
};

}  // namespace millrace::http
