// Accepts connections.
#include "http/listener.hpp"

#include "http/problem.hpp"
#include "http/response_writer.hpp"
#include "http/session.hpp"
#include "runtime/base/log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>

namespace millrace::http {
namespace {

using boost::system::error_code;

constexpr int backlog = 4'096;
constexpr std::chrono::milliseconds pause_after_failure{100};

asio::ip::address plain(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

void turn_away(Core& core, Socket& socket) {
  Request request;
  request.request_id = core.next_request_id();
  const Response response = problem(request, Error{ErrorCode::unavailable, "too many connections"});
  const std::string bytes = write_response(response, {11, false, true, request.request_id});
  error_code ignored;
  socket.write_some(asio::buffer(bytes), ignored);
}

}  // namespace

Listener::Listener(Core& core) : core_(core), acceptor_(core.io), pause_(core.io) {}

Result<void> Listener::open(const std::string& host, std::uint16_t port) {
  error_code failed;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, failed);
  if (failed) {
    return Error{ErrorCode::configuration, "cannot listen on " + host + ": not an address"};
  }
  endpoint_ = {address, port};
  acceptor_.open(endpoint_.protocol(), failed);
  if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor_.bind(endpoint_, failed);
  if (!failed) acceptor_.listen(backlog, failed);
  if (!failed) acceptor_.non_blocking(true, failed);
  if (failed) {
    return Error{ErrorCode::configuration,
                 "cannot listen on " + host + ":" + std::to_string(port) + ": " + failed.message()};
  }
  endpoint_ = acceptor_.local_endpoint(failed);
  return {};
}

std::string Listener::address() const {
  const std::string host = endpoint_.address().to_string();
  const std::string port = std::to_string(endpoint_.port());
  return endpoint_.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

void Listener::accept() {
  acceptor_.async_accept([this](error_code failed, Socket socket) {
    if (failed == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (failed) return pause();
    take(std::move(socket));
    accept();
  });
}

void Listener::pause() {
  log(LogLevel::warn, "http.accept_failed", {});
  pause_.expires_after(pause_after_failure);
  pause_.async_wait([this](error_code failed) {
    if (!failed && acceptor_.is_open()) accept();
  });
}

void Listener::take(Socket socket) {
  error_code failed;
  const auto endpoint = socket.remote_endpoint(failed);
  if (failed) return;
  const auto address = plain(endpoint.address());
  const std::string peer = address.to_string();
  socket.non_blocking(true, failed);
  if (!failed) socket.set_option(asio::ip::tcp::no_delay(true), failed);
  if (failed) return;
  const bool loopback = address.is_loopback();
  if (!core_.admit_connection(peer, loopback)) return turn_away(core_, socket);
  const bool counted = !(loopback && core_.limits.loopback_exempt);
  std::make_shared<Session>(core_, std::move(socket), peer, counted)->start();
}

void Listener::close() {
  if (!acceptor_.is_open()) return;
  for (;;) {
    error_code failed;
    Socket socket = acceptor_.accept(failed);
    if (failed) break;
    take(std::move(socket));
  }
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

}  // namespace millrace::http
