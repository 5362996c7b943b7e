// What the sessions of one server share: the loop, the settings, the register of connections, one
// read buffer. All of it belongs to the I/O thread unless said otherwise. Internal: includes Asio.
#pragma once

#include "http/admission.hpp"
#include "http/request_reader.hpp"
#include "http/server.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace::http {

namespace asio = boost::asio;
/// The executor is named, not `any_io_executor`: each operation saves an allocation and a virtual
/// call.
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

class Session;

/// One session's part of a total over all sessions.
class Share {
 public:
  explicit Share(std::size_t& total) : total_(total) {}
  ~Share() { set(0); }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  void set(std::size_t mine) {
    total_ += mine - mine_;
    mine_ = mine;
  }

 private:
  std::size_t& total_;
  std::size_t mine_ = 0;
};

class Core {
 public:
  Core(const ServerSettings& settings, const Router& router, const Archive& archive,
       const Clock& clock, Random& random);

  std::atomic<bool> stopped = false;  ///< read by any thread
  asio::io_context io{1};
  const ServerLimits limits;
  ReaderSettings reader;
  const Clock& clock;
  AuthFailures failures;
  KeyRates rates;
  AdmissionDesk desk;
  /// Bytes just read, for one session at a time: idle connections hold no buffer.
  std::array<char, 16 * 1024> scratch{};
  std::size_t body_bytes_total = 0;    ///< of bodies being read
  std::size_t unsent_bytes_total = 0;  ///< of answers that a client does not take
  bool draining = false;
  MonotonicTime drain_began{};

  std::string next_request_id();

  /// Whether one more connection of `peer` may come in; counts it against its address if so.
  bool admit_connection(const std::string& peer, bool loopback);
  /// The connection has ended, or has shown a good key: it no longer counts against its address.
  void uncount_address(const std::string& peer);

  void enter(Session& session);
  void leave(Session& session);
  const std::vector<Session*>& sessions() const { return sessions_; }
  /// From another thread: waits until no session is left. False when `deadline` passed first.
  bool wait_until_empty(Duration deadline);

 private:
  std::uint64_t request_number_;
  std::vector<Session*> sessions_;
  std::unordered_map<std::string, std::size_t> unauthenticated_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::size_t sessions_count_ = 0;  ///< guarded by mutex_
};

}  // namespace millrace::http
