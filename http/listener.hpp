// Accepts connections and turns away those over a bound. The I/O thread's. Internal: includes Asio.
#pragma once

#include "http/core.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

namespace millrace::http {

class Listener {
 public:
  explicit Listener(Core& core);

  /// Binds and listens; `localhost` is 127.0.0.1. Error configuration.
  Result<void> open(const std::string& host, std::uint16_t port);
  std::uint16_t port() const { return endpoint_.port(); }
  /// `host:port`, IPv6 in brackets.
  std::string address() const;

  void accept();
  /// Takes in who waits in the backlog already, so that nobody is reset, and closes.
  void close();

 private:
  void take(Socket socket);
  void pause();

  Core& core_;
  asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type> acceptor_;
  asio::steady_timer pause_;
  asio::ip::tcp::endpoint endpoint_;
};

}  // namespace millrace::http
