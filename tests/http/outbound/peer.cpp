// A scripted HTTP peer.
#include "tests/http/outbound/peer.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace millrace::http::test {
namespace {

constexpr timeval watchdog{20, 0};

std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "Content-Length: ";
  const std::size_t at = head.find(name);
  std::size_t length = 0;
  if (at == std::string_view::npos) return length;
  const char* begin = head.data() + at + name.size();
  std::from_chars(begin, head.data() + head.size(), length);
  return length;
}

std::string read_request(int socket) {
  std::string request;
  std::size_t whole = std::string::npos;
  char buffer[4096];
  while (request.size() < whole) {
    const ssize_t count = recv(socket, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    request.append(buffer, static_cast<std::size_t>(count));
    const std::size_t head = request.find("\r\n\r\n");
    if (whole != std::string::npos || head == std::string::npos) continue;
    whole = head + 4 + content_length(std::string_view(request).substr(0, head));
  }
  return request;
}

}  // namespace

Peer::Peer(const std::string& address) : address_(address) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in endpoint{};
  endpoint.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &endpoint.sin_addr);
  bind(listener_, reinterpret_cast<const sockaddr*>(&endpoint), sizeof endpoint);
  listen(listener_, 64);
  socklen_t size = sizeof endpoint;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&endpoint), &size);
  port_ = ntohs(endpoint.sin_port);
  thread_ = std::thread([this] { run(); });
}

Peer::~Peer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  for (const int socket : held_) close(socket);
  close(listener_);
}

void Peer::ok(const std::string& path, const std::string& body, const std::string& headers) {
  script(path, "HTTP/1.1 200 OK\r\nConnection: close\r\n" + headers +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

void Peer::redirect(const std::string& path, const std::string& location, int status) {
  script(path, "HTTP/1.1 " + std::to_string(status) + " Over There\r\nLocation: " + location +
                   "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

std::string Peer::url(const std::string& path) const {
  return "http://" + address_ + ":" + std::to_string(port_) + path;
}

std::vector<std::string> Peer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void Peer::run() {
  for (;;) {
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    ++connections_;
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &watchdog, sizeof watchdog);
    serve(socket);
  }
}

void Peer::serve(int socket) {
  const std::string request = read_request(socket);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const std::size_t begin = request.find(' ') + 1;
  const auto answer = answers_.find(request.substr(begin, request.find(' ', begin) - begin));
  if (answer == answers_.end()) {
    held_.push_back(socket);
    return;
  }
  std::string_view bytes = answer->second;
  while (!bytes.empty()) {
    const ssize_t count = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  close(socket);
}

}  // namespace millrace::http::test
