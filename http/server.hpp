// The HTTP server's face: what the wiring needs, without Asio or Beast. One I/O thread runs every
// session and every answer; one archive thread runs reads that may touch the disk.
#pragma once

#include "http/message.hpp"
#include "http/router.hpp"
#include "runtime/base/random.hpp"
#include "runtime/base/stream_limits.hpp"
#include "runtime/base/time.hpp"
#include "runtime/ports/archive.hpp"
#include "runtime/ports/reply.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace::http {

/// Bounds of one server; the defaults are those of limits.hpp.
struct ServerLimits {
  std::size_t request_line_bytes_max = limits::request_line_bytes_max;
  std::size_t header_bytes_max = limits::header_bytes_max;
  std::size_t header_fields_max = limits::header_fields_max;
  std::size_t pipelined_responses_max = limits::pipelined_responses_max;
  Duration header_deadline{
      limits::header_read_deadline};  ///< from the connection's or the request's first byte
  Duration body_grace{limits::body_grace};
  std::size_t body_bytes_per_second_min = limits::body_bytes_per_second_min;
  Duration keep_alive_idle{limits::keep_alive_idle};
  Duration write_deadline{limits::write_deadline};  ///< without progress at the body's minimum rate
  Duration linger{2'000};  ///< how long a closed connection is read out, so that the answer arrives
  Duration drain_grace{1'000};  ///< how long idle connections may still speak once a drain began
  Duration tick{250};           ///< how often deadlines are looked at
  std::size_t connections_max = limits::connections_max;
  std::size_t connections_per_address_max = limits::connections_per_address_max;
  std::size_t body_bytes_total_max = 256 * limits::mib;    ///< of bodies being read; more: 503
  std::size_t unsent_bytes_total_max = 512 * limits::mib;  ///< more: who reads slowly is cut off
  bool loopback_exempt = true;                             ///< from the bound per address
  std::size_t auth_failures_max = 300;    ///< wrong keys an address may show at once …
  double auth_failures_per_second = 5;    ///< … and how fast that is forgiven
  std::size_t reads_waiting_max = 1'000;  ///< archive reads queued; more are answered 503
  std::uint32_t key_requests_per_minute = limits::key_requests_per_minute;  ///< 0: no bound
  std::size_t streams_max = limits::streams_max;
  std::size_t streams_per_key_max = limits::streams_per_key_max;
};

struct ServerSettings {
  std::string host = "127.0.0.1";  ///< an address, or `localhost`
  std::uint16_t port = 0;          ///< 0: any free one
  std::vector<std::string>
      authorities;  ///< `host:port` that absolute-form targets may name, besides our own
  ServerLimits limits;
};

/// Life: construct, fill the router, listen(), start(), drain(), stop(). The references outlive the
/// server; the server outlives whoever holds a Respond or a pointer to its sink. Public functions
/// belong to the owner's thread, except sink() and read().
class Server {
 public:
  /// `router` may be filled until start() and must not change afterwards.
  Server(ServerSettings settings, const Router& router, const Archive& archive, const Clock& clock,
         Random& random);
  ~Server();  ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and listens. Error configuration: the address is not one, or is taken.
  Result<void> listen();
  /// After listen(): the port in use.
  std::uint16_t port() const;
  /// `host:port` in use; IPv6 in brackets.
  std::string address() const;

  /// For ports: posted answers run on the I/O thread, in order. After stop() they are dropped.
  ReplySink& sink();
  /// The `read` of Services: `work` on the archive's thread, its response back on the I/O thread.
  void read(MatchedPtr matched, std::function<Response()> work, Respond respond);

  void start();
  /// Takes no new connections, answers what is under way with `Connection: close`, gives idle
  /// connections a last grace. True when every connection ended within `deadline`.
  bool drain(Duration deadline);
  /// Closes what is left and joins the threads. Idempotent.
  void stop();
  /// Calls `handler` on the I/O thread at every SIGTERM and SIGINT from now on. Call before
  /// start().
  void run_on_signal(std::function<void()> handler);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace::http
