// What the tests of the HTTP room stand on.
#include "tests/http/harness.hpp"

#include "http/header_text.hpp"
#include "http/problem.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace millrace::http::test {
namespace {

constexpr timeval watchdog{20, 0};

sockaddr_in loopback(const char* address, std::uint16_t port) {
  sockaddr_in endpoint{};
  endpoint.sin_family = AF_INET;
  endpoint.sin_port = htons(port);
  inet_pton(AF_INET, address, &endpoint.sin_addr);
  return endpoint;
}

Reply parse_head(std::string_view head) {
  Reply reply;
  std::from_chars(head.data() + 9, head.data() + 12, reply.status);
  std::size_t begin = head.find("\r\n") + 2;
  while (begin < head.size()) {
    const std::size_t end = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, end - begin);
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    reply.headers.emplace_back(to_lower(line.substr(0, colon)), line.substr(colon + 2));
    begin = end + 2;
  }
  return reply;
}

}  // namespace

void KeyArchive::add(std::string_view text, Dialect dialect, Scopes scopes, bool revoked) {
  ApiKey key;
  key.id = KeyId{Id::make(1, Partition{0}, keys_.size() + 1)};
  key.hash = sha256(text);
  key.dialect = dialect;
  key.scopes = scopes;
  key.workspace = WorkspaceNumber{7};
  if (revoked) key.revoked = Timestamp{};
  keys_[key.hash] = key;
}

std::optional<ApiKey> KeyArchive::key(const Sha256& hash) const {
  const auto found = keys_.find(hash);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

std::string Reply::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

Client::Client(std::uint16_t port, const std::string& from) {
  socket_ = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &watchdog, sizeof watchdog);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &watchdog, sizeof watchdog);
  if (!from.empty()) {
    const sockaddr_in source = loopback(from.c_str(), 0);
    bind(socket_, reinterpret_cast<const sockaddr*>(&source), sizeof source);
  }
  const sockaddr_in target = loopback("127.0.0.1", port);
  connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0;
}

Client::~Client() { ::close(socket_); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Client::end() { shutdown(socket_, SHUT_WR); }

bool Client::fill() {
  char buffer[16 * 1024];
  const ssize_t count = recv(socket_, buffer, sizeof buffer, 0);
  if (count > 0) {
    in_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  ended_ = count == 0 || errno == ECONNRESET;
  if (!ended_) ADD_FAILURE() << "the server said nothing for 20 s";
  return false;
}

Reply Client::read(bool head_only) {
  std::size_t end = 0;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  Reply reply = parse_head(std::string_view(in_).substr(0, end + 4));
  in_.erase(0, end + 4);
  std::size_t length = 0;
  const std::string text = reply.header("content-length");
  std::from_chars(text.data(), text.data() + text.size(), length);
  if (head_only || reply.status < 200) length = 0;
  while (in_.size() < length) {
    if (!fill()) return {};
  }
  reply.body = in_.substr(0, length);
  in_.erase(0, length);
  return reply;
}

std::string Client::read_bytes(std::size_t count) {
  while (in_.size() < count && fill()) {
  }
  std::string bytes = in_.substr(0, count);
  in_.erase(0, count);
  return bytes;
}

std::string Client::read_rest() {
  while (!ended_ && fill()) {
  }
  return std::exchange(in_, {});
}

Reply Client::ask(std::string_view bytes) {
  send(bytes);
  return read();
}

TestServer::TestServer() : TestServer(quick_limits()) {}

TestServer::TestServer(ServerLimits limits)
    : router([](const Request& request, const Error& error, int status) {
        return problem(request, error, status);
      }) {
  ServerSettings settings;
  settings.limits = limits;
  server = std::make_unique<Server>(settings, router, archive, clock, random);
  EXPECT_TRUE(server->listen().has_value());
}

TestServer::~TestServer() { server->stop(); }

void TestServer::start() { server->start(); }

Route TestServer::echo(std::string method, std::string pattern, Access access) {
  Route route;
  route.method = std::move(method);
  route.pattern = std::move(pattern);
  route.access = access;
  route.handler = [this](const MatchedPtr& matched, const Respond& respond) {
    ++handled;
    const Request& request = matched->request;
    respond({200, {}, "text/plain", request.method + " " + request.target + " " + request.body});
  };
  route.render_error = [](const Request& request, const Error& error, int status) {
    return problem(request, error, status);
  };
  return route;
}

ServerLimits quick_limits() {
  ServerLimits limits;
  limits.tick = Duration(1);
  return limits;
}

}  // namespace millrace::http::test
